"""Tests in this folder need no database, even where pytest-odoo's plugin is active."""

import pytest


@pytest.fixture(scope="session", autouse=True)
def load_registry():
    """In place of the plugin's, which would load a database's registry."""


@pytest.fixture(scope="session", autouse=True)
def load_http():
    """In place of the plugin's, which would start a server."""
