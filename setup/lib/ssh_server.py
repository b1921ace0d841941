"""The real SFTP server that tests start for themselves: OpenSSH's, as a private instance, never the machine's own."""

import shutil
from pathlib import Path

from lib import system_packages

PLACES = ("/usr/sbin/sshd", "/usr/local/sbin/sshd")


def ensure():
    """The path of sshd, installed by apt where we may; fails otherwise: no test is skipped."""
    if not (found := _find()):
        system_packages.install("openssh-server", why="an SFTP server for the tests")
        found = _find()
    return found


def _find():
    return shutil.which("sshd") or next((path for path in PLACES if Path(path).exists()), None)
