import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from odoo.addons.healthcare_procurement_connector.core.backoff import (
    LONGEST_RETRY_AFTER,
    LONGEST_WAIT,
    MOST_WAITS,
    SCHEDULE,
    ScheduleError,
    delay,
    next_delay,
    parse_schedule,
)
from odoo.addons.healthcare_procurement_connector.core.exceptions import TransientError
from odoo.addons.healthcare_procurement_connector.core.outcome import after_sending

RANDOM = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10_000), st.floats(0.1, 100), st.floats(1, 100_000), RANDOM)
def test_delay_stays_between_nothing_and_the_cap(attempt, base, cap, random):
    assert 0 <= delay(attempt, base, cap, random) <= cap


@given(st.integers(0, 20), st.one_of(st.none(), st.floats(-10, 10**9)), RANDOM)
def test_next_delay_never_forgets_the_partners_wish_nor_exceeds_all_bounds(attempt, asked, random):
    wait = next_delay(attempt, SCHEDULE, asked, random)
    if attempt >= len(SCHEDULE):
        assert wait is None
        return
    assert 0 <= wait <= max(SCHEDULE[attempt], LONGEST_RETRY_AFTER)
    if asked is not None:
        assert wait >= min(asked, LONGEST_RETRY_AFTER)


def test_many_that_failed_together_are_spread_over_the_whole_wait():
    waits = [next_delay(1, random=number / 100) for number in range(100)]
    assert min(waits) == 0 and max(waits) > 290 and len(set(waits)) == 100


SCHEDULES = st.lists(st.integers(0, LONGEST_WAIT), min_size=1, max_size=MOST_WAITS).map(
    lambda waits: tuple(sorted(waits))
)


@given(st.integers(0, 200), st.floats(0.1, 100), st.floats(1, 100_000), RANDOM)
def test_the_bound_of_the_delay_never_falls(attempt, base, cap, random):
    assert delay(attempt, base, cap, 1) <= delay(attempt + 1, base, cap, 1) <= cap
    assert delay(attempt, base, cap, random) <= delay(attempt, base, cap, 1)


@given(SCHEDULES)
def test_a_schedule_is_read_as_it_is_written(waits):
    assert parse_schedule(", ".join(map(str, waits))) == waits
    assert parse_schedule(",".join(f"{wait} S" for wait in waits)) == waits


@given(st.text("0123456789smhd, .-x", max_size=30))
def test_any_text_is_a_schedule_or_an_error_with_a_code(text):
    try:
        waits = parse_schedule(text)
    except ScheduleError as error:
        assert error.code in {"unreadable", "empty", "too_long", "shorter", "too_many"}
    else:
        assert waits == tuple(sorted(waits)) and 0 <= waits[0] and waits[-1] <= LONGEST_WAIT


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "empty"),
        ("5s,", "empty"),
        ("soon", "unreadable"),
        ("1d", "unreadable"),
        ("25h", "too_long"),
        ("5m, 299", "shorter"),
        (", ".join(["1s"] * 21), "too_many"),
    ],
)
def test_a_schedule_that_cannot_be_taken_says_why(text, code):
    with pytest.raises(ScheduleError) as raised:
        parse_schedule(text)
    assert raised.value.code == code


class FailingMessage(RuleBasedStateMachine):
    """One message that fails again and again, as its endpoint's schedule and the partner's answers say."""

    @initialize(schedule=SCHEDULES, limit=st.integers(1, 30))
    def begin(self, schedule, limit):
        self.schedule, self.limit = schedule, limit
        self.attempts, self.state = 0, "retrying"

    @precondition(lambda self: self.state == "retrying")
    @rule(asked=st.none() | st.floats(-10, 10**12), random=RANDOM)
    def fail(self, asked, random):
        self.attempts += 1
        error = TransientError("busy", retry_after=asked)
        verdict = after_sending(error, self.attempts, self.limit, True, random, self.schedule)
        self.state = verdict.state
        assert (verdict.state == "dead") == (self.attempts >= self.limit)
        if verdict.state == "retrying":
            bound = self.schedule[min(self.attempts, len(self.schedule)) - 1]
            wished = min(max(asked or 0, 0), LONGEST_RETRY_AFTER)
            assert verdict.wait == max(random * bound, wished)

    @precondition(lambda self: self.state == "dead")
    @rule()
    def it_is_over(self):
        assert self.attempts == self.limit


TestFailingMessage = FailingMessage.TestCase
