"""The rules of the house that no general tool knows, held by reading the sources."""

import ast
import doctest
import importlib
import re
from collections import Counter
from pathlib import Path

import pytest
from house_sources import (
    ADDONS,
    PURE_ROOMS,
    ROOT,
    imports,
    manifest,
    model_classes,
    models_with_access_rules,
    name_of,
    python_files,
    routes,
    tree,
)

PURE_FILES = python_files(*PURE_ROOMS)
MODEL_FILES = [path for path in python_files("models") if path.name != "__init__.py"]
AUTHOR = "Healthcare Procurement Integration contributors"
WEBSITE = "https://example.org/healthcare-procurement-integration"
FRAGMENTS = ("DESCRIPTION.md", "CONFIGURE.md", "USAGE.md", "DEVELOP.md")
LONGEST_MODEL_FILE = 300
LONGEST_ROUTE = 30
# What core/ and formats/ decide depends on their arguments alone.
OUTSIDE_WORLD = {
    "io", "os", "pathlib", "random", "requests", "secrets", "shutil", "socket", "subprocess",
    "tempfile", "threading", "time", "urllib3",
}  # fmt: skip
ASKS_THE_CLOCK = re.compile(r"\b(datetime|date)\.(now|today|utcnow)\(|\buuid[14]\(|\bopen\(")
PAST_ACCESS_RIGHTS = re.compile(r"\.sudo\(\)|SUPERUSER_ID")
LOCAL_PATH = re.compile(r"(?<![\w.])/(work|home|root)/\w")
TEXT_FILES = {
    ".cfg",
    ".css",
    ".csv",
    ".js",
    ".md",
    ".py",
    ".scss",
    ".sh",
    ".toml",
    ".txt",
    ".xml",
    ".yaml",
}


def all_text_files():
    """This repository's texts, whatever is generated left out."""
    for path in sorted(ROOT.rglob("*")):
        hidden = any(
            part.startswith(".") or part == "node_modules"
            for part in path.relative_to(ROOT).parts[:-1]
        )
        # In a second worktree .git is a file that names the first one's folder.
        hidden = hidden or path.name == ".git"
        if path.is_file() and not hidden and (path.suffix in TEXT_FILES or not path.suffix):
            yield path


@pytest.mark.parametrize("path", PURE_FILES, ids=name_of)
def test_pure_rooms_import_nothing_of_odoo(path):
    # Relative imports count as the addon's own rooms. Another addon's pure room is allowed to transports only, whose
    # promises are the connector's, and only where the manifest says that the addon is there.
    addon, room = path.relative_to(ROOT).parts[:2]
    addons = [addon, *(manifest(ROOT / addon)["depends"] if room == "transports" else ())]
    own = re.compile(rf"odoo\.addons\.({'|'.join(addons)})\.({'|'.join(PURE_ROOMS)})(\.|$)")
    odoo = [
        f"line {line}: {name}"
        for name, line in imports(path)
        if name.split(".")[0] in ("odoo", "openerp") and not own.match(name)
    ]
    assert odoo == []


@pytest.mark.parametrize("path", python_files("core", "formats"), ids=name_of)
def test_decisions_know_neither_clock_nor_chance_nor_files(path):
    worldly = [
        f"line {line}: {name}"
        for name, line in imports(path)
        if name.split(".")[0] in OUTSIDE_WORLD
    ]
    asked = [
        f"line {node.lineno}: {call}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ASKS_THE_CLOCK.match(call := f"{ast.unparse(node.func)}(")
    ]
    assert worldly + asked == []


@pytest.mark.parametrize("path", PURE_FILES, ids=name_of)
def test_examples_in_docstrings_hold(path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(f"odoo.addons.{name}")
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


@pytest.mark.parametrize("path", MODEL_FILES, ids=name_of)
def test_model_files_are_short_and_hold_one_model(path):
    assert len(path.read_text().splitlines()) <= LONGEST_MODEL_FILE
    assert {name.replace(".", "_") for _, name, _ in model_classes(path)} <= {path.stem}


@pytest.mark.parametrize("path", MODEL_FILES, ids=name_of)
def test_no_order_of_rows_is_left_to_chance(path):
    orders = re.findall(r'^    _order = "(.*)"', path.read_text(), re.MULTILINE)
    assert [order for order in orders if order.split(", ")[-1] not in ("id", "id desc")] == []


@pytest.mark.parametrize("addon", ADDONS, ids=name_of)
def test_each_model_says_who_may_use_it(addon):
    tables = {
        name
        for room in ("models", "wizards")
        for path in sorted((addon / room).glob("*.py"))
        for _, name, is_table in model_classes(path)
        if is_table
    }
    ruled = models_with_access_rules(addon)
    assert sorted(name for name in tables if f"model_{name.replace('.', '_')}" not in ruled) == []


@pytest.mark.parametrize("path", python_files("controllers"), ids=name_of)
def test_routes_are_short(path):
    long = [node.name for node in routes(path) if node.end_lineno - node.lineno >= LONGEST_ROUTE]
    assert long == []


@pytest.mark.parametrize("addon", ADDONS, ids=name_of)
def test_manifest(addon):
    found = manifest(addon)
    assert found["license"] == "LGPL-3"
    assert found["author"] == AUTHOR
    assert found["website"] == WEBSITE
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", found["version"])
    assert [name for name in found["depends"] if "AGPL" in licence_of(name)] == []


@pytest.mark.parametrize("addon", ADDONS, ids=name_of)
def test_addon_is_a_distribution_with_a_readme(addon):
    assert 'build-backend = "whool.buildapi"' in (addon / "pyproject.toml").read_text()
    assert [name for name in FRAGMENTS if not (addon / "readme" / name).exists()] == []


def test_requirements_are_those_of_the_manifests():
    needed = {
        name
        for addon in ADDONS
        for name in manifest(addon).get("external_dependencies", {}).get("python", ())
    }
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert {line.strip() for line in lines if line.strip() and not line.startswith("#")} == needed


@pytest.mark.parametrize("addon", ADDONS, ids=name_of)
def test_whoever_goes_past_access_rights_says_why(addon):
    silent = []
    for path in sorted(addon.rglob("*.py")):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            told = any("#" in near for near in lines[max(0, number - 4) : number + 1])
            used = PAST_ACCESS_RIGHTS.search(line) and "import " not in line
            if used and not told and "tests" not in path.parts:
                silent.append(f"{name_of(path)}:{number + 1}: {line.strip()}")
    assert silent == []


def test_nothing_names_a_path_of_one_machine():
    named = [
        f"{name_of(path)}:{number}"
        for path in all_text_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if LOCAL_PATH.search(line) and path != Path(__file__)
    ]
    assert named == []


def test_names_of_test_files_are_unique():
    """Pytest imports them by their bare name, so that two of one name would be taken for each other."""
    names = Counter(
        path.name
        for folder in ("pure", "conformance")
        for path in (ROOT / "tests" / folder).rglob("*.py")
        if path.name not in ("conftest.py", "__init__.py")
    )
    assert [name for name, count in names.items() if count > 1] == []


def licence_of(module):
    """The licence in a module's manifest, wherever on the path it is."""
    import odoo.addons

    for folder in [*odoo.addons.__path__, str(ROOT)]:
        if (path := Path(folder) / module / "__manifest__.py").exists():
            return ast.literal_eval(path.read_text()).get("license", "LGPL-3")
    return "LGPL-3"
