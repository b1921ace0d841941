"""``./setup/bench [NAME…]``: each ``benchmarks/<name>.py`` is a program that prints its JSON lines itself."""

import subprocess
import sys

from lib import environment
from lib.places import PYTHON, ROOT
from lib.ui import SetupError, say

FOLDER = ROOT / "benchmarks"


def main():
    known = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if path.stem[0] != "_"}
    names = sys.argv[1:] or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise SetupError(f"no benchmark {unknown[0]}; there is: {', '.join(known) or 'none yet'}.")
    if not names:
        say("There is no benchmark yet (benchmarks/<name>.py).")
        return 0
    environment.ensure()
    failed = False
    for name in names:
        done = subprocess.run(
            [PYTHON, known[name]], cwd=ROOT, env=environment.odoo_environment(), check=False
        )
        failed = failed or done.returncode != 0
    return int(failed)
