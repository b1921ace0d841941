"""One transport in front of many: each request is carried by the one it names."""

from ..core.exceptions import PermanentError
from .base import Limits, Reply, Request, Transport


class Switch:
    """See ``base.Transport``. ``transports``: {code: transport}; more are added while the server starts."""

    def __init__(self, transports: dict[str, Transport]):
        self._transports = transports

    def add(self, code: str, transport: Transport) -> None:
        self._transports[code] = transport

    def codes(self) -> tuple[str, ...]:
        return tuple(self._transports)

    def send(self, request: Request, limits: Limits) -> Reply:
        try:
            transport = self._transports[request.transport]
        except KeyError:
            raise PermanentError(
                f"Nothing here carries documents by {request.transport}", "no_transport"
            ) from None
        return transport.send(request, limits)
