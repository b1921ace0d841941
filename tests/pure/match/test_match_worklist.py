"""The order in which bills are decided on, and what is suggested about them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_three_way_match.core.suggestion import (
    BY_KIND,
    Advice,
    Grounds,
    Past,
    suggest,
)
from odoo.addons.healthcare_three_way_match.core.verdict import Code
from odoo.addons.healthcare_three_way_match.core.worklist import Waiting, beside, ordered

TODAY = date(2026, 5, 4)
DAYS = st.none() | st.integers(-9, 9).map(lambda days: TODAY + timedelta(days=days))
BILLS = st.lists(
    st.builds(
        Waiting,
        key=st.integers(),
        discount=DAYS,
        due=DAYS,
        money=st.decimals(0, 999, places=2),
        since=st.datetimes(datetime(2026, 1, 1), datetime(2026, 5, 1)),
    ),
    unique_by=lambda bill: bill.key,
)


@given(BILLS)
def test_nobody_is_lost_and_the_order_is_one(bills):
    row = ordered(bills, TODAY)
    assert sorted(bill.key for bill in row) == sorted(bill.key for bill in bills)
    assert ordered(row, TODAY) == row


@given(BILLS)
def test_a_discount_that_can_be_saved_comes_first(bills):
    at_risk = [bool(bill.discount and bill.discount >= TODAY) for bill in ordered(bills, TODAY)]
    assert at_risk == sorted(at_risk, reverse=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Waiting(1, discount=TODAY), Waiting(2, discount=TODAY + timedelta(1), money=Decimal(9))),
        (Waiting(1, due=TODAY), Waiting(2, due=TODAY + timedelta(1), money=Decimal(9))),
        (Waiting(1, due=TODAY), Waiting(2, money=Decimal(9))),
        (Waiting(1, money=Decimal(2)), Waiting(2, money=Decimal(1))),
        (Waiting(1, since=datetime(2026, 1, 1)), Waiting(2, since=datetime(2026, 1, 2))),
    ],
    ids=["discount", "due", "due at all", "money", "age"],
)
def test_what_counts_when(first, second):
    assert ordered([second, first], TODAY) == [first, second]


@given(st.lists(st.integers(), unique=True, min_size=2))
def test_next_and_previous_undo_each_other_and_visit_all(keys):
    seen, key = [], keys[0]
    for _step in keys:
        seen.append(key)
        following = beside(keys, key)[1]
        assert beside(keys, following)[0] == key
        key = following
    assert seen == keys
    assert key == keys[0]


PASTS = st.builds(Past, *[st.integers(0, 20)] * 3)


@given(st.sampled_from(sorted(BY_KIND)), PASTS, DAYS)
def test_some_kinds_are_no_matter_of_habit(code, past, announced):
    suggestion = suggest(code, past, announced, TODAY)
    assert (suggestion.advice, suggestion.grounds) == BY_KIND[code]


@given(PASTS)
def test_the_payee_is_never_released_by_habit(past):
    assert suggest(Code.BANK, past, None, TODAY).advice == Advice.ASK


@given(PASTS, st.integers(1, 9))
def test_more_releases_never_speak_less_for_a_release(past, more):
    before = suggest(Code.PRICE, past, None, TODAY)
    after = suggest(Code.PRICE, Past(past.released + more, past.went, past.others), None, TODAY)
    if before and before.advice == Advice.RELEASE:
        assert after.advice == Advice.RELEASE


@pytest.mark.parametrize(
    ("code", "past", "announced", "advice", "grounds"),
    [
        (Code.PRICE, Past(4, 0, 1), None, Advice.RELEASE, Grounds.RELEASED_BEFORE),
        (Code.PRICE, Past(3, 0, 1), None, None, None),
        (Code.PRICE, Past(2, 0, 0), None, None, None),
        (Code.PRICE, Past(0, 4, 1), None, Advice.WAIT, Grounds.WENT_BEFORE),
        (Code.PRICE, Past(), TODAY, None, None),
        (Code.QTY_REC, Past(), TODAY, Advice.WAIT, Grounds.ANNOUNCED),
        (Code.NOT_RECEIVED, Past(9), TODAY + timedelta(1), Advice.WAIT, Grounds.ANNOUNCED),
        (Code.QTY_REC, Past(9), TODAY - timedelta(1), Advice.RELEASE, Grounds.RELEASED_BEFORE),
        (Code.TAX, Past(1, 1, 1), None, None, None),
    ],
)
def test_suggestions(code, past, announced, advice, grounds):
    suggestion = suggest(code, past, announced, TODAY)
    assert (suggestion and suggestion.advice, suggestion and suggestion.grounds) == (
        advice,
        grounds,
    )
