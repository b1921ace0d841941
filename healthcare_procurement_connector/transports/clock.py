"""The one clock that runs over a whole call, down to each read from the socket.

A socket's own timeout starts anew with every byte; these sockets ask the call's clock before each operation
how much time is left. The clock also notes whether anything of the request went out: this tells a call that
certainly did nothing from one that may have.
"""

import contextlib
import select
import socket
import ssl
import threading
import time

_thread = threading.local()
# How long a new connection waits to hear whether our certificate was taken.
VERDICT_SECONDS = 1.0


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


class IdentifiedTlsSocket(TimedTlsSocket):
    """For connections with a certificate of ours. In TLS 1.3 the handshake ends for us before the server has looked
    at it; an order sent at once would be lost together with the server's no, and count as perhaps arrived. So a
    new connection waits a moment: for the no, or for the session tickets that follow the yes.
    """

    def do_handshake(self, block=False):
        done = super().do_handshake(block)
        if self.version() == "TLSv1.3":
            self._hear_verdict()
        return done

    def _hear_verdict(self):
        clock, timeout = getattr(_thread, "clock", None), self.gettimeout()
        seconds = min(VERDICT_SECONDS, clock.remaining()) if clock else VERDICT_SECONDS
        poll = select.poll()
        poll.register(self, select.POLLIN)
        if not poll.poll(max(seconds, 0) * 1000):
            return  # a server without tickets says nothing
        self.settimeout(0)
        try:
            # Of SSLSocket itself: this is no operation that the clock has to time.
            ssl.SSLSocket.recv_into(self, bytearray(1))
        except ssl.SSLWantReadError:
            return
        finally:
            self.settimeout(timeout)
        raise ConnectionResetError("the server spoke before it was asked, or hung up")


def tls_context(context: ssl.SSLContext | None = None, identified: bool = False) -> ssl.SSLContext:
    """A context that checks certificate and name, whose sockets obey the clock.

    ``identified``: it holds a certificate of ours.
    """
    context = context or ssl.create_default_context()
    context.sslsocket_class = IdentifiedTlsSocket if identified else TimedTlsSocket
    return context
