"""Ends what a run started, however the run ends: a process that waits for the run's end of a pipe to close.

The kernel closes the pipe even when the run is killed, so nothing of it is ever left behind.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading


class Janitor:
    """``watch(process)`` every process that leads a session of its own; ``remove(folder)`` in the end."""

    def __init__(self):
        self._lock = threading.Lock()

    def __enter__(self):
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        return self

    def __exit__(self, *_error):
        """All watched sessions are dead and all folders gone when this returns."""
        self._process.stdin.close()
        self._process.wait()

    def watch(self, process):
        self._say(f"watch {process.pid}")
        return process

    def forget(self, process):
        """A process that has ended: its number may soon be another's."""
        self._say(f"forget {process.pid}")

    def remove(self, folder):
        self._say(f"remove {folder}")

    def _say(self, line):
        with self._lock:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()


def members(session):
    """The living processes of a session."""
    return [
        pid
        for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
        if _session_of(pid) == session
    ]


def _session_of(pid):
    """None where the process has ended, whether or not somebody has taken note of it."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            state, _parent, _group, session = stat.read().rpartition(")")[2].split()[:4]
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state == "Z" else int(session)


def kill_session(session):
    """SIGKILL to all processes of a session."""
    for process in members(session):
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _wait_and_clean(lines):
    sessions, folders = [], []
    for line in lines:
        command, argument = line.rstrip("\n").split(" ", 1)
        if command == "watch":
            sessions.append(int(argument))
        elif command == "forget":
            sessions.remove(int(argument))
        else:
            folders.append(argument)
    for session in reversed(sessions):
        kill_session(session)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    _wait_and_clean(sys.stdin)
