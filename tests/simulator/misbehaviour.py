"""How a supplier's server fails on the wire, whatever it thinks of the order."""

import os
import socket
import struct
import threading
from dataclasses import dataclass

from werkzeug.wrappers import Response

KINDS = ("refuse", "reset", "cut", "hang", "status", "redirect", "drip", "garbage")
HALF_AN_ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"status": "rec'


class MisbehaviourError(ValueError):
    """The description of a misbehaviour makes no sense; says why."""


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """``kind``: refuse (no connection), reset, cut (a reset in the middle of the answer), hang, status, redirect,
    drip (a byte at a time), garbage.

    ``times`` is how often it strikes (None: until it is switched off); with ``stores`` the order is taken in
    before the answer goes wrong, so that the sender cannot know.
    """

    kind: str
    times: int | None = None
    stores: bool = False
    status: int = 503
    retry_after: str | None = None
    location: str = "http://127.0.0.1:9/elsewhere"
    seconds: float = 30.0

    def __post_init__(self):
        if self.kind not in KINDS:
            raise MisbehaviourError(f"{self.kind} is none of {', '.join(KINDS)}")
        if self.kind == "refuse" and (self.stores or self.times is not None):
            raise MisbehaviourError("a closed door stores nothing and counts nobody")


def misbehave(how: Misbehaviour, environ, stopped: threading.Event):
    """The answer that goes wrong; ends early when ``stopped``."""
    if how.kind == "reset":
        _reset(environ["werkzeug.socket"])
    if how.kind == "cut":
        environ["werkzeug.socket"].sendall(HALF_AN_ANSWER)
        _reset(environ["werkzeug.socket"])
    if how.kind == "hang":
        stopped.wait(how.seconds)
        _reset(environ["werkzeug.socket"])
    if how.kind == "redirect":
        return Response(status=302, headers={"Location": how.location})
    if how.kind == "drip":
        return _drip(how, stopped)
    if how.kind == "garbage":
        return Response(bytes(range(256)), 200, content_type="application/octet-stream")
    headers = {"Retry-After": how.retry_after} if how.retry_after else {}
    return Response("out of order", how.status, headers)


def _reset(connection):
    """Ends the connection with a TCP reset, as a crashed server's kernel does."""
    at_once = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    os.close(connection.detach())
    raise ConnectionResetError("switched on")


def _drip(how, stopped):
    pause = 0.2
    count = max(round(how.seconds / pause), 1)

    def bytes_one_by_one():
        for _ in range(count):
            yield b" "
            if stopped.wait(pause):
                return

    return Response(
        bytes_one_by_one(), 200, {"Content-Length": str(count)}, direct_passthrough=True
    )
