"""HTTP with everything that shows who we are: credentials, access tokens, a certificate of our own.

Connections with different certificates never meet: each identity has connections of its own.
"""

import threading
import time
from collections import OrderedDict
from dataclasses import replace

from .base import Limits, Reply, Request
from .http import HttpTransport
from .http_access import HttpAccess, authorization, bearer, context_for, hidden
from .oauth2 import Tokens
from .resolver import resolve

MOST_IDENTITIES = 64
_ANYBODY = HttpAccess()


class AuthorizedHttp:
    """See ``base.Transport``; a request's ``access`` is an HttpAccess or None. One instance serves many threads."""

    def __init__(self, pool_size: int = 8, resolver=resolve, tokens: Tokens | None = None):
        self._pool_size = pool_size
        self._resolver = resolver
        self._tokens = tokens or Tokens()
        self._transports = OrderedDict()
        self._lock = threading.Lock()

    def send(self, request: Request, limits: Limits = Limits()) -> Reply:  # noqa: B008 - frozen
        access = request.access or _ANYBODY
        http = self._transport(access)
        if access.kind == "oauth2":
            return self._with_token(http, request, access, limits)
        headers = authorization(access)
        reply = http.send(_with(request, headers), limits)
        return _hide(reply, [access.secret, *headers.values()])

    def close(self) -> None:
        """Closes the idle connections."""
        with self._lock:
            transports, self._transports = self._transports, OrderedDict()
        for transport in transports.values():
            transport.close()

    def _with_token(self, http, request, access, limits):
        """A token that is refused is asked for anew, once: it may have been withdrawn before its time."""
        deadline = time.monotonic() + limits.total_seconds
        token = self._tokens.get(http, access, limits)
        reply = http.send(_with(request, bearer(token)), _left(limits, deadline))
        left = _left(limits, deadline)
        if reply.status == 401 and left.total_seconds > 0:
            token = self._tokens.get(http, access, left, refused=token)
            reply = http.send(_with(request, bearer(token)), _left(limits, deadline))
        return _hide(reply, [access.secret, token])

    def _transport(self, access):
        """The connections of one identity. Contexts are made outside of the lock: that takes a while."""
        with self._lock:
            found = self._transports.get(access.identity)
            if found:
                self._transports.move_to_end(access.identity)
                return found
        made = HttpTransport(
            self._pool_size,
            self._resolver,
            context_for(access),
            identified=bool(access.certificate),
        )
        with self._lock:
            found = self._transports.setdefault(access.identity, made)
            dropped = None
            if len(self._transports) > MOST_IDENTITIES:
                dropped = self._transports.popitem(last=False)[1]
        if dropped is not None:
            dropped.close()
        return found


def _with(request, headers):
    """Ours go last: what says who we are is not overwritten by what describes the document."""
    return replace(request, headers={**request.headers, **headers})


def _left(limits, deadline):
    return replace(limits, total_seconds=deadline - time.monotonic())


def _hide(reply, secrets):
    body = hidden(reply.body, [each.removeprefix("Basic ") for each in secrets])
    return reply if body is reply.body else replace(reply, body=body)
