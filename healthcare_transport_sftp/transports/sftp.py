"""SFTP: files put into and fetched from a server's folders.

Our file is written under a hidden name and renamed when it is whole. An upload that was cut off goes on where it
ended; a download that is cut off goes on once within the same visit. Only the rename can be uncertain: everything
before it has shown nothing to the partner.
"""

import contextlib
import stat
import time

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.core.file_looks import MARKER, Seen, is_plain
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Reply, Request
from odoo.addons.healthcare_procurement_connector.transports.files import (
    MOST_SEEN,
    numbered,
    temporary_name,
    too_large,
)
from odoo.addons.healthcare_procurement_connector.transports.resolver import resolve

from .session import FAILURES, SftpServer, opened

CHUNK = 32_768
# So much of the end of what lies there is compared before an upload goes on.
TAIL = 32_768


class SftpTransport:
    """See ``base.Transport`` and ``base.Collector`` of the connector; a request's ``access`` is an SftpServer."""

    def __init__(self, resolver=resolve):
        self._resolver = resolver

    def send(self, request: Request, limits: Limits = Limits()) -> Reply:  # noqa: B008 - frozen
        """Puts the request's body into the folder ``out``; without a name it only looks whether they are there."""
        started, server = time.monotonic(), request.access
        if request.name and not is_plain(request.name):
            raise PermanentError("The file has no usable name", "bad_name")
        with self._session(server, limits, started + limits.total_seconds) as session:
            if request.name:
                status = _put(session, server, request.name, request.body)
            else:
                status = 204
                with session.told():
                    for name in dict.fromkeys((server.folders.out, server.folders.pending)):
                        session.sftp.stat(server.folder(name))
        return Reply(status, seconds=time.monotonic() - started)

    @contextlib.contextmanager
    def visit(self, server: SftpServer, limits: Limits):
        deadline = time.monotonic() + limits.total_seconds
        with contextlib.ExitStack() as stack:

            def connect():
                return stack.enter_context(self._session(server, limits, deadline))

            yield _Visit(server, limits, connect)

    def _session(self, server, limits, deadline):
        return opened(server, limits, deadline, self._resolver)


class _Visit:
    def __init__(self, server, limits, connect):
        self._server = server
        self._limits = limits
        self._connect = connect
        self._session = connect()
        self._folder = server.folder(server.folders.pending)

    def look(self) -> dict[str, Seen]:
        found, session = {}, self._session
        with session.told():
            # To its end, whatever it holds: the answers to what was asked ahead come anyhow.
            for entry in session.sftp.listdir_iter(self._folder):
                session.check_time()
                name = entry.filename
                plain = is_plain(name) or is_plain(name.removesuffix(MARKER))
                if plain and _is_regular(entry) and len(found) < MOST_SEEN:
                    found[name] = Seen(entry.st_size or 0, float(entry.st_mtime or 0))
        return found

    def fetch(self, name: str) -> bytes:
        raw, before = bytearray(), None
        for tries_left in (1, 0):
            try:
                with self._session.told():
                    now = self._state(name)
                    if before is not None and now != before:
                        raise TransientError("The file is still being written", "not_complete")
                    before = now
                    self._download(name, raw, before.size)
                    if self._state(name) != before or len(raw) != before.size:
                        raise TransientError("The file is still being written", "not_complete")
                    return bytes(raw)
            except TransientError as error:
                if error.code != "broken" or not tries_left:
                    raise
                self._session = self._connect()
        raise AssertionError("the last try returns or raises")

    def finish(self, name: str, taken: bool) -> None:
        """Moves the file to ``done`` or ``error``; one that is gone already was moved by somebody."""
        folders, sftp = self._server.folders, self._session.sftp
        target = self._server.folder(folders.done if taken else folders.error)
        with self._session.told():
            if not _exists(sftp, target):
                sftp.mkdir(target)
            number = 0
            while _exists(sftp, f"{target}/{numbered(name, number)}"):
                self._session.check_time()
                number += 1
            with contextlib.suppress(FileNotFoundError):
                sftp.rename(f"{self._folder}/{name}", f"{target}/{numbered(name, number)}")
            with contextlib.suppress(FileNotFoundError):
                sftp.remove(f"{self._folder}/{name}{MARKER}")

    def _state(self, name):
        attributes = self._session.sftp.lstat(f"{self._folder}/{name}")
        if not _is_regular(attributes):
            raise PermanentError("This is no plain file", "not_a_file")
        size = attributes.st_size or 0
        if size > self._limits.max_reply_bytes:
            raise too_large(self._limits.max_reply_bytes)
        return Seen(size, float(attributes.st_mtime or 0))

    def _download(self, name, raw, size):
        """Adds to ``raw`` what it does not have yet."""
        with self._session.sftp.open(f"{self._folder}/{name}", "rb") as file:
            file.seek(len(raw))
            file.prefetch(size)
            while part := file.read(CHUNK):
                self._session.check_time()
                raw += part
                # The server may send more than it said.
                if len(raw) > self._limits.max_reply_bytes:
                    raise too_large(self._limits.max_reply_bytes)


def _put(session, server, name, body):
    """201 for a file that was put there, 200 for one that was there before, whole."""
    folder = server.folder(server.folders.out)
    final, temporary = f"{folder}/{name}", f"{folder}/{temporary_name(name)}"
    with session.told():
        if _is_there(session, final, body):
            return 200
        _upload(session, temporary, body)
    session.check_time()
    _make_visible(session, temporary, final)
    return 201


def _make_visible(session, temporary, final):
    """Renames the file. Where that fails the server is asked what it did; where it cannot be asked, nobody knows."""
    try:
        session.sftp.rename(temporary, final)
    except FAILURES as error:
        try:
            not_done = _exists(session.sftp, temporary)
        except FAILURES:
            code = "timeout" if time.monotonic() >= session.deadline else "broken"
            raise AmbiguousError(
                "The connection broke while the file was made visible", code
            ) from error
        if not_done:
            raise session.meaning(error) from error


def _upload(session, path, body):
    """The whole body under ``path``; what an attempt before left there is completed."""
    start = _good_part(session, path, body)
    with session.sftp.open(path, "ab" if start else "wb") as file:
        file.set_pipelined(True)
        for begin in range(start, len(body), CHUNK):
            session.check_time()
            file.write(body[begin : begin + CHUNK])
    if session.sftp.stat(path).st_size != len(body):
        raise TransientError("The server has not kept the whole file", "incomplete")


def _good_part(session, path, body):
    """How much of the body lies there already, judged by its end; 0: begin anew."""
    try:
        size = session.sftp.lstat(path).st_size or 0
        if not 0 < size <= len(body):
            return 0
        with session.sftp.open(path, "rb") as file:
            start = max(size - TAIL, 0)
            file.seek(start)
            return size if file.read(size - start) == body[start:size] else 0
    except OSError:
        if session.is_lost:
            raise
        return 0  # not there, or not for us to read


def _is_there(session, path, body):
    """Whether an attempt before put the file there, whole; PermanentError where it is another one."""
    try:
        size = session.sftp.lstat(path).st_size
    except FileNotFoundError:
        return False
    if size != len(body):
        raise PermanentError("Another file has this name", "name_taken")
    with contextlib.suppress(PermissionError), session.sftp.open(path, "rb") as file:
        file.prefetch(size)
        if file.read(size + 1) != body:
            raise PermanentError("Another file has this name", "name_taken")
    return True


def _exists(sftp, path):
    try:
        sftp.lstat(path)
    except FileNotFoundError:
        return False
    return True


def _is_regular(attributes):
    return stat.S_ISREG(attributes.st_mode or 0)
