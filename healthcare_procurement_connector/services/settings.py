"""What this server's administrator set for us, where no user can change it: odoo.conf, section [healthcare], or the
environment variable HEALTHCARE_<NAME>, which comes first.
"""

import os
from configparser import ConfigParser
from functools import cache

from odoo.tools import config


def value(name):
    """The setting, or an empty text."""
    return os.environ.get(f"HEALTHCARE_{name.upper()}") or _in_file(config["config"], name)


def folder_root():
    """The folder below which endpoints may have folders; empty: none may. Relative paths are none."""
    path = value("folder_root")
    return path if os.path.isabs(path) else ""


@cache
def _in_file(path, name):
    """Odoo keeps only its own section of the file, so it is read once more."""
    parser = ConfigParser(interpolation=None)
    parser.read(path or ())
    return parser.get("healthcare", name, fallback="")
