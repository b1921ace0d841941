"""The short way says what the long way says, or nothing; and it does say it of bills that are as ordered."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from match_strategies import bills, policies, prices, units

from odoo.addons.healthcare_three_way_match.core.lines import (
    Agreed,
    Bill,
    BillLine,
    Claim,
    Moved,
    OrderLine,
)
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.plain import decide_plain, decide_soon
from odoo.addons.healthcare_three_way_match.core.policy import Rule
from odoo.addons.healthcare_three_way_match.core.terms import Blanket, Contract, Twin
from odoo.addons.healthcare_three_way_match.core.tolerance import ZERO, Limit, Tolerance
from odoo.addons.healthcare_three_way_match.core.verdict import Code

DAY = date(2026, 3, 10)
BLANKET = Blanket(1, "P9", "EUR", Decimal(50))
counts = st.decimals(1, 100, places=2)


@st.composite
def as_ordered(draw):
    """A bill that is exactly as ordered and received."""
    lines = []
    for key in range(1, draw(st.integers(1, 4)) + 1):
        unit, quantity, price = draw(units), draw(counts), draw(prices)
        parts = draw(st.sampled_from([(quantity,), (quantity - 1, Decimal(1))]))
        order = OrderLine(
            key,
            f"P{key}",
            quantity,
            unit,
            price,
            received=tuple(Moved(part, unit) for part in parts),
            claims=(Claim(7, (1, "", 7), quantity, unit, price),),
            packs=(Fraction(1), unit.factor),
            promised=DAY,
            tax_rate=Fraction(20),
        )
        net = quantity * price
        lines.append(BillLine(key * 10, quantity, unit, price, order, net, net * 2, Fraction(20)))
    return Bill(7, tuple(lines), rank=(1, "", 7), day=DAY)


def on_line(change):
    return lambda bill: replace(bill, lines=(change(bill.lines[0]), *bill.lines[1:]))


def on_order(**change):
    return on_line(
        lambda line: replace(line, order=replace(line.order, **change)) if line.order else line
    )


# What can be off, one at a time.
OFF = {
    "quantity": on_line(lambda line: replace(line, quantity=line.quantity + 1)),
    "fewer": on_line(lambda line: replace(line, quantity=line.quantity / 2)),
    "nothing": on_line(lambda line: replace(line, quantity=Decimal(0))),
    "taken back": on_line(lambda line: replace(line, quantity=-line.quantity)),
    "price": on_line(lambda line: replace(line, price=line.price + Decimal("0.01"))),
    "tax": on_line(lambda line: replace(line, tax_rate=Fraction(6))),
    "tax that does not compare": on_line(lambda line: replace(line, tax_rate=None)),
    "no order": on_line(lambda line: replace(line, order=None)),
    "freight": on_line(lambda line: replace(line, order=None, charge="FC")),
    "the same order line twice": lambda bill: replace(
        bill, lines=(*bill.lines, replace(bill.lines[0], key=99))
    ),
    "not received": on_order(received=()),
    "not confirmed": on_order(confirmed=False),
    "service": on_order(three_way=False),
    "currency": on_order(currency="USD"),
    "another bill": on_order(claims=(Claim(3, (0, "", 3), Decimal(1)),)),
    "a later bill": on_order(claims=(Claim(9, (1, "", 9), Decimal(1)),)),
    "credit": on_order(claims=(Claim(8, (0, "", 8), Decimal(1), credit=True, corrects=7),)),
    "raised": on_order(agreed=Agreed(Fraction(1, 1000), Fraction(1, 1000))),
    "not raised": on_order(agreed=Agreed(Fraction(10**6), Fraction(10**6))),
    "contract": on_order(contract=Contract("C-1", Fraction(1, 1000), "EUR")),
    "a blanket order": lambda bill: replace(
        bill,
        lines=tuple(
            replace(line, order=line.order and replace(line.order, blanket=BLANKET))
            for line in bill.lines
        ),
    ),
    "ordered elsewhere": on_line(lambda line: replace(line, ordered_from="Rival")),
    "early": on_order(promised=DAY + timedelta(days=9)),
    "other account": lambda bill: replace(bill, payee="BE68539007547034"),
    "blocked": lambda bill: replace(bill, supplier_block=""),
    "twin": lambda bill: replace(bill, twins=(Twin("B-1", (0, "", 1), True),)),
    "document": lambda bill: replace(bill, stated=Decimal(1)),
    "money back": lambda bill: replace(bill, allowance=Decimal(1)),
}
dates = st.sampled_from([Tolerance(ZERO, ZERO), Tolerance(Limit.value(absolute=Decimal(5)))])


@given(as_ordered(), policies(), st.sets(st.sampled_from(sorted(OFF)), max_size=2), dates)
def test_never_anything_else(bill, policy, off, dated):
    for name in sorted(off):
        bill = OFF[name](bill)
    policy = replace(policy, rules={**policy.rules, Code.DATE: Rule(dated)})
    said = decide_plain(bill, policy)
    assert said is None or said == decide(bill, policy)


@given(bills(), policies())
def test_never_anything_else_of_any_bill(bill, policy):
    assert decide_soon(bill, policy) == decide(bill, policy)


@given(as_ordered(), policies())
def test_it_is_said_of_what_is_as_ordered(bill, policy):
    assert decide_plain(bill, policy) == decide(bill, policy)
    assert decide_plain(OFF["not raised"](bill), policy) is not None
    assert decide_plain(OFF["service"](bill), policy) is not None
