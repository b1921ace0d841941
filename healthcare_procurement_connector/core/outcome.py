"""What an attempt means for its message: a verdict as data, acted on by the services."""

from collections.abc import Sequence
from dataclasses import dataclass

from .backoff import SCHEDULE, next_delay
from .exceptions import (
    AmbiguousError,
    BusinessError,
    IntegrationError,
    NotYetError,
    TransientError,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``state``: the message's next state; ``wait``: seconds until the next attempt; ``kind``: the attempt's."""

    state: str
    kind: str
    wait: float | None = None


def after_sending(
    error: IntegrationError | None,
    attempts: int,
    max_attempts: int,
    idempotent: bool,
    random: float,
    schedule: Sequence[float] = SCHEDULE,
) -> Verdict:
    """``attempts`` counts the one that just ended; ``schedule`` is the endpoint's, its last wait repeats.

    >>> after_sending(None, 1, 8, False, 0.5).state
    'sent'
    >>> after_sending(TransientError("busy"), 1, 8, False, 0.5)
    Verdict(state='retrying', kind='transient', wait=2.5)
    >>> after_sending(TransientError("busy"), 3, 8, False, 0.5, (60, 120)).wait
    60.0
    >>> after_sending(TransientError("busy"), 8, 8, False, 0.5).state
    'dead'
    >>> after_sending(AmbiguousError("no answer"), 1, 8, False, 0.5).state
    'uncertain'
    >>> after_sending(AmbiguousError("no answer"), 1, 8, True, 0.5).state
    'retrying'
    """
    if error is None:
        return Verdict("sent", "ok")
    if isinstance(error, AmbiguousError):
        if not idempotent:
            return Verdict("uncertain", "ambiguous")
        return _again_or("dead", error, "ambiguous", attempts, max_attempts, random, schedule)
    if isinstance(error, TransientError):
        return _again_or("dead", error, "transient", attempts, max_attempts, random, schedule)
    return Verdict("dead", "permanent")


def after_asking(status: int) -> str | None:
    """What a partner's answer to "do you have this message?" makes of an uncertain one; None: ask again.

    >>> after_asking(200), after_asking(404), after_asking(503)
    ('sent', 'queued', None)
    """
    if 200 <= status < 300:
        return "sent"
    return "queued" if status in (404, 410) else None


def after_processing(
    error: IntegrationError, attempts: int, max_attempts: int, random: float
) -> Verdict:
    """A document that could not be applied: again if it may pass, else a person decides.

    A document that waits is not failing: when it looks again is ``core.waiting``'s to say.

    >>> after_processing(BusinessError("unknown unit"), 1, 8, 0.5)
    Verdict(state='parked', kind='business', wait=None)
    """
    if isinstance(error, NotYetError):
        return Verdict("waiting", "waiting")
    if isinstance(error, TransientError):
        return _again_or("parked", error, "transient", attempts, max_attempts, random)
    return Verdict("parked", "business" if isinstance(error, BusinessError) else "permanent")


def _again_or(
    given_up: str,
    error: IntegrationError,
    kind: str,
    attempts: int,
    max_attempts: int,
    random: float,
    schedule: Sequence[float] = SCHEDULE,
) -> Verdict:
    retry_after = getattr(error, "retry_after", None)
    wait = next_delay(min(attempts - 1, len(schedule) - 1), schedule, retry_after, random)
    if attempts >= max_attempts:
        return Verdict(given_up, kind)
    return Verdict("retrying", kind, wait)
