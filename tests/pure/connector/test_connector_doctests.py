"""The examples in the docstrings of core/ and transports/ hold."""

import doctest
import importlib
import pkgutil

import pytest

from odoo.addons.healthcare_procurement_connector import core, transports


def modules():
    for package in (core, transports):
        for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            yield found.name


@pytest.mark.parametrize("name", list(modules()))
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0
