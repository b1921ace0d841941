"""Debian packages that pip cannot bring: installed when we are root, asked for when we are not."""

import os
import shutil
import subprocess

from lib.ui import SetupError, Step

_updated = False


def install(*packages, why):
    global _updated
    names = " ".join(packages)
    if os.geteuid() != 0:
        raise SetupError(f"{why} needs Debian's {names}: run 'apt-get install {names}' as root.")
    if not shutil.which("apt-get"):
        raise SetupError(f"{why} needs {names}, and there is no apt-get here; install it by hand.")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with Step(f"apt-get install {names}"):
        commands = [] if _updated else [["update"]]
        commands.append(["install", "-y", "--no-install-recommends", *packages])
        for command in commands:
            done = subprocess.run(
                ["apt-get", "-q", *command], capture_output=True, text=True, env=environment
            )
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                raise SetupError(f"apt-get {command[0]} failed: {reason}")
        _updated = True
