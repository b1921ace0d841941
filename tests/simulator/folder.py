"""A supplier that exchanges files: takes what the buyer leaves in ``out``, leaves its own in ``in``.

A file is complete when it has its name; the supplier's get an empty one beside them, ``name.done``, as some ask for.
"""

import contextlib
import threading

from .desk import RefusedError

PAUSE = 0.1


class FolderPost:
    """Leaves documents; the answers look like those over HTTP: 202 for what is in the folder."""

    def __init__(self, folder):
        self._pending = folder / "in"
        self._pending.mkdir(parents=True, exist_ok=True)

    def __call__(self, sent, _secret=None):
        name = f"{sent.kind}-{sent.webhook_id}"
        part = self._pending / f".{name}.part"
        part.write_bytes(sent.raw)
        part.rename(self._pending / name)
        (self._pending / f"{name}.done").touch()
        return 202, name


class FolderDoor:
    """Looks for the buyer's documents until it is closed; each is taken once and then moved to ``taken``."""

    def __init__(self, folder, desk):
        self._out, self._taken = folder / "out", folder / "taken"
        for each in (self._out, self._taken):
            each.mkdir(parents=True, exist_ok=True)
        self._desk = desk
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self):
        self._closed.set()

    def _watch(self):
        while not self._closed.wait(PAUSE):
            for file in sorted(self._out.iterdir()):
                if not file.name.startswith("."):
                    # What is refused is in the desk's books.
                    with contextlib.suppress(RefusedError):
                        self._desk.take_file(file.name, file.read_bytes())
                    file.rename(self._taken / file.name)
