"""The one clock that runs over a whole call, down to each read from the socket.

A socket's own timeout starts anew with every byte; these sockets ask the call's clock before each operation
how much time is left. The clock also notes whether anything of the request went out: this tells a call that
certainly did nothing from one that may have.
"""

import contextlib
import socket
import ssl
import threading
import time

_thread = threading.local()


class Clock:
    def __init__(self, deadline: float):
        self.deadline = deadline
        self.sent = False

    def remaining(self) -> float:
        return self.deadline - time.monotonic()


@contextlib.contextmanager
def call_clock(deadline: float):
    """The clock of the one call this thread makes."""
    _thread.clock = Clock(deadline)
    try:
        yield _thread.clock
    finally:
        _thread.clock = None


class _Timed:
    """For sockets: every operation gets what is left of the call's time, nothing when it is over."""

    def _start(self, sending=False):
        clock = getattr(_thread, "clock", None)
        if clock is None:
            return
        remaining = clock.remaining()
        if remaining <= 0:
            raise TimeoutError("the call's time is over")
        self.settimeout(remaining)
        clock.sent = clock.sent or sending

    def recv_into(self, *args, **kwargs):
        self._start()
        return super().recv_into(*args, **kwargs)

    def send(self, *args, **kwargs):
        self._start(sending=True)
        return super().send(*args, **kwargs)

    def sendall(self, *args, **kwargs):
        self._start(sending=True)
        return super().sendall(*args, **kwargs)


class TimedSocket(_Timed, socket.socket):
    @classmethod
    def of(cls, plain: socket.socket) -> "TimedSocket":
        """Takes over the connection of a plain socket."""
        family, kind, protocol, timeout = plain.family, plain.type, plain.proto, plain.gettimeout()
        timed = cls(family, kind, protocol, fileno=plain.detach())
        timed.settimeout(timeout)
        return timed


class TimedTlsSocket(_Timed, ssl.SSLSocket):
    """SSLSocket's sendall calls send for each piece, so a receiver that reads slowly is cut off too."""


def tls_context(context: ssl.SSLContext | None = None) -> ssl.SSLContext:
    """A context that checks certificate and name, whose sockets obey the clock."""
    context = context or ssl.create_default_context()
    context.sslsocket_class = TimedTlsSocket
    return context
