"""What every transport promises, whatever its protocol."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from ..core.file_looks import Seen


@dataclass(frozen=True, slots=True)
class Request:
    """One call. ``headers`` may hold a signature or a token, so a request is never written to a log.

    ``transport`` is the code of the transport that carries it, ``access`` what that one needs besides the address:
    credentials, folders, a pinned key. ``name``: of the file, for those that write files.
    """

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    transport: str = "http"
    access: object = None
    name: str = ""

    def __repr__(self):
        return f"Request({self.method}, {len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may last in all, how much it may bring back, and where it may go.

    ``allow_internal`` opens private, loopback and link-local addresses: only a manager says so.
    """

    total_seconds: float = 20
    connect_seconds: float = 5
    max_reply_bytes: int = 1_000_000
    allow_internal: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0


class Transport(Protocol):
    """Sends one request and returns the complete answer, whatever its status, from any thread.

    Raises ``core.exceptions``: TransientError when nothing was sent, AmbiguousError when the request may have
    arrived but no complete answer came back within the limits, PermanentError when this request can never
    be sent.
    """

    def send(self, request: Request, limits: Limits) -> Reply: ...


class Visit(Protocol):
    """A look into the folder in which a partner's files lie, and what is done with them; one thread's, for a while."""

    def look(self) -> dict[str, Seen]:
        """The plain files with their markers, by name."""

    def fetch(self, name: str) -> bytes:
        """The whole file: PermanentError ``too_large`` above ``limits.max_reply_bytes``, TransientError where it
        changed meanwhile."""

    def finish(self, name: str, taken: bool) -> None:
        """Moves a file out of the way: it is stored here, or was refused for good. Nothing is overwritten."""


class Collector(Protocol):
    """Fetches a partner's files. ``access`` as in Request; raises as Transport does, but never AmbiguousError."""

    def visit(self, access: object, limits: Limits) -> AbstractContextManager[Visit]: ...
