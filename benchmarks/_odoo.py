"""Odoo for benchmarks: a database of its own, Odoo's environment in this process, and real servers.

What is measured runs in the servers: ``workers = 2`` (prefork) and queue_job's runner, as an installation has
them. This process only prepares, starts the clock and looks at the database.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from configparser import ConfigParser
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "setup"))

from lib import databases, environment  # noqa: E402
from lib.places import CONFIG, LOGS, ODOO_SCRIPT, PYTHON  # noqa: E402
from lib.ui import SetupError, run_as_script  # noqa: E402, F401 - for the benchmarks

ADDONS = Path(__file__).parent / "_addons"
WORKERS = 2
# Both workers may run jobs: while deliveries are measured nobody posts anything to this server.
CHANNELS = os.environ.get(
    "HPI_BENCH_CHANNELS",
    f"root:{WORKERS},root.integration.outbound:2,root.integration.inbound:2,root.integration.events:1",
)
HOST = "127.0.0.1"
START_SECONDS = 120
RUNNER_SECONDS = 60


@contextmanager
def databases_with(fill, identity, copies=1):
    """Names of databases with our addons, the baselines' addon and what ``fill(env)`` put there.

    One is kept and copied: ``identity`` names what ``fill`` does, a new one fills anew.
    """

    def build(name):
        databases.install(name, "bench_baseline", f"--addons-path={_addons_path()}")
        with odoo_environment(name) as env:
            fill(env)
        forget(name)

    with databases.for_benchmarks(identity, build, copies) as names:
        yield names
        for name in names:
            forget(name)


@contextmanager
def odoo_environment(name):
    """Odoo in this process: an environment of the superuser; commits at its end."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    _configure()
    with Registry(name).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})


def forget(name):
    """Lets go of a database, so that it can be copied or dropped."""
    from odoo import sql_db
    from odoo.modules.registry import Registry

    Registry.delete(name)
    sql_db.close_db(name)


@cache
def _configure():
    from odoo.tools import config

    config.parse_config(
        [
            f"--config={CONFIG}",
            f"--addons-path={_addons_path()}",
            f"--logfile={LOGS / 'bench.log'}",
            "--log-level=warn",
        ],
        setup_logging=True,
    )


def _addons_path():
    """Odoo's own, and the folder of the baselines' addon; ours are found among Python's packages."""
    parser = ConfigParser(interpolation=None)
    parser.read(CONFIG)
    return f"{parser['options']['addons_path']},{ADDONS}"


class Server:
    """Odoo with two workers and the runner on a free port; ``channels="root:0"`` leaves the runner out."""

    def __init__(self, name, channels=CHANNELS):
        self.name = name
        self.port = _free_port()
        self.log = LOGS / f"{name}.log"
        self.log.write_bytes(b"")
        self._jobs = not channels.startswith("root:0")
        self._process = subprocess.Popen(
            [
                PYTHON, ODOO_SCRIPT,
                "-d", name,
                "--db-filter", f"^{name}$",
                "--addons-path", _addons_path(),
                "--http-port", str(self.port),
                "--gevent-port", str(_free_port()),
                "--workers", str(WORKERS),
                "--max-cron-threads", "1",
                "--log-level", "warn",
                "--logfile", self.log,
            ],
            env={
                **environment.odoo_environment(),
                "ODOO_QUEUE_JOB_CHANNELS": channels,
                "NO_PROXY": HOST,
                "no_proxy": HOST,
            },
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def __enter__(self):
        try:
            self._wait()
            if self._jobs:
                self._wait_for_runner()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error):
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _wait(self):
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise SetupError(f"Odoo ended at once; {self.log} tells why.")
            try:
                with direct.open(f"http://{HOST}:{self.port}/web/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.2)
        raise SetupError(f"Odoo did not answer in {START_SECONDS} s; {self.log} tells why.")

    def _wait_for_runner(self):
        """The runner begins some seconds after its process: no round may pay for that."""
        with odoo_environment(self.name) as env:
            job = env["bench.baseline"].with_delay()._job_nothing()
            run_until(
                self.name,
                env.cr.commit,
                f"SELECT count(*) FROM queue_job WHERE uuid = '{job.uuid}' AND state != 'done'",
                RUNNER_SECONDS,
                "queue_job's runner does not run",
            )


def run_until(name, start, left, seconds, what):
    """The seconds from ``start()`` until the SQL ``left`` counts nothing; SetupError after ``seconds``.

    The clock stops at the first look that finds nothing left; looks are 20 ms apart.
    """
    import psycopg2

    connection = psycopg2.connect(dsn(name))
    connection.autocommit = True
    cursor = connection.cursor()
    began = time.perf_counter()
    start()
    while True:
        cursor.execute(left)
        [remaining] = cursor.fetchone()
        taken = time.perf_counter() - began
        if not remaining:
            connection.close()
            return taken
        if taken > seconds:
            raise SetupError(f"{what}: {remaining} are left after {seconds} s.")
        time.sleep(0.02)


def dsn(name):
    from psycopg2.extensions import make_dsn

    from odoo.sql_db import connection_info_for

    return make_dsn(**{key: value for key, value in connection_info_for(name)[1].items()})


def tidy(name, *tables):
    """Between rounds: what the last one left behind must not slow the next."""
    import psycopg2

    connection = psycopg2.connect(dsn(name))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    connection.close()


def capacity():
    """What stands in every line that was measured through the servers."""
    return {"workers": WORKERS, "channels": CHANNELS}


def _free_port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
