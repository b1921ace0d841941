"""The price of one bill line: against the order, against the contract, over all bills together."""

from collections.abc import Iterator
from fractions import Fraction

from .exact import exact
from .facts import Facts, Group, spread
from .verdict import Code, Finding


def check_price(facts: Facts) -> Iterator[Finding]:
    """The unit price in percent, what it makes on this line in money."""
    if not (facts.comparable and facts.same_currency):
        return
    quantity = facts.in_order_unit(facts.now)
    expected = facts.order.binding_price
    difference = facts.bill_price - expected
    money = quantity * difference
    if money == 0:
        return
    # A line that takes goods back costs us when its price is lower: the money gives the direction.
    signed = abs(difference) if money > 0 else -abs(difference)
    tolerance = facts.policy.rule(Code.PRICE).tolerance
    side = tolerance.broken_side(signed, expected, money)
    if side:
        yield facts.finding(
            Code.PRICE,
            max(money, Fraction(0)),
            claimed=facts.bill_price,
            expected=expected,
            limit=tolerance.side(side),
            side=side,
            detail=raised(expected, exact(facts.order.price)),
        )


def check_price_total(group: Group) -> Iterator[Finding]:
    """All bills together against the agreed price: small excesses that each bill was allowed add up.

    Said of the lines that add to the excess, and of no more money than they add. Needs two lines at least: what
    one line asks is its price's affair.
    """
    lines = tuple(facts for facts in group.counted if facts.same_currency)
    if not (group.taken.shared or len(lines) > 1):
        return
    price = group.order.binding_price
    asked = sum((facts.asked for facts in lines), start=Fraction(0))
    owed = sum((facts.in_order_unit(facts.now) for facts in lines), start=Fraction(0)) * price
    total = group.taken.spent + asked
    expected = group.in_order_unit(group.taken.priced) * price + owed
    excess = total - expected
    tolerance = group.policy.rule(Code.PRICE_TOTAL).tolerance
    if asked <= owed or tolerance.broken_side(excess, expected, excess) != "upper":
        return
    added = [facts.asked - facts.in_order_unit(facts.now) * price for facts in lines]
    for index, share in spread(min(excess, asked - owed), added):
        yield lines[index].finding(Code.PRICE_TOTAL, share, claimed=total, expected=expected)


def check_contract(facts: Facts) -> Iterator[Finding]:
    """An order placed above the contract's price does not make the bill right.

    A contract caps what is bought. What is taken back goes by the price it was bought at, which is the order's.
    """
    contract = facts.order.contract
    if contract is None or not facts.comparable or facts.bill.currency != contract.currency:
        return
    if facts.now <= 0:
        return
    expected = contract.price * facts.order.unit.factor
    difference = facts.bill_price - expected
    money = facts.in_order_unit(facts.now) * difference
    tolerance = facts.policy.rule(Code.CONTRACT).tolerance
    if money > 0 and tolerance.broken_side(difference, expected, money):
        yield facts.finding(
            Code.CONTRACT,
            money,
            claimed=facts.bill_price,
            expected=expected,
            detail=(contract.reference,),
        )


def raised(binding: Fraction, current: Fraction) -> tuple[str, ...]:
    """What the order says now, where it was raised after the bill came."""
    return (str(current),) if current > binding else ()
