"""The price of one bill line: against the order, against the contract, over all bills together."""

from collections.abc import Iterator
from fractions import Fraction

from .exact import exact
from .facts import Facts
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


def check_price_total(facts: Facts) -> Iterator[Finding]:
    """All bills together against the agreed price: small excesses that each bill was allowed add up.

    Said of the line that adds to the excess, and of no more money than it adds.
    """
    if not (facts.shared and facts.comparable and facts.same_currency):
        return
    price = facts.order.binding_price
    total = facts.spent + facts.asked
    expected = facts.in_order_unit(facts.before + facts.now) * price
    excess = total - expected
    added = facts.asked - facts.in_order_unit(facts.now) * price
    if added <= 0:
        return
    tolerance = facts.policy.rule(Code.PRICE_TOTAL).tolerance
    side = tolerance.broken_side(excess, expected, excess)
    if side:
        yield facts.finding(
            Code.PRICE_TOTAL,
            max(min(excess, added), Fraction(0)),
            claimed=total,
            expected=expected,
            limit=tolerance.side(side),
            side=side,
        )


def check_contract(facts: Facts) -> Iterator[Finding]:
    """An order placed above the contract's price does not make the bill right."""
    contract = facts.order.contract
    if contract is None or not facts.comparable or facts.bill.currency != contract.currency:
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
