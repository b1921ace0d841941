"""Named cases about what was agreed beside price and quantity, and about what is only rounding."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from match_case_table import Case, policy, stakes

from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.terms import Blanket, Contract, Drawn

START, END = date(2026, 1, 1), date(2026, 6, 30)
BEFORE, LATER, OURS = (0, 1), (1, 200), (1, 100)


def blanket(value=None, *drawn, currency="EUR", **terms):
    value = None if value is None else Decimal(value)
    return {"blanket": Blanket(1, "P00009", currency, value, drawn=tuple(drawn), **terms)}


def drew(amount, bill=1, rank=BEFORE, corrects=None):
    """What a bill drew; 50 is a credit note."""
    return Drawn(bill, rank, Decimal(amount), corrects, credit=bill == 50)


def on(month, day):
    return {"day": date(2026, month, day)}


TIME = blanket(start=START, end=END)
RIVAL = {"ordered_from": "Rival"}

CASES = [
    # Value
    Case("within the blanket order's value", "10 @ 4", "10", "-", "10 @ 4", order=blanket(100)),
    Case("uses it up", "10 @ 4", "10", "-", "10 @ 4", order=blanket(100, drew(60))),
    Case("a cent more than is left", "10 @ 4", "10", "-", "10 @ 4", "", "BLANKET_VALUE 0.01", "posting", order=blanket(100, drew("60.01"))),
    Case("used up before: no more than this bill asks", "10 @ 4", "10", "-", "10 @ 4", "", "BLANKET_VALUE 40.00", "posting", order=blanket(100, drew(140))),
    Case("a value within ten percent", "10 @ 4", "10", "-", "10 @ 4", "BLANKET_VALUE 10%", order=blanket(100, drew(70))),
    Case("a value over ten percent", "10 @ 4", "10", "-", "10 @ 4", "BLANKET_VALUE 10%", "BLANKET_VALUE 10.01", "posting", order=blanket(100, drew("70.01"))),
    Case("two lines draw: the last answers", "10 @ 4", "10", "-", "5 @ 4 + 5 @ 4", "", "BLANKET_VALUE 10.00", "posting", order=blanket(100, drew(70))),
    Case("a later bill does not count", "10 @ 4", "10", "-", "10 @ 4", order=blanket(100, drew(90, 200, LATER))),
    Case("nor what it gave back", "10 @ 4", "10", "-", "10 @ 4", "", "BLANKET_VALUE 10.00", "posting", order=blanket(100, drew(70), drew(90, 200, LATER), drew(-90, 50, BEFORE, 200))),
    Case("nor a later bill that only takes back", "10 @ 4", "10", "-", "10 @ 4", "", "BLANKET_VALUE 10.00", "posting", order=blanket(100, drew(70), drew(-90, 200, LATER))),
    Case("our own draft is no other bill", "10 @ 4", "10", "-", "10 @ 4", order=blanket(40, drew(40, 100, OURS))),
    Case("what was credited may be drawn again", "10 @ 4", "10", "-", "10 @ 4", order=blanket(100, drew(100), drew(-40, 50, BEFORE, 1))),
    Case("our price was credited: counted once", "10 @ 4", "10", "for us credit 10 @ 1", "10 @ 5", order=blanket(40, drew(-10, 50, BEFORE, 100))),
    Case("credited less than is over", "10 @ 4", "10", "for us credit 10 @ 0.50", "10 @ 5", "PRICE off", "BLANKET_VALUE 5.00", "posting", order=blanket(40, drew(-5, 50, BEFORE, 100))),
    Case("no bound on the value", "10 @ 4", "10", "-", "10 @ 4", order=blanket(None, drew(10**6))),
    Case("another currency is held for its currency", "10 @ 4", "10", "-", "10 @ 4", order=blanket(1, currency="USD")),
    Case("a value is not looked at", "10 @ 4", "10", "-", "10 @ 4", "BLANKET_VALUE off", order=blanket(1)),
    Case("over the value only keeps the payment back", "10 @ 4", "10", "-", "10 @ 4", "BLANKET_VALUE payment", "BLANKET_VALUE 10.00", "payment", order=blanket(30)),
    Case("a line that gives back draws nothing", "10 @ 4", "10", "-", "-2 @ 4", order=blanket(1, drew(50))),
    Case("over the value and too dear", "10 @ 4", "10", "-", "10 @ 5", "", "PRICE 10.00, BLANKET_VALUE 10.00", "posting", order=blanket(40)),
    # The supplier
    Case("another supplier's order, right in every number", "10 @ 4", "10", "-", "10 @ 4", "", "OTHER_SUPPLIER 40.00", "posting", line=RIVAL),
    Case("another supplier's order, and too dear", "10 @ 4", "10", "-", "10 @ 5", "", "OTHER_SUPPLIER 50.00, PRICE 10.00", "posting", line=RIVAL),
    Case("another supplier's order only keeps the payment back", "10 @ 4", "10", "-", "10 @ 4", "OTHER_SUPPLIER payment", "OTHER_SUPPLIER 40.00", "payment", line=RIVAL),
    Case("another supplier's order, in another currency", "10 @ 4", "10", "-", "10 @ 4", "", "OTHER_SUPPLIER 40.00, CURRENCY 40.00", "posting", order={"currency": "USD"}, line=RIVAL),
    # Rounding
    Case("a price rounded to the cent, a cent too much", "2 @ 0.335", "2", "-", "2 @ 0.34", "", "ROUNDING 0.01"),
    Case("a price rounded to the cent, five cents too much", "10 @ 0.335", "10", "-", "10 @ 0.34", "", "PRICE 0.05", "posting"),
    Case("five cents are tolerated as rounding", "10 @ 0.335", "10", "-", "10 @ 0.34", "ROUNDING 0.05; ROUNDING nothing", "ROUNDING 0.05"),
    Case("two cents too much is no rounding", "2 @ 0.335", "2", "-", "2 @ 0.345", "ROUNDING 1; ROUNDING nothing", "PRICE 0.02", "posting"),
    Case("the amount is what it should be", "3 @ 0.3333", "3", "-", "3 @ 0.3334", "", "ROUNDING 0.00", line={"net": Decimal("1.00")}),
    Case("the amount is a cent more", "3 @ 0.3333", "3", "-", "3 @ 0.3367", "", "PRICE 0.01", "posting", line={"net": Decimal("1.01")}),
    Case("a box's price for pieces, rounded", "1 box @ 33.35", "100", "-", "3 @ 0.34", "ROUNDING 0.02; ROUNDING nothing", "PRICE 0.02", "posting"),
    Case("a box's price for pieces, rounded up", "1 box @ 33.55", "100", "-", "3 @ 0.34", "ROUNDING 0.02; ROUNDING nothing", "ROUNDING 0.01"),
    Case("rounding is not told apart", "2 @ 0.335", "2", "-", "2 @ 0.34", "ROUNDING off", "PRICE 0.01", "posting"),
    Case("rounding that stops is no more than the price stops", "2 @ 0.335", "2", "-", "2 @ 0.34", "PRICE payment; ROUNDING 1", "ROUNDING 0.01", "payment"),
    Case("yen have no cents", "3 @ 33.5", "3", "-", "3 @ 34", "ROUNDING 2; ROUNDING nothing", "ROUNDING 1.50", bill={"rounding": Decimal(1)}),
    Case("five centimes in Zurich", "1 @ 0.33", "1", "-", "1 @ 0.35", "ROUNDING 0.05; ROUNDING nothing", "ROUNDING 0.02", bill={"rounding": Decimal("0.05")}),
    Case("two lines that are a coin too dear together", "0.02 @ 0", "0.02", "-", "0.01 @ 0.25 + 0.01 @ 0.25", "ROUNDING 0.001; ROUNDING nothing", "PRICE 0.01", "posting"),
    Case("a cheap line makes no rounding of a dear one", "10 @ 4", "10", "-", "5 @ 3.80 + 5 @ 4.20", "ROUNDING 2; ROUNDING nothing; PRICE_TOTAL off", "PRICE 1.00", "posting"),
    Case("rounding beside a quantity", "2 @ 0.335", "1", "-", "2 @ 0.34", "", "QTY_REC 0.34, ROUNDING 0.01", "posting"),
    Case("ordered at the contract's price, rounded", "2 @ 0.34", "2", "-", "2 @ 0.34", "", "ROUNDING 0.01", order={"contract": Contract("C-1", Fraction(335, 1000), "EUR")}),
    # Time
    Case("in its time", "10 @ 4", "10", "-", "10 @ 4", order=TIME, bill=on(6, 30)),
    Case("a day late", "10 @ 4", "10", "-", "10 @ 4", "", "BLANKET_PERIOD 40.00", "posting", order=TIME, bill=on(7, 1)),
    Case("late within thirty days", "10 @ 4", "10", "-", "10 @ 4", "BLANKET_PERIOD 30", order=TIME, bill=on(7, 30)),
    Case("late by thirty-one", "10 @ 4", "10", "-", "10 @ 4", "BLANKET_PERIOD 30", "BLANKET_PERIOD 40.00", "posting", order=TIME, bill=on(7, 31)),
    Case("before it began", "10 @ 4", "10", "-", "10 @ 4", "", "BLANKET_PERIOD 40.00", "posting", order=blanket(start=END), bill=on(1, 1)),
    Case("before it began, where only late is asked about", "10 @ 4", "10", "-", "10 @ 4", "BLANKET_PERIOD zero", order=blanket(start=END), bill=on(1, 1)),
    Case("a bill without a date", "10 @ 4", "10", "-", "10 @ 4", order=TIME),
]  # fmt: skip


def test_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES) >= 25


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    verdict = decide(case.build(), policy(case.policy))
    expected = dict(part.split() for part in case.finds.split(", ") if part != "-")
    assert stakes(verdict) == expected
    assert verdict.block.key == case.stops
