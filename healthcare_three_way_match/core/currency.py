"""A bill in another currency than its order: the order is told in the bill's money, at the rate the policy means.

    order's price  --(rate of our day)-->  bill's money  <--(rate of our day)--  order's money
                                                                                     ^-- (rate of its own day) -- claim

Everything after this step compares money of one currency. Rates are exact; nothing is rounded. Where a rate is
missing, or the policy asks for none, the line stays as it is and is held for its currency.
"""

from dataclasses import replace
from fractions import Fraction

from .exact import exact
from .lines import Bill, BillLine, Claim, OrderLine
from .policy import Policy, Way
from .rates import Applied, Basis


def in_bills_money(bill: Bill, policy: Policy) -> Bill:
    """The bill with its order lines, and what others claimed of them, in its own currency where that can be said.

    >>> from datetime import date
    >>> from .rates import Rate
    >>> order = OrderLine(1, "P1", 10, price=4)
    >>> rates = Rates(bill=Rate(date(2026, 3, 1), Fraction(11, 10)))
    >>> bill = Bill(7, (BillLine(70, 10, price=Fraction(22, 5), order=order, rates=rates),), currency="USD")
    >>> line = in_bills_money(bill, Policy(rate=Basis.BILL)).lines[0]
    >>> line.order.price, line.order.currency, line.at.basis.value
    (Fraction(22, 5), 'USD', 'bill')
    >>> in_bills_money(bill, Policy()) is bill
    True
    """
    if policy.rate is Basis.HOLD:
        return bill
    lines = tuple(_told(bill, line, policy) if line.order else line for line in bill.lines)
    return replace(bill, lines=lines)


def _told(bill: Bill, line: BillLine, policy: Policy) -> BillLine:
    order = line.order
    assert order is not None
    received = _received(order, policy)
    order = _claimed(order, policy)
    if order.currency == bill.currency:
        return replace(line, order=order)
    rate = line.rates.of(policy.rate, received) if line.rates else None
    if rate is None:
        return replace(line, order=order)
    applied = Applied(policy.rate, rate, order.currency)
    return replace(line, order=_at(order, rate.value, bill.currency), at=applied)


def _received(order: OrderLine, policy: Policy) -> bool:
    return order.three_way and policy.at(order.subject).way is not Way.TWO


def _claimed(order: OrderLine, policy: Policy) -> OrderLine:
    """With what others claimed in the order's money."""
    received, advance = _received(order, policy), order.advance
    claims = tuple(_in_orders_money(claim, order, policy.rate, received) for claim in order.claims)
    if advance is not None:
        downs, goods = (
            tuple(_claimed(each, policy) for each in lines)
            for lines in (advance.downs, advance.goods)
        )
        advance = replace(advance, downs=downs, goods=goods)
    return replace(order, claims=claims, advance=advance)


def _in_orders_money(claim: Claim, order: OrderLine, basis: Basis, received: bool) -> Claim:
    """At the rate of its own day, so that what was right on one bill does not become wrong on the next."""
    if claim.currency in (None, order.currency) or claim.rates is None:
        return claim
    rate = claim.rates.of(basis, received)
    if rate is None:
        return claim
    return replace(claim, price=exact(claim.price) / rate.value, currency=order.currency)


def _at(order: OrderLine, value: Fraction, currency: str) -> OrderLine:
    """The order line in another currency, ``value`` of it for one of its own."""
    agreed, contract = order.agreed, order.contract
    if agreed is not None:
        agreed = replace(agreed, price=agreed.price * value)
    if contract is not None and contract.currency == order.currency:
        contract = replace(contract, price=contract.price * value, currency=currency)
    claims = tuple(
        replace(claim, price=exact(claim.price) * value, currency=currency)
        if claim.currency in (None, order.currency)
        else claim
        for claim in order.claims
    )
    advance = order.advance and replace(
        order.advance,
        downs=tuple(_at(each, value, currency) for each in order.advance.downs),
        goods=tuple(_at(each, value, currency) for each in order.advance.goods),
    )
    return replace(
        order,
        price=exact(order.price) * value,
        currency=currency,
        agreed=agreed,
        contract=contract,
        claims=claims,
        advance=advance,
    )
