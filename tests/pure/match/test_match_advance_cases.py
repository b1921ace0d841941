"""Named cases about down payments: which bill must take them off, and what it would cost if it does not."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from match_case_table import claim, policy, priced, split, stakes

from odoo.addons.healthcare_three_way_match.core.lines import (
    Advance,
    Bill,
    BillLine,
    Moved,
    OrderLine,
)
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.plain import decide_soon
from odoo.addons.healthcare_three_way_match.core.rates import Rate, Rates


@dataclass(frozen=True)
class Paid:
    """One row: goods ordered and billed before, down payments asked before, what this bill bills and takes off.

    Quantities and claims as in ``Case``; ``off``: ``"-1 @ 15"`` takes fifteen off. ``beside``: another order line of
    the same order, and what others billed of it.
    """

    name: str
    ordered: str
    paid: str
    billed: str
    off: str = "-"
    others: str = "-"
    beside: tuple[str, str] | None = None
    policy: str = ""
    finds: str = "-"
    stops: str = "nothing"
    currency: str = "EUR"
    rates: Rates | None = None

    def build(self):
        goods = line(1, self.ordered, self.others)
        down = line(2, "1 @ 15", self.paid, three_way=False)
        bought = (goods, line(3, *self.beside)) if self.beside else (goods,)
        advance = Advance(1, "P00001", downs=(down,), goods=bought)
        orders = [replace(each, advance=advance) for each in (goods, down)]
        lines = [
            BillLine(key, *priced(text), order=order, rates=self.rates)
            for start, order, texts in ((1, orders[0], self.billed), (50, orders[1], self.off))
            for key, text in enumerate(split(texts), start)
        ]
        return Bill(100, tuple(lines), rank=(1, 100), currency=self.currency)


def line(key, ordered, others="-", **facts):
    count, unit, price = priced(ordered)
    claims = tuple(claim(i, text) for i, text in enumerate(split(others), 1))
    received = (Moved(count, unit),)
    return OrderLine(key, "P00001", count, unit, price, received=received, claims=claims, **facts)


DOLLARS = {
    "currency": "USD",
    "rates": Rates(bill=Rate(date(2026, 3, 1), Fraction(2))),
}

CASES = [
    Paid("the final bill takes it off", "10 @ 4", "1 @ 15", "10 @ 4", "-1 @ 15"),
    Paid("the final bill forgets it", "10 @ 4", "1 @ 15", "10 @ 4", finds="DOWN_PAYMENT 15.00", stops="posting"),
    Paid("it takes off a part", "10 @ 4", "1 @ 15", "10 @ 4", "-1 @ 10", policy="PRICE off; PRICE_TOTAL off", finds="DOWN_PAYMENT 5.00", stops="posting"),
    Paid("a partial bill leaves enough to take it off later", "10 @ 4", "1 @ 15", "6 @ 4"),
    Paid("a partial bill after which less is left", "10 @ 4", "1 @ 15", "8 @ 4", finds="DOWN_PAYMENT 7.00", stops="posting"),
    Paid("the last of several bills forgets it", "10 @ 4", "1 @ 15", "4 @ 4", others="6 @ 4", finds="DOWN_PAYMENT 15.00", stops="posting"),
    Paid("an earlier bill took it off", "10 @ 4", "1 @ 15 + -1 @ 15", "4 @ 4", others="6 @ 4"),
    Paid("a later bill's deduction does not count", "10 @ 4", "1 @ 15 + later -1 @ 15", "10 @ 4", finds="DOWN_PAYMENT 15.00", stops="posting"),
    Paid("a down payment billed later is none yet", "10 @ 4", "later 1 @ 15", "10 @ 4"),
    Paid("the supplier credited the down payment", "10 @ 4", "1 @ 15 + for 1 credit 1 @ 15", "10 @ 4"),
    Paid("nothing was paid ahead yet", "10 @ 4", "-", "10 @ 4"),
    Paid("the down payment's own bill", "10 @ 4", "-", "-", "1 @ 15"),
    Paid("another line of the order is still to come", "10 @ 4", "1 @ 15", "10 @ 4", beside=("5 @ 4", "-")),
    Paid("less of another line is to come than was paid ahead", "10 @ 4", "1 @ 15", "10 @ 4", beside=("5 @ 4", "3 @ 4"), finds="DOWN_PAYMENT 7.00", stops="posting"),
    Paid("no more than the bill asks", "10 @ 4", "1 @ 15", "1 @ 4", others="9 @ 4", finds="DOWN_PAYMENT 4.00", stops="posting"),
    Paid("two lines: the last answers first", "10 @ 4", "1 @ 15", "7 @ 4 + 3 @ 4", finds="DOWN_PAYMENT 15.00", stops="posting"),
    Paid("small ones are written off", "10 @ 4", "1 @ 15", "10 @ 4", policy="DOWN_PAYMENT 20"),
    Paid("it only informs", "10 @ 4", "1 @ 15", "10 @ 4", policy="DOWN_PAYMENT nothing", finds="DOWN_PAYMENT 15.00"),
    Paid("only the payment waits", "10 @ 4", "1 @ 15", "10 @ 4", policy="DOWN_PAYMENT payment", finds="DOWN_PAYMENT 15.00", stops="payment"),
    Paid("not looked at", "10 @ 4", "1 @ 15", "10 @ 4", policy="DOWN_PAYMENT off"),
    Paid("billed in dollars at a rate", "10 @ 4", "1 @ 15", "10 @ 8", policy="rate bill", finds="DOWN_PAYMENT 30.00", stops="posting", **DOLLARS),
    Paid("taken off in dollars at a rate", "10 @ 4", "1 @ 15", "10 @ 8", "-1 @ 30", policy="rate bill", **DOLLARS),
    Paid("in dollars at no rate it is held for its currency", "10 @ 4", "1 @ 15", "10 @ 8", finds="CURRENCY 80.00", stops="posting", **DOLLARS),
]  # fmt: skip


def test_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    verdict = decide(case.build(), policy(case.policy))
    expected = dict(part.split() for part in case.finds.split(", ") if part != "-")
    assert stakes(verdict) == expected
    assert verdict.block.key == case.stops


def test_the_finding_says_what_is_open_and_what_is_left():
    [found] = decide(CASES[4].build(), policy("")).all_findings
    assert (found.claimed, found.expected, found.detail) == (15, 8, ("P00001",))
    [last, first] = decide(CASES[15].build(), policy("")).all_findings[::-1]
    assert (last.line, last.stake, first.line, first.stake) == (2, Decimal(12), 1, Decimal(3))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_short_way_says_the_same(case):
    """Lines that touch each other through their order are not decided one by one."""
    bill, asked = case.build(), policy(case.policy)
    assert decide_soon(bill, asked) == decide(bill, asked)
