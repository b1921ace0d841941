"""The core imports nothing of Odoo, reads no clock and knows no float."""

import ast
from pathlib import Path

import pytest

from odoo.addons.healthcare_three_way_match import core

FILES = sorted(Path(next(iter(core.__path__))).glob("*.py"))
ALLOWED = {
    "collections",
    "dataclasses",
    "datetime",  # days are values; what asks the clock for one is forbidden by the house rules
    "decimal",
    "enum",
    "fractions",
    "hashlib",
    "math",
    "re",
    "typing",
}


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_imports(path):
    assert set(imported(ast.parse(path.read_text()))) <= ALLOWED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_binary_fractions(path):
    literals = [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
    ]
    assert not [value for value in literals if isinstance(value, float)]
