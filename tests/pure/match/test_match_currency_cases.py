"""Named cases about bills in another currency than their order: which day's rate counts, and what it makes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from match_case_table import Case, policy, stakes
from match_strategies import bills, policies

from odoo.addons.healthcare_three_way_match.core.lines import (
    Agreed,
    Bill,
    BillLine,
    Claim,
    Moved,
    OrderLine,
)
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.policy import Policy
from odoo.addons.healthcare_three_way_match.core.rates import Basis, Rate, Rates
from odoo.addons.healthcare_three_way_match.core.terms import Blanket, Contract, Drawn

ORDERED, RECEIVED, BILLED = date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 20)


def rates(ordered=None, received=None, billed=None):
    """Dollars for one euro on the three days."""
    days = (ORDERED, ordered), (RECEIVED, received), (BILLED, billed)
    return Rates(*(Rate(day, Fraction(text)) if text else None for day, text in days))


THREE = {"rates": rates("1.10", "1.20", "1.25")}
BILL_ONLY = {"rates": rates(billed="1.25")}
NONE = {"rates": Rates()}
USD = {"currency": "USD"}


def earlier(quantity, price, known=None, currency="USD", **more):
    """What another bill, or a credit note, asked before."""
    claim = Claim(1, (0, 1), Decimal(quantity), price=Decimal(price), currency=currency, rates=known, **more)  # fmt: skip
    return {"claims": (claim,)}


def blanket(*drawn, value=50):
    return {"blanket": Blanket(1, "P00009", "EUR", Decimal(value), drawn=drawn)}


# Five billed in dollars, then credited when a dollar was worth twice as much; five billed in euro a bit too dear.
CREDITED = {
    "claims": (
        *earlier(5, "4.80", rates(billed="1.20"))["claims"],
        Claim(2, (0, 2), Decimal(5), price=Decimal("4.20"), currency="EUR"),
        Claim(50, (0, 50), Decimal(5), price=Decimal("4.80"), credit=True, corrects=1, currency="USD", rates=rates(billed="0.60")),
    )
}  # fmt: skip

# Ordered in euro, billed in dollars, unless the row says otherwise.
CASES = [
    Case("no rate asked for: held for its currency", "10 @ 4", "10", "-", "10 @ 4.40", "", "CURRENCY 44.00", "posting", line=THREE, bill=USD),
    Case("right at the rate of the order's day", "10 @ 4", "10", "-", "10 @ 4.40", "rate order", line=THREE, bill=USD),
    Case("right at the rate of the receipt's day", "10 @ 4", "10", "-", "10 @ 4.80", "rate receipt", line=THREE, bill=USD),
    Case("right at the rate of the bill's day", "10 @ 4", "10", "-", "10 @ 5", "rate bill", line=THREE, bill=USD),
    Case("too dear at the rate of the order's day", "10 @ 4", "10", "-", "10 @ 5", "rate order", "PRICE 6.00", "posting", line=THREE, bill=USD),
    Case("too dear at the rate of the receipt's day", "10 @ 4", "10", "-", "10 @ 5", "rate receipt", "PRICE 2.00", "posting", line=THREE, bill=USD),
    Case("tolerated in percent of the order's price at the rate", "10 @ 4", "10", "-", "10 @ 4.48", "rate order; PRICE 2%", line=THREE, bill=USD),
    Case("just over it", "10 @ 4", "10", "-", "10 @ 4.49", "rate order; PRICE 2%", "PRICE 0.90", "posting", line=THREE, bill=USD),
    Case("an amount limits in the bill's money", "10 @ 4", "10", "-", "10 @ 5", "rate order; PRICE 6", line=THREE, bill=USD),
    Case("the rate's cents are rounding", "3 @ 3.33", "3", "-", "3 @ 3.66", "rate order", line=THREE, bill=USD),
    Case("a coin above that is too dear", "3 @ 3.33", "3", "-", "3 @ 3.67", "rate order", "PRICE 0.02", "posting", line=THREE, bill=USD),
    Case("received short, worth what the bill's money says", "10 @ 4", "8", "-", "10 @ 4.40", "rate order", "QTY_REC 8.80", "posting", line=THREE, bill=USD),
    Case("more than ordered", "10 @ 4", "12", "-", "12 @ 4.40", "rate order", "QTY_ORD 8.80", "posting", line=THREE, bill=USD),
    Case("ordered by the box, billed by the piece, at the rate", "2 box @ 50", "200", "-", "200 @ 0.55", "rate order", line=THREE, bill=USD),
    Case("a box's price for a piece, at the rate", "200 @ 0.50", "200", "-", "200 @ 55", "rate order", "UOM_PACK 10890.00", "posting", order={"packs": (Fraction(100), Fraction(1))}, line=THREE, bill=USD),
    # Rates nobody knows
    Case("no rate for the order's day", "10 @ 4", "10", "-", "10 @ 4.40", "rate order", "CURRENCY 44.00", "posting", line=BILL_ONLY, bill=USD),
    Case("nothing received yet, so no day and no rate", "10 @ 4", "-", "-", "10 @ 4.80", "rate receipt", "CURRENCY 48.00, NOT_RECEIVED 48.00", "posting", line=BILL_ONLY, bill=USD),
    Case("a bill without a date has no rate", "10 @ 4", "10", "-", "10 @ 5", "rate bill", "CURRENCY 50.00", "posting", line=NONE, bill=USD),
    Case("a service is not received: the bill's day counts", "10 @ 4", "-", "-", "10 @ 5", "rate receipt", order={"three_way": False}, line=BILL_ONLY, bill=USD),
    Case("two-way: the bill's day counts", "10 @ 4", "-", "-", "10 @ 5", "rate receipt; two_way", line=BILL_ONLY, bill=USD),
    Case("a currency that only informs", "10 @ 4", "10", "-", "10 @ 4.40", "rate order; CURRENCY nothing", "CURRENCY 44.00", line=NONE, bill=USD),
    Case("one currency: rates say nothing", "10 @ 4", "10", "-", "10 @ 4", "rate order"),
    # What was agreed beside the price
    Case("the order was raised after the bill came", "10 @ 5", "10", "-", "10 @ 5.50", "rate order", "PRICE 11.00", "posting", order={"agreed": Agreed(Fraction(4), Fraction(10))}, line=THREE, bill=USD),
    Case("above a contract in the order's money", "10 @ 5", "10", "-", "10 @ 5.50", "rate order", "CONTRACT 11.00", "posting", order={"contract": Contract("C-1", Fraction(4), "EUR")}, line=THREE, bill=USD),
    Case("a contract in the bill's money is no matter of a rate", "10 @ 5", "10", "-", "10 @ 5.50", "rate order", "CONTRACT 5.00", "posting", order={"contract": Contract("C-1", Fraction(5), "USD")}, line=THREE, bill=USD),
    # Other bills
    Case("an earlier bill at its own day's rate", "10 @ 4", "10", "-", "5 @ 4.40", "rate bill", order=earlier(5, "4.80", rates(billed="1.20")), line={"rates": rates(billed="1.10")}, bill=USD),
    Case("an earlier bill too dear by its own day's rate", "10 @ 4", "10", "-", "5 @ 4.42", "rate bill; PRICE 1; PRICE_TOTAL 1", "PRICE_TOTAL 0.10", "posting", order=earlier(5, "5.00", rates(billed="1.20")), line={"rates": rates(billed="1.10")}, bill=USD),
    Case("an earlier bill in the order's money", "10 @ 4", "10", "-", "5 @ 4.42", "rate bill; PRICE 1; PRICE_TOTAL 1", "PRICE_TOTAL 0.10", "posting", order=earlier(5, "4.20", currency="EUR"), line={"rates": rates(billed="1.10")}, bill=USD),
    Case("a bill in the order's money after one in dollars", "10 @ 4", "10", "-", "5 @ 4.20", "rate bill; PRICE 1; PRICE_TOTAL 1", "PRICE_TOTAL 1.00", "posting", order=earlier(5, "5.04", rates(billed="1.20"))),
    Case("the same, no rate asked for: dollars are no part of the sum", "10 @ 4", "10", "-", "5 @ 4.20", "PRICE 1; PRICE_TOTAL 1", order=earlier(5, "5.04", rates(billed="1.20"))),
    Case("a credit note in the bill's money takes the difference back", "10 @ 4", "10", "-", "10 @ 5", "rate order", order=earlier(10, "0.60", rates("1.10"), credit=True, corrects=100), line=THREE, bill=USD),
    Case("what is credited counts at the rate of its bill, not of its own day", "10 @ 4", "10", "-", "10 @ 5.60", "rate bill", order=earlier(10, "0.60", rates(billed="1.50"), credit=True, corrects=100), line=THREE, bill=USD),
    Case("so a bill that was credited in full leaves nothing in the sum", "20 @ 4", "20", "-", "5 @ 4.20", "rate bill; PRICE 1; PRICE_TOTAL 1.01", "PRICE_TOTAL 1.00", "posting", order=CREDITED),
    Case("nor on a blanket order", "10 @ 4", "10", "-", "10 @ 4", "rate bill", "BLANKET_VALUE 5.00", "posting", order=blanket(Drawn(1, (0, 1), Decimal(24), rates=rates(billed="1.20")), Drawn(50, (0, 50), Decimal(-24), 1, rates(billed="0.60"), credit=True), value=35)),
    # Blanket orders
    Case("within a blanket order in the order's money", "10 @ 4", "10", "-", "10 @ 4.40", "rate order", order=blanket(), line=THREE, bill=USD),
    Case("over it: said in the bill's money", "10 @ 4", "10", "-", "10 @ 4.40", "rate order", "BLANKET_VALUE 5.50", "posting", order=blanket(value=35), line=THREE, bill=USD),
    Case("over it by what dollars drew before", "10 @ 4", "10", "-", "10 @ 4", "rate bill", "BLANKET_VALUE 10.00", "posting", order=blanket(Drawn(1, (0, 1), Decimal(24), rates=rates(billed="1.20")))),
    Case("what drew at no known rate is held elsewhere", "10 @ 4", "10", "-", "10 @ 4", "rate bill", order=blanket(Drawn(1, (0, 1), Decimal(24), rates=Rates()))),
]  # fmt: skip


def test_names_are_unique():
    assert len({case.name for case in CASES}) == len(CASES) >= 35


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    verdict = decide(case.build(), policy(case.policy))
    expected = dict(part.split() for part in case.finds.split(", ") if part != "-")
    assert stakes(verdict) == expected
    assert verdict.block.key == case.stops


def test_the_line_says_at_which_rate_and_why():
    order = OrderLine(1, "P1", 10, price=Decimal(4), received=(Moved(10),))
    line = BillLine(1, 10, price=Decimal("4.80"), order=order, **THREE)
    bill = Bill(100, (line,), currency="USD")
    [said] = decide(bill, Policy(rate=Basis.RECEIPT)).lines
    assert (said.at.basis, said.at.rate, said.at.currency) == (
        Basis.RECEIPT,
        Rate(RECEIVED, Fraction(6, 5)),
        "EUR",
    )
    assert (said.order_price, said.bill_price) == (Fraction(24, 5), Fraction(24, 5))
    [said] = decide(bill, Policy()).lines
    assert said.at is None


@pytest.mark.parametrize("price", ["4", "4.10", "40", "3"])
@pytest.mark.parametrize("received", [8, 10])
def test_a_bill_at_a_rate_says_what_one_in_the_orders_money_says(price, received):
    """The same findings, their money times the rate."""
    order = OrderLine(
        1, "P1", 10, price=Decimal(4), received=(Moved(received),), packs=(Fraction(10),)
    )
    rate, told = Fraction(11, 10), Policy(rate=Basis.ORDER)
    here = BillLine(1, 12, price=Decimal(price), order=order)
    there = BillLine(1, 12, price=Fraction(price) * rate, order=order, **THREE)
    same = decide(Bill(100, (here,)), told).all_findings
    found = decide(Bill(100, (there,), currency="USD"), told).all_findings
    assert [(f.code, f.stake) for f in found] == [(f.code, f.stake * rate) for f in same] != []


ONE = Rates(*(Rate(day, Fraction(1)) for day in (ORDERED, RECEIVED, BILLED)))


@given(bills(), policies(), st.sampled_from([Basis.ORDER, Basis.RECEIPT, Basis.BILL]))
def test_at_one_to_one_the_currency_makes_no_difference(bill, policy, basis):
    """Whoever billed in dollars, we or others."""
    orders = {
        line.order.key: replace(
            line.order,
            claims=tuple(replace(c, currency="USD", rates=ONE) for c in line.order.claims),
        )
        for line in bill.lines
    }
    lines = tuple(replace(line, order=orders[line.order.key], rates=ONE) for line in bill.lines)
    there = decide(replace(bill, lines=lines, currency="USD"), replace(policy, rate=basis))
    here = decide(bill, policy)
    assert there.all_findings == here.all_findings
