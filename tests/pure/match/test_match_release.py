"""Who lets a hold go, how many that takes, and whose word makes a raised order count."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_three_way_match.core.amendments import Confirmed, authorised, worth
from odoo.addons.healthcare_three_way_match.core.disputes import UNTOLD, reason, told
from odoo.addons.healthcare_three_way_match.core.lines import Agreed
from odoo.addons.healthcare_three_way_match.core.release import (
    BILLER,
    BUYER,
    Person,
    Refusal,
    lets_go,
    limit_of,
    needs_two,
    refusal,
)
from odoo.addons.healthcare_three_way_match.core.verdict import Code

AMOUNTS = st.decimals(0, 10**6, places=2)
NUMBERS = st.fractions(0, 1000)


@pytest.mark.parametrize("code", Code)
def test_nobody_decides_on_what_they_bought_or_entered(code):
    for role, why in ((BUYER, Refusal.OWN_PURCHASE), (BILLER, Refusal.OWN_BILL)):
        assert refusal(code, Decimal(1), Person(True, frozenset({role})), "reason") is why


@pytest.mark.parametrize("code", Code)
def test_the_first_of_two_is_not_the_second(code):
    assert refusal(code, Decimal(1), Person(True, signed=True), "again") is Refusal.SAME_PERSON


@given(AMOUNTS, st.none() | AMOUNTS)
def test_one_or_two_people(amount, above):
    assert lets_go(amount, above, None) is not needs_two(amount, above)
    assert lets_go(amount, above, "the first")


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_larger_amount_never_needs_fewer_people(amount, more, above):
    assert needs_two(amount + more, above) or not needs_two(amount, above)


@pytest.mark.parametrize(
    ("own", "groups", "company", "limit"),
    [
        (0, [], 0, None),
        (0, [], 50, 50),
        (0, [0, 0], 50, 50),
        (0, [20, 100], 50, 100),
        (10, [20, 100], 50, 10),
        (10, [], 0, 10),
    ],
)
def test_whose_limit_holds(own, groups, company, limit):
    assert limit_of(Decimal(own), map(Decimal, groups), Decimal(company)) == limit


WORDS = (
    Confirmed(price=Fraction(5)),
    Confirmed(quantity=Fraction(12)),
    Confirmed(Fraction(3), Fraction(8)),
    Confirmed(),
)


@pytest.mark.parametrize("words", list(permutations(WORDS)))
def test_the_order_in_which_people_spoke_does_not_matter(words):
    assert authorised(Agreed(Fraction(4), Fraction(10)), words) == Agreed(Fraction(5), Fraction(12))


@given(NUMBERS, NUMBERS, st.lists(st.builds(Confirmed, st.none() | NUMBERS, st.none() | NUMBERS)))
def test_nobodys_word_takes_anything_back(price, quantity, words):
    """A lower order counts at once anyway; a word only ever lets it count for more."""
    agreed = Agreed(price, quantity)
    counted = authorised(agreed, words)
    assert counted.price >= price
    assert counted.quantity >= quantity
    assert counted.price in {price, *(word.price for word in words)}


@given(NUMBERS, NUMBERS, NUMBERS)
def test_what_a_raise_costs(raised, counted, other):
    cost = worth(raised, counted, other)
    assert cost >= 0
    assert (cost == 0) == (raised <= counted or other == 0)


def test_a_doubt_about_the_payee_is_never_told():
    assert UNTOLD.isdisjoint(told(Code))
    assert set(told(Code)) | UNTOLD == set(Code)
    assert all(len(reason(code)) == 3 for code in Code)
