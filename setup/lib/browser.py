"""The browser that Odoo's tours and the screenshots need."""

import shutil

from lib import system_packages

# The names Odoo looks for, in its order.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


def ensure():
    """A Chromium on the path, installed by apt where we may; fails otherwise: no test is skipped."""
    if not any(map(shutil.which, NAMES)):
        system_packages.install("chromium", why="a browser for the tests")
