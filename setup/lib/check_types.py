"""Checks the types of every addon's core/ with mypy, strictly, as one program.

The cores import each other by ``odoo.addons.<addon>.core``. A tree of links that holds nothing but them lets
mypy follow these imports, and keeps it out of the models, which have no types.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main():
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "odoo" / "addons"
        for core in sorted(ROOT.glob("*/core")):
            (tree / core.parent.name).mkdir(parents=True)
            (tree / core.parent.name / "core").symlink_to(core)
        if not tree.exists():
            return 0
        done = subprocess.run(
            [
                sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases",
                "--python-version=3.10", "--no-color-output",
                f"--cache-dir={ROOT / '.mypy_cache'}", "odoo",
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
    print((done.stdout + done.stderr).replace("odoo/addons/", ""), end="")
    return done.returncode


sys.exit(main())
