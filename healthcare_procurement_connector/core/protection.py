"""How many calls an endpoint may take now, and why not more: all that may stop it, in one place.

The first row of REASONS that holds is the one that is told to people.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import breaker as breakers
from . import token_bucket
from .breaker import Breaker, BreakerRules
from .exceptions import IntegrationError, TransientError
from .token_bucket import Bucket, Rate

# A partner that says "slow down" and not until when gets a minute's rest.
REST = 60
# The whole endpoint rests at most this long on the word of one answer: that message itself waits as long as it
# was asked to, the others find out for themselves.
LONGEST_REST = 3600
# An endpoint that may not be called is looked at again after that, whatever is known: a setting may have changed.
LOOK_AGAIN = 60
ASKS_FOR_REST = {"http_429", "http_503"}


@dataclass(frozen=True, slots=True)
class Guard:
    """What is known of one endpoint at a moment. ``rate`` None: no limit. Times are all of one kind (naive UTC)."""

    breaker: Breaker = Breaker()
    rules: BreakerRules = BreakerRules()
    bucket: Bucket = Bucket()
    rate: Rate | None = None
    archived: bool = False
    paused: bool = False
    not_before: datetime | None = None
    maintenance_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Why no call goes: a key of REASONS, and until when, if that is known."""

    reason: str
    until: datetime | None = None


REASONS: dict[str, Callable[[Guard, datetime], Closed | None]] = {
    "archived": lambda guard, now: Closed("archived") if guard.archived else None,
    "paused": lambda guard, now: Closed("paused") if guard.paused else None,
    "forced_open": lambda guard, now: (
        Closed("forced_open") if guard.breaker.forced == "open" else None
    ),
    "maintenance": lambda guard, now: _until("maintenance", guard.maintenance_until, now),
    "not_before": lambda guard, now: _until("not_before", guard.not_before, now),
    "open": lambda guard, now: (
        Closed("open", breakers.next_probe(guard.breaker))
        if guard.breaker.is_down and not breakers.grant(guard.breaker, guard.rules, 1, now)[1]
        else None
    ),
    "rate": lambda guard, now: _until("rate", _next_token(guard, now), now),
}


def why_closed(guard: Guard, now: datetime) -> Closed | None:
    """The first reason why not one call may go now, or None.

    >>> noon = datetime(2026, 1, 1, 12, 0)
    >>> why_closed(Guard(paused=True, not_before=noon), noon)
    Closed(reason='paused', until=None)
    >>> why_closed(Guard(not_before=noon), noon) is None
    True
    """
    return next(filter(None, (holds(guard, now) for holds in REASONS.values())), None)


def rests_until(guard: Guard, now: datetime) -> datetime | None:
    """When it is worth asking ``grant`` again; None for an endpoint that may be called or that a person stopped.

    >>> noon = datetime(2026, 1, 1, 12, 0)
    >>> rests_until(Guard(not_before=noon + timedelta(seconds=5)), noon)
    datetime.datetime(2026, 1, 1, 12, 0, 5)
    >>> rests_until(Guard(maintenance_until=noon + timedelta(hours=5)), noon)
    datetime.datetime(2026, 1, 1, 12, 1)
    """
    closed = why_closed(guard, now)
    if closed is None or closed.until is None:
        return None
    return min(closed.until, now + timedelta(seconds=LOOK_AGAIN))


def grant(guard: Guard, wanted: int, now: datetime) -> tuple[Guard, int]:
    """How many of the ``wanted`` calls may go; tokens and probes they take are counted in the guard returned.

    >>> noon = datetime(2026, 1, 1, 12, 0)
    >>> guard, calls = grant(Guard(rate=Rate(60, 10)), 25, noon)
    >>> calls, grant(guard, 25, noon + timedelta(seconds=2))[1]
    (10, 2)
    """
    if wanted <= 0 or why_closed(guard, now):
        return guard, 0
    bucket = guard.bucket
    if guard.rate is not None:
        bucket = token_bucket.refill(bucket, guard.rate, now)
        wanted = min(wanted, token_bucket.whole(bucket))
    breaker, calls = breakers.grant(guard.breaker, guard.rules, wanted, now)
    if guard.rate is not None:
        bucket = token_bucket.spend(bucket, calls)
    return replace(guard, breaker=breaker, bucket=bucket), calls


def give_back(guard: Guard, calls: int) -> Guard:
    """Calls that were granted and not made.

    >>> give_back(Guard(rate=Rate(60, 10), bucket=Bucket(4.0)), 3).bucket.tokens
    7.0
    """
    bucket = guard.bucket
    if guard.rate is not None:
        bucket = token_bucket.spend(bucket, -calls)
    return replace(guard, breaker=breakers.give_back(guard.breaker, calls), bucket=bucket)


def note(guard: Guard, error: IntegrationError | None, seconds: float, now: datetime) -> Guard:
    """The guard after a call of ``seconds`` ended, with ``error`` or well.

    >>> busy = TransientError("busy", "http_429", retry_after=90)
    >>> note(Guard(), busy, 0.1, datetime(2026, 1, 1, 12, 0)).not_before
    datetime.datetime(2026, 1, 1, 12, 1, 30)
    """
    breaker = breakers.note(
        guard.breaker, guard.rules, breakers.signal(error), now - timedelta(seconds=seconds), now
    )
    rest = rest_asked(error)
    not_before = guard.not_before
    if rest is not None:
        asked = now + timedelta(seconds=rest)
        not_before = max(not_before, asked) if not_before else asked
    return replace(guard, breaker=breaker, not_before=not_before)


def rest_asked(error: IntegrationError | None) -> float | None:
    """Seconds for which an answer asks us to leave the whole system alone, clamped; None if it does not.

    >>> rest_asked(TransientError("busy", "http_429")), rest_asked(TransientError("down", "http_503"))
    (60, None)
    >>> rest_asked(TransientError("down", "http_503", retry_after=10**9))
    3600
    """
    if not isinstance(error, TransientError) or error.code not in ASKS_FOR_REST:
        return None
    if error.retry_after is None:
        return REST if error.code == "http_429" else None
    return min(max(error.retry_after, 0), LONGEST_REST)


def _until(reason: str, until: datetime | None, now: datetime) -> Closed | None:
    return Closed(reason, until) if until is not None and now < until else None


def _next_token(guard: Guard, now: datetime) -> datetime | None:
    if guard.rate is None:
        return None
    return token_bucket.next_token(token_bucket.refill(guard.bucket, guard.rate, now), guard.rate)
