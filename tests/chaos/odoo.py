"""Odoo as hospitals run it: a master, two workers, a cron worker and queue_job's runner, each a process."""

import os
import re
import signal
import socket
import subprocess
import threading
import time
from configparser import ConfigParser

import requests

from lib import environment
from lib.places import CONFIG, ODOO_SCRIPT, PYTHON
from lib.ui import SetupError

from .cluster import DATABASE, USER
from .janitor import kill_session

HOST = "127.0.0.1"
START_SECONDS = 240
RESTART_SECONDS = 1.0
WORKERS = 2
# One drain at a time: the other worker takes what suppliers send.
CHANNELS = "root:1"
BORN = re.compile(r"Worker (\w+) \((\d+)\) alive")


def free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


class Odoo:
    """Odoo on a free port with the database of ``cluster``; its log is the evidence.

    A master that ends is started again, as any service manager does: Odoo's own gives up when PostgreSQL is away
    in the moment in which it replaces a dead worker.
    """

    def __init__(self, cluster, folder, log, janitor, channels=CHANNELS, workers=WORKERS):
        self.base = f"http://{HOST}:{free_port()}"
        self.log = log
        self._configuration = folder / "odoo.conf"
        self._cluster = cluster
        self._folder = folder
        self._janitor = janitor
        self._channels = channels
        self._workers = workers
        self._process = None
        self._stopped = threading.Event()
        self._supervisor = threading.Thread(target=self._keep_alive, name="supervisor", daemon=True)
        self.rebirths = 0

    def start(self):
        """Returns when Odoo answers."""
        self._write_configuration()
        self.log.write_bytes(b"")
        self._launch()
        self._supervisor.start()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.2)
        raise SetupError(f"Odoo did not answer in {START_SECONDS} s; {self.log} tells why.")

    def stop(self):
        """Nothing is started again from now on; the janitor ends what runs."""
        self._stopped.set()
        if self._supervisor.is_alive():
            self._supervisor.join()

    def _keep_alive(self):
        while not self._stopped.wait(RESTART_SECONDS):
            if self._process.poll() is not None:
                # Orphaned workers would still hold the port.
                kill_session(self._process.pid)
                self._janitor.forget(self._process)
                self.rebirths += 1
                self._launch()

    def _launch(self):
        self._process = self._janitor.watch(
            subprocess.Popen(
                [PYTHON, ODOO_SCRIPT],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        )

    def _environment(self):
        # Variables come before the configuration's file: none may choose another port or another server.
        kept = {
            name: value
            for name, value in environment.odoo_environment().items()
            if not name.startswith(("ODOO_", "PG"))
        }
        # The runner calls the workers by HTTP; a proxy of the machine's must not come between.
        direct = {"NO_PROXY": HOST, "no_proxy": HOST}
        return {**kept, **direct, "ODOO_RC": str(self._configuration)}

    def workers(self):
        """{process number: kind} of the living ones: WorkerHTTP, WorkerCron, WorkerJobRunner."""
        born = {int(pid): kind for kind, pid in BORN.findall(self.log.read_text(errors="replace"))}
        return {pid: kind for pid, kind in born.items() if self._is_child(pid)}

    def kill(self, pid):
        """SIGKILL to one of the workers; False where it was gone already."""
        try:
            # A handle means this very process, whatever becomes of its number meanwhile.
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return False
        try:
            if not self._is_child(pid):
                return False
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            return True
        except ProcessLookupError:
            return False
        finally:
            os.close(handle)

    def _is_child(self, pid):
        try:
            with open(f"/proc/{pid}/stat") as stat:
                state, parent = stat.read().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return int(parent) == self._process.pid and state != "Z"

    def _answers(self):
        try:
            with requests.Session() as direct:
                direct.trust_env = False
                return direct.get(f"{self.base}/web/health", timeout=5).ok
        except requests.RequestException:
            return False

    def _write_configuration(self):
        ours = ConfigParser(interpolation=None)
        ours.read(CONFIG)
        files = self._folder / "files"
        files.mkdir(exist_ok=True)
        for option in ("db_host", "db_port", "db_password"):
            ours.remove_option("options", option)
        ours["options"].update(
            {
                "data_dir": str(files),
                "db_host": str(self._cluster.folder),
                "db_user": USER,
                "db_name": DATABASE,
                "dbfilter": f"^{DATABASE}$",
                "http_port": self.base.rsplit(":", 1)[1],
                "gevent_port": str(free_port()),
                "logfile": str(self.log),
                "workers": str(self._workers),
                "max_cron_threads": "1",
            }
        )
        ours["queue_job"] = {"channels": self._channels}
        with self._configuration.open("w") as file:
            ours.write(file)
