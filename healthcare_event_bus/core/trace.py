"""W3C trace context: ties an event to the call that caused it.

``traceparent`` is ``00-<trace id, 32 hex>-<span id, 16 hex>-<flags, 2 hex>``.
"""

import re

TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
TRACE_BYTES, SPAN_BYTES = 16, 8


def trace_of(header: str | None) -> str | None:
    """The trace id of a received header, or None where the header is to be ignored.

    >>> trace_of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    '0af7651916cd43dd8448eb211c80319c'
    >>> trace_of("00-00000000000000000000000000000000-b7ad6b7169203331-01") is None
    True
    """
    found = TRACEPARENT.fullmatch((header or "").strip(" \t"))
    if not found:
        return None
    version, trace, span, _flags, more = found.groups()
    # Version 00 has exactly four parts; later ones may have more; ff is no version.
    if version == "ff" or (version == "00" and more):
        return None
    return None if set(trace) == {"0"} or set(span) == {"0"} else trace


def child(header: str | None, random_trace: bytes, random_span: bytes) -> str:
    """A new span of the received trace; of a new trace where none came with the call.

    >>> child(None, bytes([1] * 16), bytes([2] * 8))
    '00-01010101010101010101010101010101-0202020202020202-01'
    """
    if len(random_trace) != TRACE_BYTES or len(random_span) != SPAN_BYTES:
        raise ValueError("a trace has 16 bytes, a span 8")
    return f"00-{trace_of(header) or random_trace.hex()}-{random_span.hex()}-01"
