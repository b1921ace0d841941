"""What every transport promises, whatever its protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


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
