"""When to try again. The clock and the dice are the caller's: ``random`` is a number from [0, 1)."""

from collections.abc import Sequence

# Seconds that each wait may last at most: quick first, then for days (the schedule of Standard Webhooks).
SCHEDULE = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)

# A partner that asks for more patience than this is asked again anyway: a wrong clock or a typing error
# in its answer must not park our documents for a year.
LONGEST_RETRY_AFTER = 86400


def delay(attempt: int, base: float, cap: float, random: float) -> float:
    """Full jitter: a random part of ``base * 2**attempt``, at most of ``cap``. Attempts count from 0.

    >>> [delay(attempt, base=2, cap=30, random=1) for attempt in range(6)]
    [2, 4, 8, 16, 30, 30]
    >>> delay(3, base=2, cap=30, random=0.25)
    4.0
    >>> delay(100_000, base=2, cap=30, random=1)
    30
    """
    doubled: float = base * 2 ** min(
        max(attempt, 0), 64
    )  # beyond 64 every cap is reached; no huge powers
    return random * min(cap, doubled)


def next_delay(
    attempt: int,
    schedule: Sequence[float] = SCHEDULE,
    retry_after: float | None = None,
    random: float = 1,
) -> float | None:
    """Seconds to wait after the failed attempt number ``attempt`` (from 0); None when it is time to give up.

    The wait is a random part of the schedule's entry, so that a thousand messages that failed together do not
    come back together. It is never shorter than the partner's ``retry_after``, which is clamped.

    >>> next_delay(0, (5, 300), random=0.5)
    2.5
    >>> next_delay(1, (5, 300), random=0.5)
    150.0
    >>> next_delay(2, (5, 300), random=0.5) is None
    True
    >>> next_delay(0, (5, 300), retry_after=60, random=0.5)
    60
    >>> next_delay(0, (5, 300), retry_after=10**9, random=0.5)
    86400
    """
    if attempt >= len(schedule):
        return None
    jittered = random * schedule[max(attempt, 0)]
    if retry_after is None:
        return jittered
    return max(jittered, min(max(retry_after, 0), LONGEST_RETRY_AFTER))
