"""Access tokens by OAuth 2.0 client credentials (RFC 6749, 4.4): asked for once, kept until shortly before they end.

One cache serves all threads of a process. While one thread asks for a token the others that need the same one
wait for it, each within the time limit of its own call. No order is sent before its token is here, so whatever
goes wrong meanwhile has done nothing at the partner.
"""

import json
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode

from ..core.exceptions import AmbiguousError, IntegrationError, PermanentError, TransientError
from .base import Limits, Request
from .http_access import HttpAccess, authorization, bearer
from .reply import classify

MOST_TOKENS = 256
LARGEST_ANSWER = 64_000
# Where the server does not say for how long; and so long before its end a token counts as ended.
USUAL_SECONDS = 300.0
MARGIN = 30.0
_REASON = re.compile(r"[a-z_]{1,40}")


@dataclass(slots=True)
class _Entry:
    token: str = ""
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Tokens:
    """``now`` is a monotonic clock."""

    def __init__(self, now=time.monotonic):
        self._now = now
        self._entries = OrderedDict()
        self._lock = threading.Lock()

    def get(self, http, access: HttpAccess, limits: Limits, refused: str = "") -> str:
        """A token that is not ``refused``; asked for with the transport ``http`` within ``limits``.

        TransientError and PermanentError as ``base.Transport``; never AmbiguousError.
        """
        entry, deadline = self._entry(access), self._now() + limits.total_seconds
        if not entry.lock.acquire(timeout=max(limits.total_seconds, 0)):
            raise TransientError("No access token came in time", "oauth_timeout")
        try:
            if entry.token and entry.token != refused and self._now() < entry.until:
                return entry.token
            left = replace(
                limits,
                total_seconds=max(deadline - self._now(), 0.001),
                max_reply_bytes=LARGEST_ANSWER,
            )
            entry.token = ""
            entry.token, seconds = _ask(http, access, left)
            entry.until = self._now() + max(seconds - MARGIN, seconds / 2)
            return entry.token
        finally:
            entry.lock.release()

    def _entry(self, access):
        """The secret is part of the key: with a new secret a new token is asked for."""
        key = (access.token_url, access.user, access.secret, access.scope, *access.identity)
        with self._lock:
            entry = self._entries.pop(key, None) or _Entry()
            self._entries[key] = entry
            if len(self._entries) > MOST_TOKENS:
                self._entries.popitem(last=False)
        return entry


def _ask(http, access, limits):
    """(token, seconds for which it holds)."""
    try:
        reply = http.send(_question(access), limits)
    except AmbiguousError as error:
        raise TransientError(f"No access token: {error}", "oauth_no_answer") from None
    try:
        classify(reply)
    except TransientError as error:
        raise TransientError(
            f"No access token: {error}", f"oauth_{error.code}", error.retry_after
        ) from None
    except IntegrationError as error:
        raise PermanentError(
            f"No access token: {error}{_reason(reply.body)}", "oauth_refused"
        ) from None
    return _read(reply.body)


def _question(access):
    values = {"grant_type": "client_credentials"}
    if access.scope:
        values["scope"] = access.scope
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if access.form:
        values |= {"client_id": access.user, "client_secret": access.secret}
    else:
        # RFC 6749, 2.3.1: both are encoded as in a form before they go into the header.
        client = HttpAccess("basic", quote_plus(access.user), quote_plus(access.secret))
        headers |= authorization(client)
    return Request(access.token_url, urlencode(values).encode(), headers)


def _read(body):
    try:
        answer = json.loads(body)
        token, kind = answer["access_token"], answer.get("token_type", "bearer")
        seconds = float(answer.get("expires_in") or USUAL_SECONDS)
        known = isinstance(token, str) and str(kind).lower() == "bearer" and 0 < seconds < 1e9
    except (ValueError, TypeError, KeyError, AttributeError):
        known = False
    if not known:
        # Its text is not repeated: a token may be in it.
        raise TransientError(
            "No access token: the answer of the token address makes no sense", "oauth_bad_answer"
        )
    bearer(token)
    return token, seconds


def _reason(body):
    """The error's code of RFC 6749, 5.2, and nothing else of what the server said."""
    try:
        code = json.loads(body)["error"]
    except (ValueError, TypeError, KeyError):
        return ""
    return f" ({code})" if isinstance(code, str) and _REASON.fullmatch(code) else ""
