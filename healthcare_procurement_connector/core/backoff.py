"""When to try again. The clock and the dice are the caller's: ``random`` is a number from [0, 1)."""

import re
from collections.abc import Sequence

# Seconds that each wait may last at most: quick first, then for days (the schedule of Standard Webhooks).
SCHEDULE = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
# The same, as people write it.
DEFAULT_SCHEDULE = "5s, 5m, 30m, 2h, 5h, 10h, 14h, 20h, 24h"

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
WAIT = re.compile(r"(\d{1,6}) *([smh]?)")
LONGEST_WAIT = 86400
MOST_WAITS = 20

# A partner that asks for more patience than this is asked again anyway: a wrong clock or a typing error
# in its answer must not park our documents for a year.
LONGEST_RETRY_AFTER = 86400


class ScheduleError(ValueError):
    """``part`` is what cannot be taken; ``code``: unreadable, too_long, shorter, empty, too_many."""

    def __init__(self, code: str, part: str) -> None:
        super().__init__(f"{code}: {part}")
        self.code = code
        self.part = part


def parse_schedule(text: str) -> tuple[int, ...]:
    """The waits of a text such as "5, 300, 1800" (seconds) or "30s, 5m, 2h". Raises ScheduleError.

    >>> parse_schedule("30s, 5m, 2h"), parse_schedule(DEFAULT_SCHEDULE) == SCHEDULE
    ((30, 300, 7200), True)
    >>> parse_schedule("5m, 5s")
    Traceback (most recent call last):
    odoo.addons.healthcare_procurement_connector.core.backoff.ScheduleError: shorter: 5s
    """
    waits: list[int] = []
    for part in (part.strip() for part in text.split(",")):
        found = WAIT.fullmatch(part.lower())
        if found is None:
            raise ScheduleError("unreadable" if part else "empty", part)
        wait = int(found[1]) * UNITS[found[2]]
        if wait > LONGEST_WAIT:
            raise ScheduleError("too_long", part)
        if waits and wait < waits[-1]:
            raise ScheduleError("shorter", part)
        waits.append(wait)
    if len(waits) > MOST_WAITS:
        raise ScheduleError("too_many", text)
    return tuple(waits)


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
