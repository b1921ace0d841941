"""urllib3's connection pools with sockets that obey the call's clock."""

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection

from .clock import TimedSocket


class _TimedConnection(HTTPConnection):
    def _new_conn(self):
        return TimedSocket.of(super()._new_conn())


class HttpPool(HTTPConnectionPool):
    ConnectionCls = _TimedConnection


# Over TLS the sockets come from the context, see clock.tls_context.
HttpsPool = HTTPSConnectionPool
