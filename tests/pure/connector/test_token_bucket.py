"""The rate limit holds in every window of time, whatever the clock does."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from odoo.addons.healthcare_procurement_connector.core.token_bucket import (
    SKEW,
    Bucket,
    Rate,
    next_token,
    refill,
    spend,
    whole,
)

NOON = datetime(2026, 11, 25, 12, 0)
RATES = st.builds(Rate, st.integers(1, 6000), st.integers(1, 500))
# A microsecond's worth of tokens: what rounding may add to a sum of floats.
ROUNDING = 1e-4


def take(bucket, rate, wanted, now):
    bucket = refill(bucket, rate, now)
    calls = min(wanted, whole(bucket))
    return spend(bucket, calls), calls


class Limited(RuleBasedStateMachine):
    """Two servers whose clocks differ take from one bucket."""

    @initialize(rate=RATES)
    def begin(self, rate):
        self.rate = rate
        self.bucket = Bucket()
        self.now = NOON
        self.taken = []  # (when, by the latest clock seen, calls)
        self.latest = None

    @rule(seconds=st.floats(0, 600))
    def time_goes_on(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule(wanted=st.integers(0, 1000), skew=st.floats(0, SKEW.total_seconds()))
    def ask(self, wanted, skew):
        """The second server's clock is behind by up to SKEW."""
        asked_at = self.now - timedelta(seconds=skew)
        self.latest = max(self.latest or asked_at, asked_at)
        self.bucket, calls = take(self.bucket, self.rate, wanted, asked_at)
        assert 0 <= calls <= wanted
        self.taken.append((self.latest, calls))

    @rule()
    def the_server_starts_again(self):
        self.bucket = Bucket(self.bucket.tokens, self.bucket.clock)

    @invariant()
    def no_window_saw_more_than_burst_and_rate_allow(self):
        total = 0
        if not self.taken:
            return
        end, _ = self.taken[-1]
        for since, calls in reversed(self.taken):
            total += calls
            minutes = (end - since).total_seconds() / 60
            assert total <= self.rate.burst + self.rate.per_minute * minutes + ROUNDING

    @invariant()
    def it_never_holds_more_than_the_burst(self):
        assert -ROUNDING <= self.bucket.tokens <= self.rate.burst

    @invariant()
    def patience_is_rewarded(self):
        full = (self.latest or NOON) + timedelta(
            minutes=self.rate.burst / self.rate.per_minute, seconds=1
        )
        assert whole(refill(self.bucket, self.rate, full)) == self.rate.burst


TestLimited = Limited.TestCase


@given(rate=RATES, steps=st.lists(st.integers(-100_000, 100_000), max_size=40))
def test_a_clock_that_jumps_mints_no_more_than_its_way_forward(rate, steps):
    bucket, now, granted, forward = Bucket(), NOON, 0, 0
    bucket, granted = take(bucket, rate, 10**9, now)
    for step in steps:
        now += timedelta(seconds=step)
        forward += max(step, 0)
        bucket, calls = take(bucket, rate, 10**9, now)
        granted += calls
        assert step > 0 or calls == 0, "time that goes backwards brings nothing"
    assert granted <= rate.burst + rate.per_minute * forward / 60 + ROUNDING


@given(rate=RATES)
def test_a_clock_set_far_back_does_not_stop_calls_until_it_caught_up(rate):
    bucket, _ = take(Bucket(), rate, 10**9, NOON)
    back = NOON - timedelta(days=1)
    bucket, calls = take(bucket, rate, 1, back)
    assert calls == 0
    _, calls = take(bucket, rate, 1, back + timedelta(seconds=61))
    assert calls == 1


@given(rate=RATES, tokens=st.floats(0, 0.99))
def test_the_next_call_goes_when_it_was_said(rate, tokens):
    bucket = Bucket(tokens, NOON)
    when = next_token(bucket, rate)
    assert whole(refill(bucket, rate, when + timedelta(microseconds=2))) >= 1
    before = max(when - timedelta(milliseconds=1), NOON)
    assert whole(refill(bucket, rate, before)) == 0


def test_fewer_at_once_counts_from_now_on():
    bucket = Bucket(50.0, NOON)
    assert whole(refill(bucket, Rate(60, 10), NOON)) == 10
