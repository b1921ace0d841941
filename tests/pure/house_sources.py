"""The sources that the house rules are about, read and parsed, never imported."""

import ast
import csv
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = sorted(path.parent for path in ROOT.glob("*/__manifest__.py"))
PURE_ROOMS = ("core", "formats", "transports")
MODEL_BASES = {"Model", "TransientModel", "AbstractModel"}


def python_files(*rooms):
    """The addons' Python files in these rooms."""
    return [
        path for addon in ADDONS for room in rooms for path in sorted((addon / room).rglob("*.py"))
    ]


def name_of(path):
    """How a path is called in a test's name."""
    return str(path.relative_to(ROOT))


@cache
def tree(path):
    return ast.parse(path.read_text(), filename=name_of(path))


def manifest(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def imports(path):
    """(absolute dotted name, line) of all that a file imports, ``from x import y`` as x.y."""
    package = ["odoo", "addons", *path.relative_to(ROOT).parent.parts]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = [*above, *([node.module] if node.module else [])]
            yield from ((".".join([*start, name.name]), node.lineno) for name in node.names)


def model_classes(path):
    """(class, its model's name, whether it is a table of its own) of a file's Odoo models."""
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef) and (base := _model_base(node)):
            values = {
                statement.targets[0].id: ast.literal_eval(statement.value)
                for statement in node.body
                if isinstance(statement, ast.Assign)
                and isinstance(statement.targets[0], ast.Name)
                and statement.targets[0].id in ("_name", "_inherit")
            }
            inherited = values.get("_inherit")
            name = values.get("_name") or (
                inherited if isinstance(inherited, str) else inherited[0]
            )
            is_table = "_name" in values and base != "AbstractModel" and name != inherited
            yield node, name, is_table


def models_with_access_rules(addon):
    path = addon / "security" / "ir.model.access.csv"
    if not path.exists():
        return set()
    with path.open(newline="") as file:
        return {row["model_id:id"].rpartition(".")[2] for row in csv.DictReader(file)}


def routes(path):
    """The functions of a controller that answer a route."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef) and any(map(_is_route, node.decorator_list)):
            yield node


def _model_base(node):
    for base in node.bases:
        if isinstance(base, ast.Attribute) and base.attr in MODEL_BASES:
            return base.attr
    return None


def _is_route(decorator):
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(called, "attr", getattr(called, "id", "")) == "route"
