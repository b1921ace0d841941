"""Levels, sums and series of the dashboard, whatever the numbers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_integration_monitor.core.summary import (
    CRITICAL,
    ENDPOINT_LEVELS,
    LEVELS,
    OK,
    RELAY,
    SUBSCRIPTION_LEVELS,
    THRESHOLDS,
    WARNING,
    Situation,
    Threshold,
    add_up,
    largest,
    level,
    series,
    subscription_level,
    worst,
)

HOUR = timedelta(hours=1)
COUNTS = st.integers(0, 1000)
AGES = st.none() | st.timedeltas(timedelta(0), timedelta(days=60))
SITUATIONS = st.builds(Situation, COUNTS, COUNTS, AGES)
LIMITS = st.none() | st.integers(1, 50)
THRESHOLD = st.builds(
    Threshold,
    warning=LIMITS,
    critical=LIMITS,
    warning_age=AGES,
    critical_age=AGES,
    critical_overdue=LIMITS,
)


@pytest.mark.parametrize(
    ("key", "situation", "expected"),
    [
        ("messages", Situation(), OK),
        ("messages", Situation(1, age=HOUR), WARNING),
        ("messages", Situation(20, age=HOUR), CRITICAL),
        ("messages", Situation(1, age=4 * HOUR), CRITICAL),
        ("exceptions", Situation(50, age=90 * HOUR), WARNING),
        ("exceptions", Situation(1, overdue=1), CRITICAL),
        ("decisions", Situation(3, age=23 * HOUR), WARNING),
        ("decisions", Situation(3, age=24 * HOUR), CRITICAL),
        ("holds", Situation(3), WARNING),
        ("holds", Situation(3, overdue=1), CRITICAL),
        ("answers", Situation(1, age=30 * HOUR), WARNING),
        ("answers", Situation(1, age=72 * HOUR), CRITICAL),
        ("shipments", Situation(10, age=HOUR), CRITICAL),
    ],
)
def test_levels_of_the_tiles(key, situation, expected):
    assert level(THRESHOLDS[key], situation) == expected


def test_a_few_events_on_their_way_are_fine():
    assert level(RELAY, Situation(500, age=timedelta(seconds=20))) == OK
    assert level(RELAY, Situation(1, age=timedelta(minutes=3))) == WARNING
    assert level(RELAY, Situation(1, age=timedelta(minutes=15))) == CRITICAL


@given(THRESHOLD, SITUATIONS)
def test_nothing_waiting_is_fine(threshold, situation):
    assert level(threshold, Situation(0, situation.overdue, situation.age)) == OK


@given(THRESHOLD, SITUATIONS, COUNTS, COUNTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_more_is_never_better(threshold, situation, more, later, older):
    worse = Situation(
        situation.count + more,
        situation.overdue + later,
        situation.age + older if situation.age is not None else None,
    )
    before, after = level(threshold, situation), level(threshold, worse)
    assert LEVELS.index(after) >= LEVELS.index(before)


@given(st.lists(st.sampled_from(LEVELS)))
def test_the_worst_is_one_of_them_and_none_is_worse(levels):
    found = worst(levels)
    assert found in levels or (found == OK and not levels)
    assert all(LEVELS.index(one) <= LEVELS.index(found) for one in levels)


def test_all_states_have_a_level():
    assert set(ENDPOINT_LEVELS.values()) | set(SUBSCRIPTION_LEVELS.values()) <= set(LEVELS)
    assert subscription_level("paused", 0) == WARNING
    assert subscription_level("nobody knows this one", 0) == WARNING


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.decimals(-(10**9), 10**9, places=2))))
def test_sums_lose_nothing(amounts):
    sums = add_up(amounts)
    assert sum(sums.values(), Decimal(0)) == sum((amount for _, amount in amounts), Decimal(0))
    assert Decimal(0) not in sums.values()


@given(st.dictionaries(st.text(), COUNTS), st.integers(0, 5))
def test_the_largest_come_first(counts, limit):
    found = largest(counts, limit)
    numbers = [count for _, count in found]
    assert numbers == sorted(numbers, reverse=True)
    assert len(found) == min(limit, sum(1 for count in counts.values() if count))
    if found:
        rest = [count for key, count in counts.items() if key not in dict(found)]
        assert max(rest, default=0) <= numbers[-1]


@given(st.integers(1, 60), st.dictionaries(st.integers(0, 80), COUNTS))
def test_a_series_has_each_day_once(days, counts):
    last = date(2026, 3, 1)
    by_day = {(last - timedelta(days=back), "in"): count for back, count in counts.items()}
    axis, rows = series(by_day, ["in", "out"], last, days)
    assert axis[-1] == last and len(set(axis)) == len(axis) == days
    assert sum(rows["in"]) == sum(count for back, count in counts.items() if back < days)
    assert rows["out"] == [0] * days
