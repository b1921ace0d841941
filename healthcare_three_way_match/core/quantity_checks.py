"""The quantity of one bill line, with all other bills: against the order and against what arrived."""

from collections.abc import Iterator
from fractions import Fraction

from .exact import exact
from .facts import Facts
from .policy import Way
from .price_checks import raised
from .verdict import Code, Finding


def check_ordered(facts: Facts) -> Iterator[Finding]:
    """All bills together against the order."""
    expected = facts.order.binding_quantity
    detail = raised(expected, exact(facts.order.quantity))
    yield from _check_quantity(facts, Code.QTY_ORD, expected, detail)


def check_received(facts: Facts) -> Iterator[Finding]:
    """All bills together against what arrived and stayed."""
    if not facts.order.three_way or facts.policy.way is Way.TWO:
        return
    code = Code.QTY_REC if facts.received > 0 else Code.NOT_RECEIVED
    yield from _check_quantity(facts, code, facts.in_order_unit(facts.received))


def _check_quantity(
    facts: Facts, code: Code, expected: Fraction, detail: tuple[str, ...] = ()
) -> Iterator[Finding]:
    if not facts.comparable or facts.now <= 0:
        return
    total = facts.in_order_unit(facts.before + facts.now)
    excess = total - expected
    tolerance = facts.policy.rule(code).tolerance
    side = tolerance.broken_side(excess, expected, excess)
    if not side:
        return
    owed_too_much = max(min(excess, facts.in_order_unit(facts.now)), Fraction(0))
    price = facts.order.binding_price if facts.same_currency else facts.bill_price
    yield facts.finding(
        code,
        owed_too_much * price,
        claimed=total,
        expected=expected,
        limit=tolerance.side(side),
        side=side,
        detail=detail,
    )
