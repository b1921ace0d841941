from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.backoff import (
    LONGEST_RETRY_AFTER,
    SCHEDULE,
    delay,
    next_delay,
)

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
