"""Maintenance windows and cut-off times, on the days when clocks change too."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.cutoff import (
    CutoffError,
    cutoff_on,
    due_cutoff,
    parse_cutoffs,
)
from odoo.addons.healthcare_procurement_connector.core.windows import (
    HORIZON,
    Once,
    Weekly,
    closed_until,
    instant,
    never_opens,
)

UTC = timezone.utc
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Amsterdam",
            "America/New_York",
            "Australia/Lord_Howe",  # its clocks change by half an hour
            "Asia/Kathmandu",
            "Pacific/Apia",
            "America/Sao_Paulo",
        )
    ]
)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WEEKLY = st.builds(Weekly, st.integers(0, 6), TIMES, TIMES)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@given(windows=st.lists(WEEKLY, max_size=5), zone=ZONES, now=MOMENTS)
def test_the_next_opening_is_open_and_not_before_now(windows, zone, now):
    until = closed_until(windows, zone, now)
    if until is None:
        return
    assert until > now
    if until - now < HORIZON:
        assert closed_until(windows, zone, until) is None
    # It is closed all the time until then.
    middle = now + (until - now) / 2
    assert closed_until(windows, zone, middle) is not None


@given(window=WEEKLY, zone=ZONES, now=MOMENTS)
def test_a_window_covers_what_the_partners_clock_shows(window, zone, now):
    """Read off the wall clock alone, away from the hours in which clocks change."""
    here = now.astimezone(zone)
    if any(
        (now + timedelta(hours=hours)).astimezone(zone).utcoffset() != here.utcoffset()
        for hours in range(-30, 31, 6)
    ):
        return
    clock, day = here.time(), here.weekday()
    yesterday = (day - 1) % 7
    if window.end > window.start:
        inside = day == window.weekday and window.start <= clock < window.end
    else:
        inside = (day == window.weekday and clock >= window.start) or (
            yesterday == window.weekday and clock < window.end
        )
    assert (closed_until([window], zone, now) is not None) == inside


@given(window=WEEKLY, zone=ZONES, now=MOMENTS)
def test_one_weekly_window_ends_within_a_day_and_what_clocks_add(window, zone, now):
    until = closed_until([window], zone, now)
    assert until is None or until - now <= timedelta(hours=25, minutes=1)


class TestWhenClocksChange:
    night = [Weekly(6, time(1, 0), time(4, 0))]  # Sundays

    def test_in_spring_the_window_is_an_hour_shorter(self):
        assert closed_until(self.night, AMSTERDAM, local("2026-03-29T01:00")) == at(
            "2026-03-29T02:00"
        )
        assert at("2026-03-29T02:00") - local("2026-03-29T01:00").astimezone(UTC) == timedelta(
            hours=2
        )

    def test_in_autumn_it_is_an_hour_longer(self):
        assert closed_until(self.night, AMSTERDAM, at("2026-10-24T23:00")) == at("2026-10-25T03:00")
        assert closed_until(self.night, AMSTERDAM, at("2026-10-24T22:59")) is None

    def test_a_time_shown_twice_counts_from_its_first_until_its_last(self):
        window = [Weekly(6, time(2, 15), time(2, 45))]
        assert closed_until(window, AMSTERDAM, at("2026-10-25T00:15")) == at("2026-10-25T01:45")
        assert closed_until(window, AMSTERDAM, at("2026-10-25T00:14")) is None

    def test_a_time_that_is_skipped_is_as_much_later(self):
        window = [Weekly(6, time(2, 15), time(2, 45))]
        assert closed_until(window, AMSTERDAM, at("2026-03-29T01:20")) == at("2026-03-29T01:45")
        assert closed_until(window, AMSTERDAM, at("2026-03-29T01:14")) is None

    def test_the_window_stays_at_its_wall_clock_time(self):
        window = [Weekly(0, time(12, 0), time(13, 0))]
        assert closed_until(window, AMSTERDAM, at("2026-10-19T10:30")) == at("2026-10-19T11:00")
        assert closed_until(window, AMSTERDAM, at("2026-10-26T11:30")) == at("2026-10-26T12:00")

    def test_a_cut_off_too(self):
        cutoffs = parse_cutoffs("Mon 16:30")
        assert cutoff_on(cutoffs, date(2026, 10, 19), AMSTERDAM) == at("2026-10-19T14:30")
        assert cutoff_on(cutoffs, date(2026, 10, 26), AMSTERDAM) == at("2026-10-26T15:30")
        assert cutoff_on(cutoffs, date(2026, 10, 27), AMSTERDAM) is None


@given(day=st.dates(date(2026, 1, 1), date(2027, 12, 31)), clock=TIMES, zone=ZONES)
def test_an_instant_shows_that_clock_unless_it_is_skipped(day, clock, zone):
    first, last = instant(day, clock, zone), instant(day, clock, zone, last=True)
    assert first <= last
    shown = first.astimezone(zone)
    if (shown.date(), shown.time()) != (day, clock):
        skipped = datetime.combine(day, clock, tzinfo=zone).utcoffset() != shown.utcoffset()
        assert skipped
        assert first == last


def test_windows_that_touch_count_as_one_and_overlap_as_the_longest():
    windows = [
        Weekly(5, time(22), time(0)),
        Weekly(6, time(0), time(6)),
        Once(at("2026-11-29T05:00"), at("2026-11-29T09:00")),
    ]
    assert closed_until(windows, UTC, at("2026-11-28T22:00")) == at("2026-11-29T09:00")


def test_windows_without_a_gap_are_noticed():
    week = [Weekly(day, time(0), time(0)) for day in range(7)]
    assert never_opens(week, AMSTERDAM, at("2026-11-25T12:00"))
    assert not never_opens(week[:6], AMSTERDAM, at("2026-11-25T12:00"))
    assert not never_opens([], AMSTERDAM, at("2026-11-25T12:00"))
    for now in ("2026-03-28T12:00", "2026-10-24T12:00"):
        assert never_opens(week, AMSTERDAM, at(now)), "no gap where clocks change"


@given(st.text(max_size=30))
def test_any_text_is_a_cut_off_or_an_error_that_says_which_part(text):
    try:
        cutoffs = parse_cutoffs(text)
    except CutoffError as error:
        assert error.part.strip() == error.part and error.part in text
    else:
        assert set(cutoffs) <= set(range(7))


@pytest.mark.parametrize(
    "text, days",
    [
        ("Mon-Fri 16:30", [0, 1, 2, 3, 4]),
        ("monday-friday 16:30", [0, 1, 2, 3, 4]),
        ("Sat-Mon 9:00", [0, 5, 6]),
        ("Mon 9:00, Wed 9:00", [0, 2]),
        ("Daily 23:59", list(range(7))),
        ("Tue-Tue 9:00", [1]),
    ],
)
def test_cut_offs_are_read_as_people_write_them(text, days):
    assert sorted(parse_cutoffs(text)) == days


@given(zone=ZONES, now=MOMENTS, minutes=st.integers(0, 600))
def test_a_cut_off_is_due_from_the_notice_until_midnight(zone, now, minutes):
    notice = timedelta(minutes=minutes)
    due = due_cutoff(parse_cutoffs("daily 14:00"), zone, now, notice)
    today = now.astimezone(zone).date()
    moment = instant(today, time(14), zone)
    assert (due == moment) if now >= moment - notice else due is None
