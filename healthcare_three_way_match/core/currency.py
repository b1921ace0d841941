"""A bill in another currency than its order: the order is told in the bill's money, at the rate the policy means.

    order's price  --(rate of our day)-->  bill's money  <--(rate of our day)--  order's money
                                                                                     ^-- (rate of its own day) -- claim

Everything after this step compares money of one currency. Rates are exact; nothing is rounded. Where a rate is
missing, or the policy asks for none, the line stays as it is and is held for its currency.
"""

from dataclasses import replace
from fractions import Fraction

from .exact import exact
from .lines import Bill, BillLine, OrderLine
from .policy import Policy, Way
from .rates import Applied, Basis, Rates

# A bill, and its currency.
_Money = tuple[int, str | None]


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
    assert line.order is not None
    order = _claimed(line.order, policy, {(bill.key, bill.currency): line.rates})
    if order.currency == bill.currency:
        return replace(line, order=order)
    rate = line.rates.of(policy.rate, _received(order, policy)) if line.rates else None
    if rate is None:
        return replace(line, order=order)
    applied = Applied(policy.rate, rate, order.currency)
    return replace(line, order=_at(order, rate.value, bill.currency), at=applied)


def _received(order: OrderLine, policy: Policy) -> bool:
    return order.three_way and policy.at(order.subject).way is not Way.TWO


def _claimed(order: OrderLine, policy: Policy, ours: dict[_Money, Rates | None]) -> OrderLine:
    """With what others claimed in the order's money.

    Each at the rate of its own day, so that what was right on one bill does not become wrong on the next; a credit
    note at that of the bill it corrects, so that what is taken back in full leaves nothing.
    """
    received, advance = _received(order, policy), order.advance
    asked = {(c.bill, c.currency): c.rates for c in order.claims if not c.credit} | ours
    claims = []
    for claim in order.claims:
        rates = asked.get((claim.corrects or claim.bill, claim.currency)) or claim.rates
        rate = rates.of(policy.rate, received) if rates else None
        if rate is not None and claim.currency not in (None, order.currency):
            price = exact(claim.price) / rate.value
            claim = replace(claim, price=price, currency=order.currency)
        claims.append(claim)
    if advance is not None:
        downs, goods = (
            tuple(_claimed(each, policy, ours) for each in lines)
            for lines in (advance.downs, advance.goods)
        )
        advance = replace(advance, downs=downs, goods=goods)
    return replace(order, claims=tuple(claims), advance=advance)


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
