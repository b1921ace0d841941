"""The examples in the docstrings of the bus's core/ hold."""

import doctest
import importlib
import pkgutil

import pytest

from odoo.addons.healthcare_event_bus import core

NAMES = [found.name for found in pkgutil.iter_modules(core.__path__, core.__name__ + ".")]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0
