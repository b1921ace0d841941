"""Reads what an HTTP answer means for the message that was sent."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

from ..core.exceptions import PermanentError, TransientError
from .base import Reply

TRY_LATER = {408, 425, 429}


def classify(reply: Reply) -> None:
    """Returns for a 2xx; raises TransientError or PermanentError, coded ``http_<status>``, for all else.

    A redirect is permanent: a signed document goes to the address a person entered, to no other.

    >>> classify(Reply(204))
    >>> classify(Reply(503, {"retry-after": "120"}))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    TransientError: The partner's system answered 503
    >>> classify(Reply(302))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    PermanentError: The partner's system answered 302
    """
    if 200 <= reply.status < 300:
        return
    text = f"The partner's system answered {reply.status}"
    code = f"http_{reply.status}"
    if reply.status >= 500 or reply.status in TRY_LATER:
        raise TransientError(text, code, retry_after=retry_after(reply.headers))
    raise PermanentError(text, code)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds a partner asks us to wait, or None. A date counts from the answer's own Date header.

    >>> retry_after({"Retry-After": "120"})
    120.0
    >>> retry_after({"retry-after": "Sun, 22 Nov 2026 10:01:30 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"})
    90.0
    >>> retry_after({"retry-after": "soon"}) is None
    True
    """
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    value = lowered.get("retry-after", "")
    if value.isascii() and value.isdigit():
        return float(value[:9])  # more digits than that mean "never" anyway
    until, since = _date(value), _date(lowered.get("date", ""))
    if until is None or since is None:
        return None
    return max((until - since).total_seconds(), 0.0)


def _date(text) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return parsed if parsed.tzinfo else None
