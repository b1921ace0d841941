"""What becomes of findings: the table of states, releases that stay, disputes that keep money back."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from odoo.addons.healthcare_three_way_match.core import holds as machine
from odoo.addons.healthcare_three_way_match.core.holds import Hold, Plan, plan, withheld
from odoo.addons.healthcare_three_way_match.core.release import (
    BILLER,
    BUYER,
    Person,
    Refusal,
    refusal,
)
from odoo.addons.healthcare_three_way_match.core.verdict import Block, Code, Finding

SHORT = Finding(
    Code.QTY_REC, Block.POSTING, 1, Fraction(10), Fraction(8), stake=Fraction(8), gross=Fraction(8)
)


def stored(finding, state=machine.OPEN, **changes):
    hold = Hold(
        "h1",
        finding.code,
        finding.line,
        state,
        finding.block,
        finding.claimed,
        finding.stake,
        finding.gross,
        finding.fingerprint,
    )
    return replace(hold, **changes)


@pytest.mark.parametrize("state", ["open", "disputed", "released", "auto_released"])
@pytest.mark.parametrize("event", ["dispute", "release", "cause_gone", "got_worse"])
def test_only_what_the_table_says_happens(state, event):
    if (state, event) in machine.TRANSITIONS:
        assert machine.transition(state, event) in ("open", "disputed", "released", "auto_released")
    else:
        with pytest.raises(machine.HoldError):
            machine.transition(state, event)


def test_a_closed_hold_has_no_way_back():
    assert not {key for key in machine.TRANSITIONS if key[0] not in machine.ACTIVE}


def test_nothing_new_changes_nothing():
    assert plan([stored(SHORT)], [SHORT]) == Plan()


def test_a_gone_cause_closes():
    hold = stored(SHORT)
    assert plan([hold], []).close == [hold]


def test_a_release_stands_for_the_same_numbers():
    assert plan([stored(SHORT, "released")], [SHORT]) == Plan()


def test_a_release_stands_when_part_of_the_goods_arrive():
    milder = replace(SHORT, expected=Fraction(9), stake=Fraction(4))
    assert plan([stored(SHORT, "released")], [milder]) == Plan()


@pytest.mark.parametrize(
    "worse",
    [
        replace(SHORT, expected=Fraction(7), stake=Fraction(12)),
        replace(SHORT, claimed=Fraction(11), stake=Fraction(12)),
        replace(SHORT, line=2),
        replace(SHORT, code=Code.QTY_ORD),
    ],
)
def test_a_release_does_not_stand_for_other_numbers(worse):
    assert plan([stored(SHORT, "released")], [worse]).open == [worse]


def test_a_released_account_does_not_cover_another():
    first = Finding(Code.BANK, Block.POSTING, stake=Fraction(9), detail=("BE1",))
    other = replace(first, detail=("BE2",))
    assert plan([stored(first, "released")], [other]).open == [other]


def test_a_cause_that_comes_back_opens_a_new_hold():
    assert plan([stored(SHORT, "auto_released")], [SHORT]).open == [SHORT]


def test_a_dispute_that_gets_worse_opens_again():
    worse = replace(SHORT, expected=Fraction(7), stake=Fraction(12))
    hold = stored(SHORT, "disputed")
    assert plan([hold], [worse]).update == [(hold, worse, "open")]


def test_a_dispute_that_gets_milder_stays_one():
    milder = replace(SHORT, expected=Fraction(9), stake=Fraction(4))
    hold = stored(SHORT, "disputed")
    assert plan([hold], [milder]).update == [(hold, milder, "disputed")]


def test_a_dispute_lets_the_bill_into_the_books():
    assert machine.block([stored(SHORT)]) is Block.POSTING
    assert machine.block([stored(SHORT, "disputed")]) is Block.PAYMENT
    assert machine.block([stored(SHORT, "released")]) is Block.NOTHING


def test_only_what_is_in_question_stays_unpaid():
    price = Hold("p", Code.PRICE, 1, gross=Fraction(2))
    other = Hold("o", Code.QTY_ORD, 2, gross=Fraction(5))
    informs = Hold("i", Code.PRICE, 3, block=Block.NOTHING, gross=Fraction(100))
    assert withheld([stored(SHORT, "disputed"), price, other, informs]) == 8 + 2 + 5
    assert withheld([stored(SHORT, "released")]) == 0


def test_a_question_about_the_whole_bill_keeps_all_of_it_back():
    assert withheld([Hold("b", Code.BANK, None, gross=Fraction(1))]) is None


def test_a_line_in_another_currency_is_withheld_once():
    whole = Hold("c", Code.CURRENCY, 1, gross=Fraction(40))
    assert withheld([whole, stored(SHORT)]) == 40


@pytest.mark.parametrize(
    ("code", "amount", "person", "reason", "why"),
    [
        (Code.PRICE, 10, Person(True), "ok", None),
        (Code.PRICE, 10, Person(False), "ok", Refusal.NO_RIGHT),
        (Code.PRICE, 10, Person(True), "  ", Refusal.NO_REASON),
        (Code.PRICE, 10, Person(True, frozenset({BUYER})), "ok", Refusal.OWN_PURCHASE),
        (Code.QTY_REC, 10, Person(True, frozenset({BILLER})), "ok", Refusal.OWN_BILL),
        (Code.PRICE, 10, Person(True, limit=Decimal("9.99")), "ok", Refusal.OVER_LIMIT),
        (Code.PRICE, 10, Person(True, limit=Decimal(10)), "ok", None),
        (Code.BANK, 10, Person(True, limit=Decimal(1)), "ok", None),
        (Code.BANK, 10, Person(True, frozenset({BUYER})), "ok", Refusal.OWN_PURCHASE),
        (Code.BANK, 10, Person(True, frozenset({BILLER})), "ok", Refusal.OWN_BILL),
    ],
)
def test_who_may_release(code, amount, person, reason, why):
    assert refusal(code, Decimal(amount), person, reason) == why
