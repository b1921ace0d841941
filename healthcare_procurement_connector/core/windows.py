"""Maintenance windows: when a partner's system must not be called.

Weekly ones are wall-clock times in the partner's time zone, so that they stay where they are when daylight
saving begins and ends. A time that the clock shows twice counts from its first until its last; one that it skips
is read as the offset before, that is as much later as the clock jumped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Windows that follow each other for longer than this are looked at again then.
HORIZON = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Weekly:
    """``weekday``: 0 is Monday. Where ``end`` is not after ``start`` it is on the next day (00:00: midnight)."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Once:
    """From ``start`` until before ``end``, both aware."""

    start: datetime
    end: datetime


def closed_until(windows: Sequence[Weekly | Once], zone: tzinfo, now: datetime) -> datetime | None:
    """When a call may be made again (UTC), or None if one may be made ``now`` (aware).

    Windows that touch or overlap count as one.

    >>> utc = timezone.utc
    >>> weekend = [Weekly(5, time(22), time(0)), Weekly(6, time(0), time(6))]
    >>> closed_until(weekend, utc, datetime(2026, 11, 28, 23, 0, tzinfo=utc)).isoformat()
    '2026-11-29T06:00:00+00:00'
    >>> closed_until(weekend, utc, datetime(2026, 11, 29, 6, 0, tzinfo=utc)) is None
    True
    """
    moment = now
    while moment - now < HORIZON:
        ends = [end for start, end in _near(windows, zone, moment) if start <= moment < end]
        if not ends:
            break
        moment = max(ends)
    return moment.astimezone(timezone.utc) if moment != now else None


def never_opens(windows: Sequence[Weekly | Once], zone: tzinfo, now: datetime) -> bool:
    """Whether weekly windows leave no time at all to call.

    >>> daily = [Weekly(day, time(0), time(0)) for day in range(7)]
    >>> never_opens(daily, timezone.utc, datetime(2026, 1, 1, tzinfo=timezone.utc))
    True
    """
    weekly = [window for window in windows if isinstance(window, Weekly)]
    until = closed_until(weekly, zone, now)
    return until is not None and until - now >= HORIZON


def instant(day: date, clock: time, zone: tzinfo, last: bool = False) -> datetime:
    """The moment (UTC) at which clocks in ``zone`` show this; the last such moment if they show it twice.

    >>> from zoneinfo import ZoneInfo
    >>> instant(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Amsterdam")).isoformat()
    '2026-10-25T00:30:00+00:00'
    >>> instant(date(2026, 10, 25), time(2, 30), ZoneInfo("Europe/Amsterdam"), last=True).isoformat()
    '2026-10-25T01:30:00+00:00'
    """
    first = datetime.combine(day, clock, tzinfo=zone)
    moments = [first.astimezone(timezone.utc)]
    if last:
        moments.append(first.replace(fold=1).astimezone(timezone.utc))
    # Where the clock jumps over a time, fold=1 is the earlier reading.
    return max(moments)


def _near(
    windows: Iterable[Weekly | Once], zone: tzinfo, moment: datetime
) -> Iterable[tuple[datetime, datetime]]:
    """(start, end) of the windows that may hold ``moment``: those that began on its day or the day before."""
    today = moment.astimezone(zone).date()
    for window in windows:
        if isinstance(window, Once):
            yield window.start, window.end
            continue
        for day in (today - timedelta(days=1), today):
            if day.weekday() == window.weekday:
                over = day if window.end > window.start else day + timedelta(days=1)
                yield instant(day, window.start, zone), instant(over, window.end, zone, last=True)
