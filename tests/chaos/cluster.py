"""A PostgreSQL server of the run's own: never the machine's, which other people use."""

import os
import signal
import subprocess
import time
from contextlib import closing

import psycopg2

from lib.postgres import server_binaries

USER = "odoo"
DATABASE = "chaos"
START_SECONDS = 60
# A crash of the server is survived without it; that of the machine is not part of the game.
OPTIONS = (
    "fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=100",
    "shared_buffers=128MB", "max_wal_size=1GB", "log_min_messages=fatal",
)  # fmt: skip


def server_user():
    """Whom the server runs as: PostgreSQL refuses root."""
    return "postgres" if os.geteuid() == 0 else None


class Cluster:
    """The cluster in ``folder`` (its data in ``folder/data``), reached by a socket in the same folder."""

    def __init__(self, folder, janitor, log):
        self.folder = folder
        self.data = folder / "data"
        self._janitor = janitor
        self._log = log
        self._server = None
        self._binaries = server_binaries()

    def create(self):
        """An empty cluster."""
        self._own(self.folder)
        command = [self._binaries / "initdb", "-D", self.data, "-U", USER, "-E", "UTF8"]
        self._run([*command, "--no-locale", "-A", "trust", "--no-sync"])

    def unpack(self, archive):
        """The cluster that ``pack`` put away."""
        self._own(self.folder)
        with archive.open("rb") as packed:
            self._run(["tar", "-x", "-C", self.folder], stdin=packed)

    def pack(self, archive):
        with archive.open("wb") as packed:
            subprocess.run(["tar", "-c", "-C", self.folder, "data"], check=True, stdout=packed)

    def start(self):
        """Returns when the server takes connections."""
        options = [part for option in OPTIONS for part in ("-c", option)]
        with open(self._log, "ab") as log:
            self._server = self._janitor.watch(
                subprocess.Popen(
                    [self._binaries / "postgres", "-D", self.data, "-k", self.folder, *options],
                    user=server_user(),
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg2.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def stop(self):
        """In good order."""
        self._end(signal.SIGINT)

    def crash(self):
        """Immediate mode: every connection is cut, nothing is written any more; recovery is at the next start."""
        self._end(signal.SIGQUIT)

    def connect(self, database=DATABASE):
        return psycopg2.connect(host=str(self.folder), user=USER, dbname=database)

    def rows(self, statement, arguments=None, database=DATABASE):
        """Runs one statement of its own transaction and returns its rows as dicts."""
        with closing(self.connect(database)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                if cursor.description is None:
                    return []
                names = [column.name for column in cursor.description]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def environment(self):
        """For PostgreSQL's own programs."""
        return {**os.environ, "PGHOST": str(self.folder), "PGUSER": USER, "PGPORT": "5432"}

    def _end(self, how):
        self._server.send_signal(how)
        self._server.wait()
        self._janitor.forget(self._server)

    def _own(self, folder):
        if server_user():
            subprocess.run(["chown", server_user(), folder], check=True)

    def _run(self, command, **options):
        subprocess.run(
            command,
            user=server_user(),
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            **options,
        )
