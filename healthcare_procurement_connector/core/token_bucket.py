"""A rate limit: calls a minute on average, and how many may go at once after a quiet time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# Clocks of two servers differ by less. A clock that is set back by more begins anew, with the tokens there are.
SKEW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Rate:
    per_minute: int
    burst: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """``clock``: until when tokens were added; None for one that was never used, which is full."""

    tokens: float = 0.0
    clock: datetime | None = None


def refill(bucket: Bucket, rate: Rate, now: datetime) -> Bucket:
    """Adds what the time since ``clock`` brought. Time that goes backwards brings nothing, nor comes twice.

    >>> noon = datetime(2026, 1, 1, 12, 0)
    >>> refill(Bucket(), Rate(60, 10), noon).tokens
    10.0
    >>> refill(Bucket(2.0, noon), Rate(60, 10), noon + timedelta(seconds=3)).tokens
    5.0
    >>> refill(Bucket(2.0, noon), Rate(60, 10), noon - timedelta(seconds=3)) == Bucket(2.0, noon)
    True
    """
    if bucket.clock is None:
        return Bucket(float(rate.burst), now)
    if now <= bucket.clock:
        clock = bucket.clock if bucket.clock - now <= SKEW else now
        return Bucket(min(bucket.tokens, rate.burst), clock)
    brought = (now - bucket.clock).total_seconds() * rate.per_minute / 60
    return Bucket(min(bucket.tokens + brought, float(rate.burst)), now)


def whole(bucket: Bucket) -> int:
    """How many calls the tokens are good for.

    >>> whole(Bucket(2.9))
    2
    """
    return max(int(bucket.tokens), 0)


def spend(bucket: Bucket, calls: int) -> Bucket:
    """Takes the tokens of ``calls``; a negative number gives back those of calls that were not made.

    >>> spend(Bucket(3.0), 2), spend(Bucket(3.0), -1)
    (Bucket(tokens=1.0, clock=None), Bucket(tokens=4.0, clock=None))
    """
    return Bucket(bucket.tokens - calls, bucket.clock)


def next_token(bucket: Bucket, rate: Rate) -> datetime | None:
    """When the next call may go; None where one may go at once.

    >>> next_token(Bucket(0.5, datetime(2026, 1, 1)), Rate(60, 10))
    datetime.datetime(2026, 1, 1, 0, 0, 0, 500000)
    """
    if bucket.clock is None or whole(bucket) >= 1:
        return None
    return bucket.clock + timedelta(seconds=(1 - bucket.tokens) * 60 / rate.per_minute)
