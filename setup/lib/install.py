"""``setup/install``: brings the environment up; ``setup/install COMMAND…`` then runs COMMAND in it."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lib import environment  # noqa: E402  (the path above makes it importable)
from lib.ui import run_as_script  # noqa: E402


def main():
    environment.ensure()
    command = sys.argv[1:]
    if command:
        os.execvpe(command[0], command, environment.odoo_environment())


run_as_script(main)
