"""How much of an order line other bills have taken, and what credit notes gave back.

A credit note may give back goods ("two boxes returned") or money ("you were charged 1.20 too much on
two hundred"). Both name a quantity, so quantity alone cannot tell them apart; counting the second as
goods would let the same goods be billed again. The price tells: what is credited at the price of the
goods, or more, gives the goods back; what is credited below it, or at no more than the bill was too
dear, is an allowance on the price. Where both readings fit, the goods stay taken.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from .exact import exact
from .lines import Bill, BillLine, Claim, OrderLine


@dataclass(frozen=True, slots=True)
class Taken:
    """In base units: ``quantity`` taken by others, ``priced`` the part of it in the order's currency.

    In that currency: ``allowance`` given on this bill, ``spent`` by others. ``shared``: others billed the order
    line in it before, though what they took may have come back.
    """

    quantity: Fraction
    allowance: Fraction
    spent: Fraction = Fraction(0)
    priced: Fraction = Fraction(0)
    shared: bool = False


def taken(bill: Bill, order: OrderLine, lines: tuple[BillLine, ...]) -> Taken:
    """What others took of ``order`` before ``bill``, whose ``lines`` name it.

    >>> from decimal import Decimal
    >>> order = OrderLine(1, "P1", 10, price=Decimal(8), claims=(
    ...     Claim(7, (0, 1), 4), Claim(9, (1, 9), 6), Claim(8, (0, 2), 1, price=Decimal(8), credit=True)))
    >>> line = BillLine(1, 5, price=Decimal(8), order=order)
    >>> taken(Bill(8, (line,), rank=(1, 8)), order, (line,)).quantity  # 4 before, 1 given back
    Fraction(3, 1)
    """
    prices = _prices(bill, order, lines)
    others = [claim for claim in order.claims if _others(claim, bill)]
    later = {claim.bill for claim in others if not _before(claim, bill)}
    shared = any(_before(c, bill) and _currency(c, order) == order.currency for c in others)
    quantity = allowance = spent = priced = Fraction(0)
    for claim in order.claims:
        if not claim.unit.compares(order.unit):
            continue
        goods = claim.unit.to_base(claim.quantity)
        money = exact(claim.quantity) * exact(claim.price)
        compares = _currency(claim, order) == order.currency
        if not claim.credit:
            if _before(claim, bill):
                quantity += goods
                if compares:
                    spent += money
                    priced += goods
            continue
        if claim.corrects in later:
            continue  # It gives back what a later bill took, which was never counted here.
        back = _gives_goods_back(claim, order, prices)
        quantity -= goods if back else 0
        if compares:
            spent -= money
            priced -= goods if back else 0
        if back:
            money -= goods * _ordered_price(order) if compares else money
        ours = claim.corrects == bill.key or (claim.corrects is None and not others)
        if ours and _currency(claim, order) == bill.currency:
            # What came back with the goods above their ordered price was charged too much before. It lowers
            # the findings of this bill, so it must not lower the sum over all bills as well.
            given = max(money, Fraction(0))
            allowance += given
            spent += given if compares else 0
    return Taken(quantity, allowance, spent, priced, shared)


def _prices(
    bill: Bill, order: OrderLine, lines: tuple[BillLine, ...]
) -> dict[tuple[int, str], list[Fraction]]:
    """{(bill, currency): what it asks for one base unit of this order line}."""
    prices: dict[tuple[int, str], list[Fraction]] = defaultdict(list)
    for line in lines:
        if line.unit.compares(order.unit):
            prices[bill.key, bill.currency].append(line.unit.price_to_base(line.price))
    for claim in order.claims:
        if _others(claim, bill) and claim.unit.compares(order.unit):
            key = claim.bill, _currency(claim, order)
            prices[key].append(claim.unit.price_to_base(claim.price))
    return prices


def _ordered_price(order: OrderLine) -> Fraction:
    return order.unit.price_to_base(order.binding_price)


def _gives_goods_back(
    claim: Claim, order: OrderLine, prices: dict[tuple[int, str], list[Fraction]]
) -> bool:
    """Whether a credit is for goods, judged by the bill it corrects, or by all where it names none."""
    price, currency = claim.unit.price_to_base(claim.price), _currency(claim, order)
    billed = [
        asked
        for (bill, money), asks in prices.items()
        for asked in asks
        if asked > 0 and money == currency and claim.corrects in (None, bill)
    ]
    if currency != order.currency:
        return bool(billed) and price >= max(billed)
    ordered = _ordered_price(order)
    dearest = max(billed, default=ordered)
    return price >= min(ordered, dearest) and not 0 < price <= dearest - ordered


def _currency(claim: Claim, order: OrderLine) -> str:
    return claim.currency or order.currency


def _others(claim: Claim, bill: Bill) -> bool:
    return not claim.credit and claim.bill != bill.key


def _before(claim: Claim, bill: Bill) -> bool:
    return claim.bill != bill.key and claim.rank < bill.rank
