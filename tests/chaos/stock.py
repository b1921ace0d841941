"""A cluster with our addons installed, kept as one archive: unpacking it takes a second.

It is made from the set-up's kept test database whenever that one has changed.
"""

import subprocess
import tempfile
from pathlib import Path

from lib import databases
from lib.places import STATE, one_at_a_time
from lib.ui import Step

from .cluster import DATABASE, Cluster
from .janitor import Janitor

FOLDER = STATE / "chaos"


def archive():
    """The path of the kept cluster's archive, up to date."""
    with one_at_a_time("chaos"):
        source, key = databases.kept()
        path = FOLDER / f"cluster-{key}.tar"
        if not path.exists():
            FOLDER.mkdir(exist_ok=True)
            with Step("make a PostgreSQL cluster for the chaos tests"):
                _make(source, path)
            for other in FOLDER.glob("cluster-*.tar"):
                if other != path:
                    other.unlink()
        return path


def _make(source, path):
    with Janitor() as janitor, tempfile.TemporaryDirectory(prefix="hpi-chaos-") as temporary:
        folder = Path(temporary)
        dump, packed = folder / "dump", FOLDER / "packing"
        cluster = Cluster(folder, janitor, FOLDER / "making.log")
        cluster.create()
        cluster.start()
        cluster.rows(f"CREATE DATABASE {DATABASE}", database="postgres")
        options = ["--no-owner", "--no-acl"]
        subprocess.run(["pg_dump", "-Fc", "-Z0", *options, "-f", dump, source], check=True)
        subprocess.run(
            ["pg_restore", "-j2", "-d", DATABASE, "--no-comments", *options, dump],
            check=True,
            env=cluster.environment(),
        )
        cluster.rows(databases.ATTACHMENTS_AS_USUAL)
        cluster.stop()
        cluster.pack(packed)
        packed.rename(path)
