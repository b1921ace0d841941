"""A real OpenSSH server of a test's own: its keys, its port, its folder; nothing of the machine's is touched."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from lib import ssh_server

# As root sshd wants this folder, empty and root's, for what it does before a login.
SEPARATION = Path("/run/sshd")
CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_ed25519
HostKey {folder}/host_rsa
AuthorizedKeysFile {folder}/authorized_keys
PidFile {folder}/sshd.pid
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp -d {home}
"""


@dataclass
class Peer:
    port: int
    home: Path
    folder: Path
    process: subprocess.Popen | None = None

    @property
    def user(self):
        return getpass.getuser()

    def public(self, name):
        return (self.folder / f"{name}.pub").read_text()

    def private(self, name):
        return (self.folder / name).read_text()


@contextlib.contextmanager
def sftp_peer(folder):
    """A Peer whose ``home`` has the folders out, in, done and error."""
    sshd = ssh_server.ensure()
    if os.geteuid() == 0:
        SEPARATION.mkdir(mode=0o755, exist_ok=True)
    home = folder / "home"
    for name in ("out", "in", "done", "error"):
        (home / name).mkdir(parents=True)
    _make_keys(folder)
    port = _free_port()
    config = folder / "sshd_config"
    config.write_text(CONFIG.format(port=port, folder=folder, home=home))
    with (folder / "sshd.log").open("w") as log:
        process = subprocess.Popen([sshd, "-D", "-e", "-f", config], stdout=log, stderr=log)
        try:
            _wait_for(port, process, folder / "sshd.log")
            yield Peer(port, home, folder, process)
        finally:
            process.terminate()
            process.wait(10)


def empty(peer):
    """Its folders as they were at first."""
    for path in sorted(peer.home.iterdir()):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    for name in ("out", "in", "done", "error"):
        (peer.home / name).mkdir()


def _make_keys(folder):
    for name, kind, phrase in (
        ("host_ed25519", "ed25519", ""),
        ("host_rsa", "rsa", ""),
        ("client_ed25519", "ed25519", ""),
        ("client_rsa", "rsa", "a phrase"),
        ("client_ecdsa", "ecdsa", ""),
        ("stranger", "ed25519", ""),
    ):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", kind, "-N", phrase, "-C", name, "-f", folder / name],
            check=True,
        )
    keys = [(folder / f"client_{kind}.pub").read_text() for kind in ("ed25519", "rsa", "ecdsa")]
    (folder / "authorized_keys").write_text("".join(keys))


def _free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_for(port, process, log):
    for _number in range(100):
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), 1) as tried,
        ):
            if tried.recv(4) == b"SSH-":
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"sshd did not start: {log.read_text()}")
