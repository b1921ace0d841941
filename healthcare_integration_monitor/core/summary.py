"""From counts and ages to levels: what is fine, what needs attention, what is critical.

The thresholds are data. All ages are time spans: whoever calls has looked at the clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

OK, WARNING, CRITICAL = "ok", "warning", "critical"
LEVELS = (OK, WARNING, CRITICAL)  # from the best to the worst

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Threshold:
    """From which count, overdue count or age on a matter is no longer fine; None never."""

    warning: int | None = 1
    critical: int | None = None
    warning_age: timedelta | None = None
    critical_age: timedelta | None = None
    critical_overdue: int | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """How many wait, how many of them beyond their due date, and since when the oldest does."""

    count: int = 0
    overdue: int = 0
    age: timedelta | None = None


# One row per tile.
THRESHOLDS = {
    "messages": Threshold(critical=20, critical_age=timedelta(hours=4)),
    "exceptions": Threshold(critical_overdue=1),
    "decisions": Threshold(critical_age=timedelta(hours=24)),
    "holds": Threshold(critical_overdue=1),
    "answers": Threshold(critical=10, critical_age=timedelta(days=3)),
    "shipments": Threshold(critical=10, critical_age=timedelta(days=3)),
    "subscribers": Threshold(critical_overdue=1),
    "endpoints": Threshold(critical_overdue=1),
}

# Events get their place within seconds; that a few wait is how it works.
RELAY = Threshold(
    warning=None, warning_age=timedelta(minutes=3), critical_age=timedelta(minutes=15)
)

# Health of an endpoint -> level.
ENDPOINT_LEVELS = {"up": OK, "unknown": OK, "shaky": WARNING, "down": CRITICAL}

# Status of a subscription -> level; a running one is fine until calls fail.
SUBSCRIPTION_LEVELS = {
    "running": OK,
    "paused": WARNING,
    "suspended": CRITICAL,
    "disabled": CRITICAL,
}


def level(threshold: Threshold, situation: Situation) -> str:
    """How bad a situation is.

    >>> level(Threshold(critical=20), Situation(count=3))
    'warning'
    >>> level(Threshold(critical_age=timedelta(hours=4)), Situation(count=1, age=timedelta(hours=5)))
    'critical'
    >>> level(Threshold(critical_age=timedelta(hours=4)), Situation(age=timedelta(hours=5)))
    'ok'
    """
    if not situation.count:
        return OK
    age = situation.age
    if (
        _reached(threshold.critical, situation.count)
        or _reached(threshold.critical_overdue, situation.overdue)
        or _as_old_as(threshold.critical_age, age)
    ):
        return CRITICAL
    if _reached(threshold.warning, situation.count) or _as_old_as(threshold.warning_age, age):
        return WARNING
    return OK


def _reached(limit: int | None, value: int) -> bool:
    return limit is not None and value >= limit


def _as_old_as(limit: timedelta | None, age: timedelta | None) -> bool:
    return limit is not None and age is not None and age >= limit


def worst(levels: Iterable[str]) -> str:
    """The worst of some levels; fine where there is none.

    >>> worst(["ok", "critical", "warning"])
    'critical'
    >>> worst([])
    'ok'
    """
    return max(levels, key=LEVELS.index, default=OK)


def subscription_level(status: str, failures: int) -> str:
    """How a subscriber fares.

    >>> subscription_level("running", 0), subscription_level("running", 2)
    ('ok', 'warning')
    >>> subscription_level("suspended", 0)
    'critical'
    """
    return worst([SUBSCRIPTION_LEVELS.get(status, WARNING), WARNING if failures else OK])


def add_up(amounts: Iterable[tuple[Key, Decimal]]) -> dict[Key, Decimal]:
    """The sum per currency, exactly; currencies whose sum is nothing are left out.

    >>> add_up([("EUR", Decimal("0.1")), ("USD", Decimal(7)), ("EUR", Decimal("0.2"))])
    {'EUR': Decimal('0.3'), 'USD': Decimal('7')}
    """
    sums: dict[Key, Decimal] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return {currency: amount for currency, amount in sums.items() if amount}


def largest(counts: Mapping[Key, int], limit: int) -> list[tuple[Key, int]]:
    """The most frequent first, the order among equals kept, at most ``limit`` of them.

    >>> largest({"price": 1, "quantity": 3, "unit": 0}, 2)
    [('quantity', 3), ('price', 1)]
    """
    found = [(key, count) for key, count in counts.items() if count]
    return sorted(found, key=lambda pair: -pair[1])[:limit]


def series(
    counts: Mapping[tuple[date, Key], int], keys: Iterable[Key], last: date, days: int
) -> tuple[list[date], dict[Key, list[int]]]:
    """Counts by day and key as rows for a chart: no day is missing, the last one is ``last``.

    >>> counts = {(date(2026, 3, 1), "in"): 4, (date(2026, 2, 27), "out"): 1}
    >>> series(counts, ["in", "out"], date(2026, 3, 1), 3)[1]
    {'in': [0, 0, 4], 'out': [1, 0, 0]}
    """
    axis = [last - timedelta(days=back) for back in reversed(range(days))]
    return axis, {key: [counts.get((day, key), 0) for day in axis] for key in keys}
