"""The short ways say what the long way says, or nothing; and they do say it of bills that are as ordered."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from match_strategies import bills, policies, prices, units

from odoo.addons.healthcare_three_way_match.core.lines import (
    Agreed,
    Bill,
    BillLine,
    Claim,
    Moved,
    OrderLine,
    Unit,
)
from odoo.addons.healthcare_three_way_match.core.match import decide, rows_of
from odoo.addons.healthcare_three_way_match.core.pairs import Asking, Pair, touching
from odoo.addons.healthcare_three_way_match.core.plain import decide_plain, decide_soon
from odoo.addons.healthcare_three_way_match.core.policy import Policy, Rule, Way
from odoo.addons.healthcare_three_way_match.core.scope import Scope, Subject
from odoo.addons.healthcare_three_way_match.core.terms import Blanket, Contract, Twin
from odoo.addons.healthcare_three_way_match.core.tolerance import EXACT, ZERO, Limit, Tolerance
from odoo.addons.healthcare_three_way_match.core.verdict import Code, LineVerdict

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


def so_many(bill, quantity):
    """As many billed on the first line as ordered and received."""
    if bill.lines[0].order is None:
        return bill
    [moved] = bill.lines[0].order.received[:1] or [Moved(quantity)]
    bill = on_order(quantity=quantity, received=(replace(moved, quantity=quantity),))(bill)
    return on_line(lambda line: replace(line, quantity=quantity, net=None, gross=None))(bill)


# What can be off, one at a time.
OFF = {
    "quantity": on_line(lambda line: replace(line, quantity=line.quantity + 1)),
    "fewer": on_line(lambda line: replace(line, quantity=line.quantity / 2)),
    "nothing": on_line(lambda line: replace(line, quantity=Decimal(0))),
    "taken back": on_line(lambda line: replace(line, quantity=-line.quantity)),
    "price": on_line(lambda line: replace(line, price=line.price + Decimal("0.01"))),
    "tax": on_line(lambda line: replace(line, tax_rate=Fraction(6))),
    "tax that does not compare": on_line(lambda line: replace(line, tax_rate=None)),
    "unit": on_line(lambda line: replace(line, unit=Unit("gross", Fraction(144)))),
    "nothing at all": lambda bill: so_many(bill, Decimal(0)),
    "all given back": lambda bill: so_many(bill, Decimal(-2)),
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


# -- pairs: what is equal as it is stored ---------------------------------------------------------


def pair(bill, line):
    """A line and its order line as the database holds them."""
    order = line.order or OrderLine(None, "", None, currency=None, tax_rate=None)
    [moved] = order.received if len(order.received) == 1 else [None]
    return Pair(
        line=line.key,
        bill=bill.key,
        quantity=float(line.quantity),
        unit=line.unit.name,
        price_unit=float(line.price),
        discount=0.0,
        net=float(line.net or 0),
        taxes=str(line.tax_rate),
        product=order.subject.product,
        name="",
        order_line=order.key,
        ordered=float(order.quantity or 0),
        order_unit=order.unit.name,
        order_price=float(order.price),
        order_discount=0.0,
        order_taxes=str(order.tax_rate),
        order_currency=order.currency,
        confirmed=order.confirmed,
        three_way=order.three_way,
        received=float(moved.quantity) if moved and moved.unit == order.unit else None,
        promised=order.promised,
        order=order.subject.order,
        categories="/".join(map(str, reversed(order.subject.categories))),
        supplier=order.subject.supplier,
        shared=any(claim.bill != bill.key or claim.credit for claim in order.claims),
        unusual=bool(line.charge or order.contract or order.blanket or line.ordered_from),
    )


def taken_as_ordered(bill, policy):
    """[(number of the line, what was asked of it)]."""
    lines = {line.key: line for line in bill.lines}

    def agreed(each):
        order = lines[each.line].order
        return order is None or order.agreed is None or _still(order)

    pairs = [pair(bill, line) for line in bill.lines]
    if touching(pairs) or bill.payee or bill.stated is not None:
        return []
    comparable = {each.taxes for each in pairs}
    asked = Asking(policy, comparable).split(pairs, bill.currency, bill.day, agreed)
    return [(number, ask) for number, ask in enumerate(asked) if ask]


def _still(order):
    unit, agreed = order.unit, order.agreed
    return agreed == Agreed(unit.price_to_base(order.price), unit.to_base(order.quantity))


def as_ordered_verdict(line, asked):
    order = line.order
    received = order.three_way and asked.policy.way is not Way.TWO
    quantity, price = Fraction(order.quantity), Fraction(order.price)
    return LineVerdict(
        line.key, order.key, order.unit.name, ordered=quantity, received=quantity if received else None,
        billed_before=Fraction(0), billed_now=quantity, order_price=price, bill_price=price,
        amount=line.amount, rows=rows_of(asked.policy),
    )  # fmt: skip


@st.composite
def scoped_policies(draw):
    """Policies that name nothing, or a product, or the supplier; two-way or three-way."""
    rule = {Code.PRICE: Rule(EXACT, row=9), Code.DATE: Rule(draw(dates), row=8)}
    scopes = draw(
        st.sets(st.sampled_from([Scope(product=1), Scope(supplier=5), Scope(category=3)]))
    )
    ways = draw(
        st.dictionaries(st.sampled_from([Scope(product=2), Scope()]), st.just((Way.TWO, 4)))
    )
    policy = draw(policies())
    dated = {**policy.rules, Code.DATE: Rule(draw(dates))}
    return replace(policy, rules=dated, scoped=dict.fromkeys(scopes, rule), ways=ways)


def about(bill):
    """The same bill, its lines about different products."""
    lines = [
        replace(line, order=replace(line.order, subject=Subject(1, line.key // 10, (7, 3), 5)))
        if line.order
        else line
        for line in bill.lines
    ]
    return replace(bill, lines=tuple(lines), subject=Subject(1, supplier=5))


def received_once(bill):
    lines = [
        replace(line, order=replace(line.order, received=(Moved(line.quantity, line.unit),)))
        for line in bill.lines
    ]
    return replace(bill, lines=tuple(lines))


@pytest.mark.parametrize("off", sorted(OFF))
@settings(max_examples=20)
@given(as_ordered(), scoped_policies())
def test_a_pair_never_says_anything_else(off, bill, policy):
    bill = about(OFF[off](received_once(bill)))
    said = decide(bill, policy).lines
    for number, asked in taken_as_ordered(bill, policy):
        assert said[number] == as_ordered_verdict(bill.lines[number], asked)


@given(bills(), policies())
def test_a_pair_never_says_anything_else_of_any_bill(bill, policy):
    said = decide(bill, policy).lines
    for number, asked in taken_as_ordered(bill, policy):
        assert said[number] == as_ordered_verdict(bill.lines[number], asked)


@given(as_ordered(), policies())
def test_pairs_that_are_as_ordered_need_no_more(bill, policy):
    once = received_once(bill)
    assert len(taken_as_ordered(once, policy)) == len(bill.lines)
    assert decide(once, policy).clean


def test_a_line_in_cents_of_binary_is_the_same_number():
    """0.1 + 0.2 is not 0.3 as it is stored; then it is made exact, and nothing is said too early."""
    order = OrderLine(1, "P1", Decimal("0.3"), price=Decimal(1), received=(Moved(Decimal("0.3")),))
    line = BillLine(10, Decimal("0.3"), price=Decimal(1), order=order)
    stored = pair(Bill(7, (line,)), line)._replace(quantity=0.1 + 0.2)
    assert Asking(Policy(), {"None"}).split([stored], "EUR", None) == [None]
