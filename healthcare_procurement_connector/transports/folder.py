"""Folders on a disk of this server, or one that is mounted here: for gateways (AS2, AS4, a broker's client) and
whatever else exchanges files.

Only below a root that the server's administrator set. Every folder on the way is opened by itself and never
through a symbolic link, and files are named relative to the opened folder: what is swapped meanwhile leads nowhere.

Our file is written under a hidden name, synced and renamed, so that nobody sees a part of it. A disk that hangs
(a network mount) cannot be interrupted from here; time limits hold between pieces.
"""

import contextlib
import errno
import os
import stat
import time
from dataclasses import dataclass, field

from ..core.exceptions import AmbiguousError, IntegrationError, PermanentError, TransientError
from ..core.file_looks import MARKER, Seen, is_plain
from .base import Limits, Reply, Request
from .files import CHUNK, MOST_SEEN, Folders, numbered, parts_of, temporary_name, too_large

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NOWHERE = os.O_NOFOLLOW | os.O_CLOEXEC
MEANINGS = {
    errno.ENOENT: (TransientError, "The folder is not there", "no_folder"),
    errno.ENOTDIR: (PermanentError, "Part of the path is no folder, or a link", "not_a_folder"),
    errno.ELOOP: (PermanentError, "A symbolic link is in the way", "symlink"),
    errno.EACCES: (PermanentError, "The server may not use the folder", "no_permission"),
    errno.EPERM: (PermanentError, "The server may not use the folder", "no_permission"),
    errno.EXDEV: (PermanentError, "The folders are on different disks", "other_disk"),
    errno.ENOSPC: (TransientError, "The disk is full", "disk_full"),
    errno.EDQUOT: (TransientError, "The disk is full", "disk_full"),
}


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """``root``: absolute, from the server's settings; ``path``: the endpoint's own part of it."""

    root: str
    path: str
    folders: Folders = field(default_factory=Folders)


class FolderTransport:
    """See ``base.Transport`` and ``base.Collector``; a request's ``access`` is a FolderPlace."""

    def send(self, request: Request, limits: Limits = Limits()) -> Reply:  # noqa: B008 - frozen
        """Puts the request's body into the folder ``out``; without a name it only looks whether they are there."""
        started, place = time.monotonic(), request.access
        if not request.name:
            for path in dict.fromkeys((place.folders.out, place.folders.pending)):
                with _opened(place, path) as folder, _told():
                    os.listdir(folder)
            return Reply(204, seconds=time.monotonic() - started)
        deadline = started + limits.total_seconds
        with _opened(place, place.folders.out) as folder:
            status = _put(folder, request.name, request.body, deadline)
        return Reply(status, seconds=time.monotonic() - started)

    @contextlib.contextmanager
    def visit(self, place: FolderPlace, limits: Limits):
        with _opened(place, place.folders.pending) as folder:
            yield _Visit(place, folder, limits)


class _Visit:
    def __init__(self, place, folder, limits):
        self._place = place
        self._folder = folder
        self._limits = limits
        self._deadline = time.monotonic() + limits.total_seconds

    def look(self) -> dict[str, Seen]:
        found = {}
        with _told(), os.scandir(self._folder) as entries:
            for entry in entries:
                if len(found) >= MOST_SEEN:
                    break
                name = entry.name
                if not (is_plain(name) or is_plain(name.removesuffix(MARKER))):
                    continue
                with contextlib.suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        found[name] = Seen(status.st_size, status.st_mtime)
        return found

    def fetch(self, name: str) -> bytes:
        with _told():
            # Not blocking: a pipe of that name must not hold us.
            number = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _NOWHERE, dir_fd=self._folder)
            with os.fdopen(number, "rb") as file:
                before = _regular(number)
                raw = _read(file, self._limits.max_reply_bytes, self._deadline)
                after = os.fstat(number)
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise TransientError("The file is still being written", "not_complete")
        return raw

    def finish(self, name: str, taken: bool) -> None:
        """Moves the file to ``done`` or ``error``; one that is gone already was moved by somebody."""
        path = self._place.folders.done if taken else self._place.folders.error
        with _opened(self._place, path, create=True) as folder, _told():
            with contextlib.suppress(FileNotFoundError):
                os.rename(name, _free(folder, name), src_dir_fd=self._folder, dst_dir_fd=folder)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"{name}{MARKER}", dir_fd=self._folder)
            os.fsync(folder)


@contextlib.contextmanager
def _opened(place, path, create=False):
    """The number of an opened folder below the place's root."""
    if not place.root:
        raise PermanentError("This server has no root for folders", "no_root")
    parts = (*parts_of(place.path), *parts_of(path))
    with contextlib.ExitStack() as stack:
        with _told():
            number = os.open(place.root, _FOLDER)
            stack.callback(os.close, number)
            for part in parts:
                if create and part == parts[-1]:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o750, dir_fd=number)
                number = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=number)
                stack.callback(os.close, number)
        yield number


@contextlib.contextmanager
def _told():
    """Errors of the disk as what they mean for the message."""
    try:
        yield
    except OSError as error:
        kind, text, code = MEANINGS.get(
            error.errno, (TransientError, "The disk does not do what it should", "disk")
        )
        raise kind(text, code) from error


def _put(folder, name, body, deadline):
    """201 for a file that was put there, 200 for one that was there before, whole."""
    if not is_plain(name):
        raise PermanentError("The file has no usable name", "bad_name")
    if _is_there(folder, name, body):
        return 200
    temporary = temporary_name(name)
    try:
        with _told():
            # What an attempt that died left under this name is overwritten.
            flags = os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK | _NOWHERE
            number = os.open(temporary, flags, 0o640, dir_fd=folder)
            with os.fdopen(number, "wb") as file:
                _regular(number)
                os.ftruncate(number, 0)
                _write(file, body, deadline)
                os.fsync(number)
            os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except IntegrationError:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    try:
        os.fsync(folder)
    except OSError as error:
        raise AmbiguousError(
            "The file was written, but the disk does not confirm it", "not_confirmed"
        ) from error
    return 201


def _write(file, body, deadline):
    for start in range(0, len(body), CHUNK):
        _check_time(deadline)
        file.write(body[start : start + CHUNK])
    file.flush()
    # Before the rename: nothing that comes late is seen.
    _check_time(deadline)


def _read(file, limit, deadline):
    raw = bytearray()
    while part := file.read(CHUNK):
        _check_time(deadline)
        raw += part
        if len(raw) > limit:
            raise too_large(limit)
    return bytes(raw)


def _check_time(deadline):
    if time.monotonic() > deadline:
        raise TransientError("The disk did not answer in time", "timeout")


def _regular(number):
    """The state of an opened file; one with a second name may be anybody's file."""
    status = os.fstat(number)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
        raise PermanentError("This is no plain file", "not_a_file")
    return status


def _is_there(folder, name, body):
    """Whether an attempt before put the file there, whole; PermanentError where it is another one."""
    try:
        number = os.open(name, os.O_RDONLY | os.O_NONBLOCK | _NOWHERE, dir_fd=folder)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise PermanentError("Something else has the file's name", "name_taken") from error
    with os.fdopen(number, "rb") as file, _told():
        _regular(number)
        if file.read(len(body) + 1) != body:
            raise PermanentError("Another file has this name", "name_taken")
    return True


def _free(folder, name):
    """A name that no file in the folder has: what was moved there before is never overwritten."""
    taken = set(os.listdir(folder))
    number = 0
    while numbered(name, number) in taken:
        number += 1
    return numbered(name, number)
