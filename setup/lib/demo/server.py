"""Odoo as a process: started, waited for, stopped."""

import socket
import subprocess
import time
import urllib.request

from lib import environment
from lib.places import LOGS, ODOO_SCRIPT, PYTHON
from lib.ui import SetupError

HOST = "127.0.0.1"
START_SECONDS = 90
STOP_SECONDS = 10


def check_port(port):
    """Fails early, and in words, where another program listens already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((HOST, port)) == 0:
            raise SetupError(f"port {port} is taken; stop what listens there and run this again.")


class OdooServer:
    """Odoo on one port with one database; workers=0 serves everything in one process."""

    def __init__(self, database, port, log_name):
        self.base = f"http://{HOST}:{port}"
        self.log = LOGS / log_name
        self.log.write_bytes(b"")
        self._process = subprocess.Popen(
            [
                PYTHON, ODOO_SCRIPT,
                "-d", database,
                "--db-filter", f"^{database}$",
                "--http-port", str(port),
                "--workers", "0",
                "--logfile", self.log,
            ],
            # The job runner calls this server by HTTP; a proxy of the machine's must not come between.
            env={**environment.odoo_environment(), "NO_PROXY": HOST, "no_proxy": HOST},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def wait(self):
        """Returns when Odoo answers."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise SetupError(f"Odoo ended at once; {self.log} tells why.")
            try:
                with direct.open(f"{self.base}/web/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise SetupError(f"Odoo did not answer in {START_SECONDS} s; {self.log} tells why.")

    def stop(self):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
