"""A supplier's cut-off times: orders that arrive later are picked on the next day."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from .windows import WEEKDAYS, instant

DAYS = {name[:3].lower(): number for number, name in enumerate(WEEKDAYS)}
# "Mon-Fri 16:30", "Sat 10:00", "daily 14:00"
PART = re.compile(
    r"(?:(?P<first>[a-z]{3})[a-z]*(?:-(?P<last>[a-z]{3})[a-z]*)?) +(?P<time>\d\d?:\d\d)"
)
EVERY_DAY = "dai"


class CutoffError(ValueError):
    """``part`` is what cannot be read."""

    def __init__(self, part: str) -> None:
        super().__init__(f"Not a cut-off time: {part}")
        self.part = part


def parse_cutoffs(text: str) -> dict[int, time]:
    """{weekday: time} of a text such as "Mon-Fri 16:30, Sat 10:00"; Monday is 0. Raises CutoffError.

    >>> parse_cutoffs("Thu-Fri 16:30, sat 9:00")
    {3: datetime.time(16, 30), 4: datetime.time(16, 30), 5: datetime.time(9, 0)}
    >>> len(parse_cutoffs("daily 14:00")), parse_cutoffs("")
    (7, {})
    >>> parse_cutoffs("Mon 25:00")
    Traceback (most recent call last):
    odoo.addons.healthcare_procurement_connector.core.cutoff.CutoffError: Not a cut-off time: Mon 25:00
    """
    cutoffs: dict[int, time] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        days, clock = _part(part)
        if any(day in cutoffs for day in days):
            raise CutoffError(part)
        cutoffs.update(dict.fromkeys(days, clock))
    return cutoffs


def cutoff_on(cutoffs: Mapping[int, time], day: date, zone: tzinfo) -> datetime | None:
    """The moment (UTC) of a day's cut-off in the supplier's time zone, or None if it has none.

    >>> from datetime import timezone
    >>> cutoff_on({3: time(16, 30)}, date(2026, 1, 1), timezone(timedelta(hours=1))).isoformat()
    '2026-01-01T15:30:00+00:00'
    """
    clock = cutoffs.get(day.weekday())
    return None if clock is None else instant(day, clock, zone)


def due_cutoff(
    cutoffs: Mapping[int, time], zone: tzinfo, now: datetime, notice: timedelta
) -> datetime | None:
    """Today's cut-off (UTC) in the supplier's time zone once it is near: from ``notice`` before it until midnight.

    >>> from datetime import timezone
    >>> near = datetime(2026, 1, 1, 15, 45, tzinfo=timezone.utc)
    >>> due_cutoff({3: time(16, 30)}, timezone.utc, near, timedelta(hours=1)).isoformat()
    '2026-01-01T16:30:00+00:00'
    >>> due_cutoff({3: time(16, 30)}, timezone.utc, near, timedelta(minutes=30)) is None
    True
    """
    cutoff = cutoff_on(cutoffs, now.astimezone(zone).date(), zone)
    return cutoff if cutoff is not None and now >= cutoff - notice else None


def _part(part: str) -> tuple[list[int], time]:
    found = PART.fullmatch(part.lower())
    if found is None:
        raise CutoffError(part)
    try:
        hour, minute = found["time"].split(":")
        clock = time(int(hour), int(minute))
        if found["first"] == EVERY_DAY and not found["last"]:
            return list(DAYS.values()), clock
        first = DAYS[found["first"]]
        last = DAYS[found["last"]] if found["last"] else first
    except (KeyError, ValueError):
        raise CutoffError(part) from None
    # "Sat-Mon" goes over the end of the week.
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)], clock
