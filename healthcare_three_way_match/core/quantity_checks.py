"""The quantity of one order line, billed by all bills together: against what was ordered, and what arrived."""

from collections.abc import Iterator
from fractions import Fraction

from .exact import exact
from .facts import Group, spread
from .policy import Way
from .price_checks import raised
from .verdict import Code, Finding


def check_ordered(group: Group) -> Iterator[Finding]:
    """All bills together against the order."""
    expected = group.order.binding_quantity
    detail = raised(expected, exact(group.order.quantity))
    yield from _check_quantity(group, Code.QTY_ORD, expected, detail)


def check_received(group: Group) -> Iterator[Finding]:
    """All bills together against what arrived and stayed."""
    if not group.order.three_way or group.policy.way is Way.TWO:
        return
    code = Code.QTY_REC if group.received > 0 else Code.NOT_RECEIVED
    yield from _check_quantity(group, code, group.in_order_unit(group.received))


def check_accepted(group: Group) -> Iterator[Finding]:
    """All bills together against what passed the inspection, where goods are inspected and the policy asks."""
    if group.accepted is None or group.policy.way is not Way.FOUR:
        return
    yield from _check_quantity(group, Code.ACCEPTED_QTY, group.in_order_unit(group.accepted))


def _check_quantity(
    group: Group, code: Code, expected: Fraction, detail: tuple[str, ...] = ()
) -> Iterator[Finding]:
    """``expected`` in the order's unit. What is too much is said of the lines that ask for it last."""
    now = group.in_order_unit(group.now)
    if now <= 0:
        return
    total = group.in_order_unit(group.billed)
    excess = total - expected
    tolerance = group.policy.rule(code).tolerance
    side = tolerance.broken_side(excess, expected, excess)
    if not side:
        return
    asked = [facts.in_order_unit(facts.now) for facts in group.counted]
    if side == "lower":
        last = max(index for index, quantity in enumerate(asked) if quantity > 0)
        shares = iter([(last, Fraction(0))])
    else:
        shares = spread(min(excess, now), asked)
    for index, share in shares:
        facts = group.counted[index]
        yield facts.finding(
            code,
            share * facts.price,
            claimed=total,
            expected=expected,
            limit=tolerance.side(side),
            side=side,
            detail=detail,
        )
