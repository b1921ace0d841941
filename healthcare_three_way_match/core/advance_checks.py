"""Down payments: whether a bill leaves enough to be billed for what was paid ahead to be taken off it.

    what bills asked as down payment, less what they took off   open
    what of the order no bill asks for yet, at its price        rest
    open - rest                                                 can be taken off no later bill: this one forgets it

A partial bill need not take anything off; the bill after which less is left than was paid ahead must.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

from .claims import taken
from .facts import Facts, spread
from .lines import Bill, BillLine, OrderLine
from .verdict import Code, Finding


def check_advances(lines: Sequence[Facts]) -> Iterator[Finding]:
    """``lines`` are all lines of a bill that name an order."""
    by_order: dict[Hashable, list[Facts]] = defaultdict(list)
    for facts in lines:
        if facts.order.advance is not None and facts.same_currency:
            by_order[facts.order.advance.order].append(facts)
    for found in by_order.values():
        yield from _check(found)


def _check(lines: list[Facts]) -> Iterator[Finding]:
    bill, advance = lines[0].bill, lines[0].order.advance
    assert advance is not None
    ours: dict[int, list[Facts]] = defaultdict(list)
    for facts in lines:
        ours[facts.order.key].append(facts)
    paid_ahead = {order.key for order in advance.downs}
    goods = [facts for facts in lines if facts.order.key not in paid_ahead]
    open_amount = sum(
        (_asked(bill, order, ours[order.key]) for order in advance.downs), start=Fraction(0)
    )
    rest = sum((_rest(bill, order, ours[order.key]) for order in advance.goods), start=Fraction(0))
    excess, asked = open_amount - rest, [facts.asked for facts in goods]
    total = sum(asked, start=Fraction(0))
    if open_amount <= 0 or total <= 0:
        return
    tolerance = goods[0].policy.rule(Code.DOWN_PAYMENT).tolerance
    if tolerance.broken_side(excess, open_amount, excess) != "upper":
        return
    for index, share in spread(min(excess, total), asked):
        yield goods[index].finding(
            Code.DOWN_PAYMENT,
            share,
            claimed=open_amount,
            expected=rest,
            detail=(advance.name,),
        )


def _asked(bill: Bill, order: OrderLine, ours: list[Facts]) -> Fraction:
    """Asked as down payment by this bill and those before it, less what was taken off or credited."""
    now = sum((facts.asked for facts in ours), start=Fraction(0))
    return taken(bill, order, _lines(ours)).spent + now


def _rest(bill: Bill, order: OrderLine, ours: list[Facts]) -> Fraction:
    """What of an order line no bill up to this one asks for, at its price."""
    seen = ours[0].order if ours else order  # as it was when the bill came
    now = sum((facts.now for facts in ours if facts.comparable), start=Fraction(0))
    billed = taken(bill, order, _lines(ours)).quantity + now
    left = seen.binding_quantity - billed / order.unit.factor
    return max(left, Fraction(0)) * seen.binding_price


def _lines(ours: list[Facts]) -> tuple[BillLine, ...]:
    return tuple(facts.line for facts in ours)
