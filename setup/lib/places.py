"""Where everything lives. Nothing outside these folders is written."""

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".odoo"
VENV = STATE / "venv"
PYTHON = VENV / "bin" / "python"
ODOO_SCRIPT = VENV / "bin" / "odoo"
CONFIG = STATE / "odoo.conf"
FILESTORE = STATE / "data"
# Below it, and nowhere else, endpoints may have folders.
FOLDERS = STATE / "folders"
LOGS = STATE / "logs"
STAMPS = STATE / "stamps"
CACHE = (
    Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "healthcare-procurement-odoo"
)


def addons():
    """Folders of this repository's addons, by name."""
    return sorted(path.parent for path in ROOT.glob("*/__manifest__.py"))


def stamp_is(name, content):
    path = STAMPS / name
    return path.exists() and path.read_text() == content


def write_stamp(name, content):
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(content)


@contextmanager
def one_at_a_time(name):
    """Lets one process at a time do what the name stands for; the others wait."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
