"""The set-up's databases: one template with everything that is not ours, and copies of it.

Installing Odoo's own apps takes more than a minute, copying a database about a second. So the modules our
addons depend on are installed once, into ``hpi_base_<key>``, where the key stands for what went in; every
other database starts as a copy of it. Attachments of the template are kept inside the database, so that a
copy is whole without its folder in the filestore.
"""

import ast
import hashlib
import json
import os
import shutil
import subprocess
from contextlib import ExitStack, contextmanager

from lib import environment
from lib.log_rules import unexpected_lines
from lib.places import FILESTORE, LOGS, ODOO_SCRIPT, PYTHON, ROOT, STAMPS, addons
from lib.postgres import psql
from lib.ui import SetupError, Step

CLONE = hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
TEST = f"hpi_test_{CLONE}"
BENCH = f"hpi_bench_{CLONE}"
# Records in these may be written once and never updated (noupdate), or run at installation only.
INSTALLED_ONCE = ("__init__.py", "__manifest__.py", "hooks.py", "data", "security", "migrations")
# Nothing in these reaches the database.
NOT_INSTALLED = ("controllers", "demo", "readme", "static", "tests", "__pycache__")
ATTACHMENTS_IN_DATABASE = """
env["ir.config_parameter"].set_param("ir_attachment.location", "db")
env["ir.attachment"].force_storage()
env.cr.commit()
"""
COMPILE_ASSETS = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""
ATTACHMENTS_AS_USUAL = "DELETE FROM ir_config_parameter WHERE key = 'ir_attachment.location'"


def fresh(name, demo=False):
    """Creates database ``name`` anew with our addons installed, and their demo data if asked for."""
    _copy(_template(), name)
    _drop_files(name)
    psql(ATTACHMENTS_AS_USUAL, name)
    _install(name, demo)


@contextmanager
def for_tests(count):
    """The names of so many databases to run tests on: copies of a kept one, dropped in the end.

    The kept one follows the sources: its addons are updated when their models or views changed, and
    installed anew when something changed that an update would not bring.
    """
    _drop_copies_of_dead_runs(TEST)
    _refresh_test_database()
    with _copies(TEST, count) as names:
        yield names


@contextmanager
def for_benchmarks(identity, build, copies=1):
    """The names of databases to measure on: copies of a kept one with our addons and what ``build(name)`` added.

    ``identity`` stands for what ``build`` does; the kept one is built anew when it or an addon changed.
    """
    _drop_copies_of_dead_runs(BENCH)
    _refresh_test_database()
    wanted = {"identity": identity, **_noted(TEST)}
    if not _exists(BENCH) or _noted(BENCH) != wanted:
        _copy(TEST, BENCH)
        psql(ATTACHMENTS_AS_USUAL, BENCH)
        build(BENCH)
        _note(BENCH, wanted)
    with _copies(BENCH, copies) as names:
        yield names


@contextmanager
def without_our_addons():
    """The name of a database with what our addons depend on, and none of them."""
    with _copied(_template(), f"{BENCH}_bare_{os.getpid()}") as name:
        yield name


def install(name, module, *options):
    """Installs one more module, with Odoo's own options."""
    with Step(f"install {module}"):
        _odoo(name, "-i", module, *options, log=name)


@contextmanager
def _copies(kept, count):
    with ExitStack() as stack:
        yield [
            stack.enter_context(_copied(kept, f"{kept}_{number}_{os.getpid()}"))
            for number in range(count)
        ]


@contextmanager
def _copied(kept, name):
    _copy(kept, name)
    psql(ATTACHMENTS_AS_USUAL, name)
    try:
        yield name
    finally:
        _drop(name)
        _drop_files(name)


def kept():
    """(name of the kept test database, brought up to date; what identifies its content)."""
    _refresh_test_database()
    noted = json.dumps(_noted(TEST), sort_keys=True)
    return TEST, hashlib.sha256(noted.encode()).hexdigest()[:16]


def base_modules():
    """What our addons depend on, ours left out."""
    manifests = {path.name: _manifest(path) for path in addons()}
    needed = {name for manifest in manifests.values() for name in manifest["depends"]}
    return sorted(needed - set(manifests))


def _template():
    modules = base_modules()
    identity = (STAMPS / "environment").read_text()
    key = hashlib.sha256("\n".join([identity, *modules]).encode()).hexdigest()[:10]
    name = f"hpi_base_{key}"
    if not _exists(name):
        building = f"{name}_{os.getpid()}"
        try:
            with Step(f"install {', '.join(modules)} (about two minutes, once)"):
                _odoo(building, "-i", ",".join(modules), log="base")
                _shell(building, ATTACHMENTS_IN_DATABASE)
            _note(building, {"root": str(ROOT)})
            # Another clone may have built the same one meanwhile: theirs is as good as ours.
            if not _exists(name):
                psql(f'ALTER DATABASE "{building}" RENAME TO "{name}"')
        finally:
            _drop(building)
            _drop_files(building)
        _drop_old_templates(name)
    return name


