"""Finds or starts a PostgreSQL (13 or newer) that this user may create databases in.

PGHOST, PGPORT and PGUSER are honoured. Otherwise root uses the cluster that Debian's package created, and
everybody else gets a private cluster in ``.odoo/postgres``.
"""

import getpass
import os
import shutil
import subprocess
from pathlib import Path

from lib import system_packages
from lib.places import LOGS, STATE
from lib.ui import SetupError, Step, say

CLUSTER = STATE / "postgres"
DEBIAN_BINARIES = Path("/usr/lib/postgresql")


def ensure():
    """Returns Odoo's database options; afterwards ``psql`` works with the environment as it stands."""
    if os.environ.get("PGHOST"):
        _check("the server that PGHOST names")
    elif os.geteuid() == 0:
        _ensure_debian_cluster()
    else:
        _ensure_private_cluster()
    return {
        "db_host": os.environ.get("PGHOST", ""),
        "db_port": os.environ.get("PGPORT", ""),
        "db_user": os.environ.get("PGUSER") or getpass.getuser(),
        "db_password": os.environ.get("PGPASSWORD", ""),
    }


def psql(statement, database="postgres"):
    """Runs one statement and returns its rows as text; raises SetupError with the server's words."""
    done = subprocess.run(
        ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SetupError(f"PostgreSQL: {(done.stderr.strip() or 'no answer').splitlines()[0]}")
    return done.stdout.strip().splitlines()


def _answers():
    try:
        return bool(psql("SELECT 1 FROM pg_roles WHERE rolname = current_user AND rolcreatedb"))
    except (SetupError, FileNotFoundError):
        return False


def _check(what):
    if not _answers():
        raise SetupError(f"{what} does not answer, or its user may not create databases.")


def _ensure_debian_cluster():
    if not shutil.which("pg_lsclusters"):
        system_packages.install("postgresql", why="PostgreSQL")
    if _answers():
        return
    # The version and the name come from PostgreSQL's own list: nothing is assumed of the machine.
    clusters = subprocess.run(
        ["pg_lsclusters", "-h"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    if not clusters:
        raise SetupError("Debian's PostgreSQL has no cluster; run pg_createcluster, or set PGHOST.")
    version, name, port, status = clusters[-1].split()[:4]
    if status.startswith("down"):
        with Step(f"start PostgreSQL {version}/{name}"):
            subprocess.run(["pg_ctlcluster", version, name, "start"], check=True)
    os.environ.setdefault("PGPORT", port)
    if not _answers():
        say("  create a PostgreSQL role for root")
        subprocess.run(
            ["su", "postgres", "-c", f"createuser -p {port} -s root"], check=True, cwd="/"
        )
    _check(f"PostgreSQL {version}/{name}")


def _ensure_private_cluster():
    if _answers():
        return
    binaries = server_binaries()
    os.environ["PGHOST"] = str(CLUSTER)
    if _answers():
        return
    if not (CLUSTER / "PG_VERSION").exists():
        with Step("create a private PostgreSQL cluster"):
            subprocess.run(
                [binaries / "initdb", "-D", CLUSTER, "-E", "UTF8", "--no-locale", "-A", "trust"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
    LOGS.mkdir(parents=True, exist_ok=True)
    with Step("start the private PostgreSQL cluster"):
        subprocess.run(
            [
                binaries / "pg_ctl", "-D", CLUSTER, "-w", "-l", LOGS / "postgres.log",
                "-o", f"-k {CLUSTER} -c listen_addresses=''", "start",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    _check("the private PostgreSQL cluster")


def server_binaries():
    """The folder with initdb and postgres; SetupError where there is none."""
    found = shutil.which("pg_ctl")
    if found:
        return Path(found).resolve().parent
    versions = sorted(DEBIAN_BINARIES.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not versions:
        raise SetupError(
            "no PostgreSQL, and only root may install it: run 'apt-get install postgresql' as root, "
            "or set PGHOST."
        )
    return versions[-1]
