"""HTTP and HTTPS, within limits that hold whatever the other side does.

- One clock runs over name lookup, connecting, sending and reading: a server that sends a byte a second is cut
  off when the time is over, like one that sends nothing.
- The host is resolved once; the addresses found are checked and the connection goes to one of exactly these,
  while the certificate and the Host header keep to the name.
- No redirect is followed, no proxy is taken from the environment, no credentials are read from the URL.
"""

import ssl
import threading
import time
from collections import OrderedDict

import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError
from urllib3.util import Timeout, parse_url

from ..core.exceptions import AmbiguousError, IntegrationError, PermanentError, TransientError
from .addresses import permitted
from .base import Limits, Reply, Request
from .clock import call_clock, tls_context
from .pools import HttpPool, HttpsPool
from .resolver import resolve

PORTS = {"http": 80, "https": 443}
MOST_POOLS = 64
# What a server says of a client's certificate that it does not take, or misses.
CLIENT_ALERTS = {
    f"{family}_ALERT_{reason}"
    for family in ("TLSV1", "SSLV3", "TLSV13")
    for reason in (
        "ACCESS_DENIED",
        "BAD_CERTIFICATE",
        "CERTIFICATE_EXPIRED",
        "CERTIFICATE_REQUIRED",
        "CERTIFICATE_REVOKED",
        "CERTIFICATE_UNKNOWN",
        "UNKNOWN_CA",
        "UNSUPPORTED_CERTIFICATE",
    )
}
MOST_ADDRESSES = 3
CHUNK = 65536


class HttpTransport:
    """Keeps connections alive per host; one instance serves many threads.

    ``resolver(host, port, seconds)`` gives addresses and ``context`` is an ``ssl.SSLContext``: both are
    there to be replaced in tests or by an endpoint with its own certificate authority. ``identified``: the context
    holds a certificate of ours.
    """

    def __init__(
        self,
        pool_size: int = 8,
        resolver=resolve,
        context: ssl.SSLContext | None = None,
        identified: bool = False,
    ):
        self._pool_size = pool_size
        self._resolver = resolver
        self._context = tls_context(context, identified)
        self._pools = OrderedDict()
        self._lock = threading.Lock()

    def send(self, request: Request, limits: Limits = Limits()) -> Reply:  # noqa: B008 - frozen
        """See ``base.Transport``."""
        started = time.monotonic()
        url = _parsed(request.url)
        port = url.port or PORTS[url.scheme]
        host = url.host.strip("[]")
        with call_clock(started + limits.total_seconds) as clock:
            found = self._resolver(host, port, min(limits.connect_seconds, limits.total_seconds))
            addresses = permitted(found, limits.allow_internal)[:MOST_ADDRESSES]
            while True:
                address = addresses.pop(0)
                try:
                    pool = self._pool(url.scheme, host, port, address)
                    response = _call(pool, url, request, limits, clock)
                    return _complete(response, limits, started, clock)
                except TransientError:
                    # Nothing was sent, so the next address of the same name may be tried.
                    if not addresses or clock.remaining() <= 0:
                        raise

    def close(self) -> None:
        """Closes the idle connections."""
        with self._lock:
            pools, self._pools = self._pools, OrderedDict()
        for pool in pools.values():
            pool.close()

    def _pool(self, scheme, host, port, address):
        """The connections to one name at one address: a name that moves never meets an old connection."""
        key = (scheme, host, port, address)
        with self._lock:
            pool = self._pools.pop(key, None) or self._new_pool(scheme, host, port, address)
            self._pools[key] = pool
            dropped = self._pools.popitem(last=False)[1] if len(self._pools) > MOST_POOLS else None
        if dropped is not None:
            dropped.close()
        return pool

    def _new_pool(self, scheme, host, port, address):
        if scheme == "http":
            return HttpPool(address, port, maxsize=self._pool_size)
        return HttpsPool(
            address,
            port,
            maxsize=self._pool_size,
            ssl_context=self._context,
            cert_reqs="CERT_REQUIRED",
            server_hostname=host.rstrip("."),
        )


def _parsed(text):
    try:
        url = parse_url(text)
    except LocationParseError:
        raise PermanentError("The address is not a URL", "bad_url") from None
    if url.scheme not in PORTS:
        raise PermanentError("The address must begin with https:// or http://", "bad_url")
    if not url.host or "%" in url.host:
        raise PermanentError("The address names no host", "bad_url")
    if url.auth is not None:
        raise PermanentError("The address must not contain a user name or password", "bad_url")
    return url


def _call(pool, url, request, limits, clock):
    """The response with its headers read and its body unread."""
    host = url.host if url.port in (None, PORTS[url.scheme]) else f"{url.host}:{url.port}"
    headers = {
        "Host": host,
        "Accept-Encoding": "identity",
        "User-Agent": "healthcare-procurement/1",
    }
    try:
        return pool.urlopen(
            request.method,
            url.request_uri,
            body=request.body,
            headers=headers | dict(request.headers),
            redirect=False,
            retries=False,
            timeout=Timeout(connect=max(min(limits.connect_seconds, clock.remaining()), 0.001)),
            preload_content=False,
            decode_content=False,
        )
    except (HTTPError, OSError) as error:
        raise _meaning(error, clock) from error
    except ValueError:
        # http.client refuses line breaks in headers: they would smuggle in others. Its error quotes the header,
        # which may be a secret.
        raise PermanentError("The request has a malformed header", "bad_request") from None


def _complete(response, limits, started, clock):
    """The whole reply; whatever is not read to its end closes the connection instead of going back to it."""
    parts, size = [], 0
    try:
        while part := response.read(CHUNK):
            parts.append(part)
            size += len(part)
            if size > limits.max_reply_bytes:
                raise AmbiguousError("The partner's answer is too large", "reply_too_large")
    except (HTTPError, OSError) as error:
        response.close()
        raise _meaning(error, clock) from error
    except IntegrationError:
        response.close()
        raise
    finally:
        response.release_conn()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status, headers, b"".join(parts), time.monotonic() - started)


def _meaning(error, clock):
    """What an error of the connection says about the request: was it sent or not?"""
    if _alert(error) in CLIENT_ALERTS:
        # With TLS 1.3 this comes after the request went out, yet from a handshake that the server did not end.
        return PermanentError("The partner's system refuses our certificate", "client_certificate")
    if clock.sent:
        if clock.remaining() <= 0:
            return AmbiguousError("No complete answer came in time", "no_answer")
        return AmbiguousError("The connection broke before a complete answer came", "broken")
    if _is_certificate(error):
        return PermanentError(
            "The partner's certificate is not valid for this address", "certificate"
        )
    if isinstance(error, NewConnectionError):
        return TransientError("The partner's system refused the connection", "refused")
    if isinstance(error, (urllib3.exceptions.TimeoutError, TimeoutError)):
        return TransientError(
            "The partner's system could not be reached in time", "connect_timeout"
        )
    return TransientError("The connection could not be opened", "connect")


def _alert(error):
    while error is not None:
        if isinstance(error, ssl.SSLError) and error.reason and "_ALERT_" in error.reason:
            return error.reason
        error = error.__cause__ or error.__context__
    return None


def _is_certificate(error):
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