def _drop_old_templates(current):
    for name in psql("SELECT datname FROM pg_database WHERE datname LIKE 'hpi\\_base\\_%'"):
        if name != current and _noted(name).get("root") == str(ROOT):
            _drop(name)


def _refresh_test_database():
    template = _template()
    wanted = {"base": template, "addons": {path.name: _prints(path) for path in addons()}}
    found = _noted(TEST) if _exists(TEST) else {}
    if found == wanted:
        return
    changed = _changed_addons(found, wanted)
    if changed is None:
        _copy(template, TEST)
        _install(TEST, demo=False)
    else:
        # Should the update fail, nothing is known of the database any more: the next run builds it anew.
        _note(TEST, {})
        if changed:
            with Step(f"update {', '.join(changed)}"):
                _odoo(TEST, "-u", ",".join(changed), log="update")
    if changed is None or _assets(found) != _assets(wanted):
        with Step("compile the web client's assets for the browser tests"):
            _shell(TEST, COMPILE_ASSETS)
    _note(TEST, wanted)


def _assets(noted):
    return {name: prints["assets"] for name, prints in noted["addons"].items()}


def _changed_addons(found, wanted):
    """The addons to update, or None where only a new installation brings what changed."""
    before, now = found.get("addons", {}), wanted["addons"]
    if found.get("base") != wanted["base"] or before.keys() != now.keys():
        return None
    if any(before[name]["once"] != prints["once"] for name, prints in now.items()):
        return None
    return [name for name, prints in now.items() if before[name]["code"] != prints["code"]]


def _prints(addon):
    """Content hashes of an addon: what only an installation brings, what an update brings, assets."""
    once, code, assets = (hashlib.sha256() for _ in range(3))
    for path in sorted(addon.rglob("*")):
        room = path.relative_to(addon).parts[0]
        if not path.is_file() or "__pycache__" in path.parts:
            continue
        if room in INSTALLED_ONCE:
            kind = once
        elif room == "static":
            kind = assets
        elif room in NOT_INSTALLED:
            continue
        else:
            kind = code
        kind.update(str(path.relative_to(addon)).encode() + b"\0" + path.read_bytes())
    return {"once": once.hexdigest(), "code": code.hexdigest(), "assets": assets.hexdigest()}


def _install(name, demo):
    ours = [path.name for path in addons()]
    if demo:
        # Odoo loads a module's demo data only where all its dependencies have theirs; the flag is all
        # that is looked at, and that of the others is taken back, or an update would load theirs.
        psql("UPDATE ir_module_module SET demo = true WHERE state = 'installed'", name)
    with Step(f"install our {len(ours)} addons{' with demo data' if demo else ''} into {name}"):
        _odoo(name, "-i", ",".join(ours), log=name)
    if demo:
        names = ", ".join(f"'{addon}'" for addon in ours)
        psql(f"UPDATE ir_module_module SET demo = false WHERE name NOT IN ({names})", name)


def _odoo(database, *arguments, log):
    """Runs Odoo to its end; fails on a bad exit and on any line in its log that nobody expects."""
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{log}.log"
    command = [PYTHON, ODOO_SCRIPT, "-d", database, "--stop-after-init", "--no-http", *arguments]
    with path.open("w") as file:
        done = subprocess.run(
            command,
            env=environment.odoo_environment(),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    unexpected = unexpected_lines(path.read_text())
    if done.returncode or unexpected:
        first, *rest = (unexpected or ["no reason in the log"])[-1].splitlines()
        reason = "\n".join([first, *rest[-3:]])
        raise SetupError(f"odoo {' '.join(arguments)} failed, see {path}:\n{reason}")


def _shell(database, program):
    done = subprocess.run(
        [PYTHON, ODOO_SCRIPT, "shell", "-d", database, "--no-http", "--log-level=warn"],
        env=environment.odoo_environment(),
        input=program,
        capture_output=True,
        text=True,
    )
    if done.returncode or "Traceback" in done.stderr:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SetupError(f"a step in the database {database} failed: {reason}")


def _manifest(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def _exists(name):
    return bool(psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def _copy(template, name):
    _drop(name)
    psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _drop(name):
    psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _drop_files(name):
    shutil.rmtree(FILESTORE / "filestore" / name, ignore_errors=True)


def _drop_copies_of_dead_runs(kept):
    for name in psql(f"SELECT datname FROM pg_database WHERE datname LIKE '{kept}\\_%'"):
        process = name.rsplit("_", 1)[1]
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            _drop(name)
            _drop_files(name)
        except PermissionError:
            continue  # somebody else's process has that number now: a later run will see to it


def _note(name, value):
    """Keeps a value with the database itself, so that neither can outlive the other."""
    text = json.dumps(value, sort_keys=True).replace("'", "''")
    psql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")


def _noted(name):
    rows = psql(
        f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{name}'"
    )
    try:
        return json.loads(rows[0])
    except (IndexError, ValueError):
        return {}
