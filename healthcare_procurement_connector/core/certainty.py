"""Is it certain that a partner does not have a message? Asked before it goes another way.

The other way is another system, or a person with a printed order: neither recognises the idempotency key under
which the first system may have taken the order. So this is stricter than what a repeat at the same partner needs:

- before any attempt, nothing has left the house;
- a connection that was never opened carried nothing;
- 425 and 429 say that the request was not looked at;
- anything else may have arrived. A 5xx after the body was sent says that something went wrong, not that nothing
  happened (a gateway may have passed the order on); a refusal (4xx) is an answer about a document that was read;
  an answer that did not come says nothing.
"""

from collections.abc import Iterable

NOT_LOOKED_AT = (425, 429)


def certainly_not_delivered(
    state: str, tries: int, attempts: Iterable[tuple[str, int | None]]
) -> bool:
    """``tries``: how many attempts the message counts; ``attempts``: (outcome, HTTP status or None) of each known.

    >>> certainly_not_delivered("queued", 0, [])
    True
    >>> certainly_not_delivered("retrying", 2, [("transient", None), ("transient", 429)])
    True
    >>> certainly_not_delivered("retrying", 1, [("transient", 503)])
    False
    >>> certainly_not_delivered("queued", 1, [])  # an attempt that nothing is known of
    False
    """
    if state in ("sending", "uncertain"):
        return False
    known = list(attempts)
    return len(known) >= tries and all(
        outcome == "transient" and (not status or status in NOT_LOOKED_AT)
        for outcome, status in known
    )
