"""The examples in the docstrings of the match's core run."""

import doctest
import importlib
import pkgutil

import pytest

from odoo.addons.healthcare_three_way_match import core

MODULES = sorted(module.name for module in pkgutil.iter_modules(core.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"{core.__name__}.{name}")
    assert doctest.testmod(module).failed == 0


def test_there_are_examples():
    modules = [importlib.import_module(f"{core.__name__}.{name}") for name in MODULES]
    finder = doctest.DocTestFinder()
    assert sum(len(test.examples) for m in modules for test in finder.find(m)) >= 20
