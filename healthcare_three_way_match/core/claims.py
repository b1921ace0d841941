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
    """In base units: ``quantity`` taken by others. In money: ``allowance`` given on this bill, ``spent`` by others.

    ``shared``: others billed the order line before, though what they took may have come back.
    """

    quantity: Fraction
    allowance: Fraction
    spent: Fraction = Fraction(0)
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
    shared = any(_before(claim, bill) for claim in others)
    quantity = allowance = spent = Fraction(0)
    for claim in order.claims:
        if not claim.unit.compares(order.unit):
            continue
        if not claim.credit:
            if _before(claim, bill):
                quantity += claim.unit.to_base(claim.quantity)
                spent += exact(claim.quantity) * exact(claim.price)
            continue
        if claim.corrects in later:
            continue  # It gives back what a later bill took, which was never counted here.
        money = exact(claim.quantity) * exact(claim.price)
        spent -= money
        if _gives_goods_back(claim, order, prices):
            goods = claim.unit.to_base(claim.quantity)
            quantity -= goods
            money -= goods * _ordered_price(order)
        if claim.corrects == bill.key or (claim.corrects is None and not others):
            # What came back with the goods above their ordered price was charged too much before. It lowers
            # the findings of this bill, so it must not lower the sum over all bills as well.
            given = max(money, Fraction(0))
            allowance += given
            spent += given
    return Taken(quantity, allowance, spent, shared)


def _prices(bill: Bill, order: OrderLine, lines: tuple[BillLine, ...]) -> dict[int, list[Fraction]]:
    """What each bill asks for one base unit of this order line."""
    prices: dict[int, list[Fraction]] = defaultdict(list)
    for line in lines:
        if line.unit.compares(order.unit):
            prices[bill.key].append(line.unit.price_to_base(line.price))
    for claim in order.claims:
        if _others(claim, bill) and claim.unit.compares(order.unit):
            prices[claim.bill].append(claim.unit.price_to_base(claim.price))
    return prices


def _ordered_price(order: OrderLine) -> Fraction:
    return order.unit.price_to_base(order.binding_price)


def _gives_goods_back(claim: Claim, order: OrderLine, prices: dict[int, list[Fraction]]) -> bool:
    """Whether a credit is for goods, judged by the bill it corrects, or by all where it names none."""
    price, ordered = claim.unit.price_to_base(claim.price), _ordered_price(order)
    bills = prices if claim.corrects is None else [claim.corrects]
    billed = [asked for bill in bills for asked in prices.get(bill, ()) if asked > 0]
    dearest = max(billed, default=ordered)
    return price >= min(ordered, dearest) and not 0 < price <= dearest - ordered


def _others(claim: Claim, bill: Bill) -> bool:
    return not claim.credit and claim.bill != bill.key


def _before(claim: Claim, bill: Bill) -> bool:
    return claim.bill != bill.key and claim.rank < bill.rank
