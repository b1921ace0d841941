"""The Python environment in ``.odoo/venv``: Odoo, its libraries, queue_job, this repository's addons."""

import hashlib
import os
import secrets
import shutil
import subprocess
import sys

from lib import postgres, system_packages
from lib.odoo_source import find_odoo
from lib.places import (
    CONFIG,
    FILESTORE,
    FOLDERS,
    LOGS,
    ODOO_SCRIPT,
    PYTHON,
    ROOT,
    STATE,
    VENV,
    addons,
    one_at_a_time,
    stamp_is,
    write_stamp,
)  # fmt: skip
from lib.ui import SetupError, Step

REQUIREMENTS = ("setup/requirements-odoo.txt", "requirements.txt", "setup/requirements-test.txt")
# Resolved by hand: the wheel asks for a distribution "odoo" that ODOO_HOME may not carry.
QUEUE_JOB = "odoo-addon-queue-job==19.0.2.4.0.1"
CONSTRAINTS = "setup/constraints.txt"
TESTED_PYTHON = (3, 11)
LAUNCHER = """\
#!{python}
# A script, not ``python -m odoo``: with workers Odoo's gevent child runs sys.argv[0] again.
import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
"""


# Two drains a direction: what one process can send is bound by one core.
# A long import or a month end never takes the place of deliveries.
CHANNELS = (
    "root:4,root.integration.outbound:2,root.integration.inbound:2,root.integration.events:1,"
    "root.integration.match:1,root.integration.catalogue:1"
)


def ensure():
    """Everything but a database; quick when nothing changed. Returns what identifies this Odoo."""
    with one_at_a_time("environment"):
        database_options = postgres.ensure()
        identity, odoo_folder = _ensure_python()
        _write_config(odoo_folder, database_options)
    return identity


def ensure_python():
    """The Python side alone, for what needs no PostgreSQL."""
    with one_at_a_time("environment"):
        return _ensure_python()[0]


def _ensure_python():
    if sys.version_info[:2] < (3, 10):  # noqa: UP036 (said to those who have an older one)
        raise SetupError("Python 3.10 or newer is needed.")
    odoo_folder, version = find_odoo()
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    packages = "".join((ROOT / name).read_text() for name in (*REQUIREMENTS, CONSTRAINTS))
    identity = hashlib.sha256(
        "\n".join([sys.version, str(odoo_folder), version, packages, QUEUE_JOB]).encode()
    ).hexdigest()[:16]
    if not stamp_is("environment", identity):
        _build(odoo_folder)
        write_stamp("environment", identity)
    _link_addons()
    return identity, odoo_folder


def _build(odoo_folder):
    with Step("create the Python environment"):
        shutil.rmtree(VENV, ignore_errors=True)
        done = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
        if done.returncode:
            system_packages.install("python3-venv", why="the Python environment")
            subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    with Step("install Odoo's Python packages and ours"):
        _pip("install", *_constraints(), *_flags(REQUIREMENTS))
        _pip("install", "--no-deps", QUEUE_JOB)
    (_site_packages() / "odoo-source.pth").write_text(f"{odoo_folder}\n")
    ODOO_SCRIPT.write_text(LAUNCHER.format(python=PYTHON))
    ODOO_SCRIPT.chmod(0o755)


def _constraints():
    """The versions that were tested hold for the Python they were tested with: others may lack some."""
    return ["-c", ROOT / CONSTRAINTS] if sys.version_info[:2] == TESTED_PYTHON else []


def _flags(files):
    return [flag for name in files for flag in ("-r", ROOT / name)]


def _pip(*arguments):
    done = subprocess.run([PYTHON, "-m", "pip", "-q", *arguments], capture_output=True, text=True)
    if done.returncode:
        LOGS.mkdir(parents=True, exist_ok=True)
        (LOGS / "pip.log").write_text(done.stdout + done.stderr)
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SetupError(f"pip {arguments[0]} failed ({LOGS / 'pip.log'}): {reason}")


def _site_packages():
    return next((VENV / "lib").glob("python3*/site-packages"))


def _link_addons():
    """Odoo finds ``site-packages/odoo/addons`` by itself, and so does a plain ``import``."""
    folder = _site_packages() / "odoo" / "addons"
    ours = {path.name: path for path in addons()}
    for link in folder.iterdir():
        if link.is_symlink() and link.name not in ours:
            link.unlink()
    for name, path in ours.items():
        link = folder / name
        if not link.is_symlink() or link.resolve() != path:
            link.unlink(missing_ok=True)
            link.symlink_to(path)


def _write_config(odoo_folder, database_options):
    STATE.mkdir(exist_ok=True)
    LOGS.mkdir(exist_ok=True)
    FILESTORE.mkdir(exist_ok=True)
    FOLDERS.mkdir(exist_ok=True)
    # Debian's package holds a second copy of the apps in addons/; a git checkout has its apps only there.
    apps = [odoo_folder / "odoo" / "addons"]
    if not (apps[0] / "purchase").exists():
        apps.append(odoo_folder / "addons")
    options = {
        "addons_path": ",".join(map(str, apps)),
        "data_dir": FILESTORE,
        "http_interface": "127.0.0.1",
        "server_wide_modules": "base,web,rpc,queue_job,healthcare_procurement_connector",
        "list_db": "False",
        **{key: value for key, value in database_options.items() if value},
    }
    lines = ["[options]", *(f"{key} = {value}" for key, value in options.items())]
    lines += ["", "[queue_job]", f"channels = {CHANNELS}"]
    lines += ["", "[healthcare]", f"secret_key = {_secret_key()}", f"folder_root = {FOLDERS}", ""]
    CONFIG.write_text("\n".join(lines))


def _secret_key():
    """Made once per clone: what was encrypted yesterday must be readable today."""
    path = STATE / "secret.key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


def odoo_environment():
    """The environment in which this repository's Odoo and Python run."""
    return {
        **os.environ,
        "ODOO_RC": str(CONFIG),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
