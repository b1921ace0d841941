"""How much of an order line other bills have taken, and what credit notes gave back.

A credit note may give back goods ("two boxes returned") or money ("you were charged 1.20 too much on
two hundred"). Both name a quantity, so quantity alone cannot tell them apart; counting the second as
goods would let the same goods be billed again. The price tells: what is credited at the price of the
goods, or more, gives the goods back; what is credited below it is an allowance on the price.
"""

from dataclasses import dataclass
from fractions import Fraction

from .exact import exact
from .lines import Bill, BillLine, Claim, OrderLine


@dataclass(frozen=True, slots=True)
class Taken:
    """In base units: ``quantity`` taken by others. In money: ``allowance`` given on this bill."""

    quantity: Fraction
    allowance: Fraction


def taken(bill: Bill, order: OrderLine, lines: tuple[BillLine, ...]) -> Taken:
    """What others took of ``order`` before ``bill``, whose ``lines`` name it.

    >>> from decimal import Decimal
    >>> order = OrderLine(1, "P1", 10, price=Decimal(8), claims=(
    ...     Claim(7, (0, 1), 4), Claim(9, (1, 9), 6), Claim(8, (0, 2), 1, price=Decimal(8), credit=True)))
    >>> line = BillLine(1, 5, price=Decimal(8), order=order)
    >>> taken(Bill(8, (line,), rank=(1, 8)), order, (line,)).quantity  # 4 before, 1 given back
    Fraction(3, 1)
    """
    goods_price = min(
        [order.unit.price_to_base(order.binding_price)]
        + [line.unit.price_to_base(line.price) for line in lines if line.unit.compares(order.unit)]
    )
    only_claimer = not any(_others(claim, bill) for claim in order.claims)
    quantity = allowance = Fraction(0)
    for claim in order.claims:
        if not claim.unit.compares(order.unit):
            continue
        if not claim.credit:
            if _before(claim, bill):
                quantity += claim.unit.to_base(claim.quantity)
        elif claim.unit.price_to_base(claim.price) >= goods_price:
            quantity -= claim.unit.to_base(claim.quantity)
        elif claim.corrects == bill.key or (claim.corrects is None and only_claimer):
            allowance += exact(claim.quantity) * exact(claim.price)
    return Taken(quantity, allowance)


def _others(claim: Claim, bill: Bill) -> bool:
    return not claim.credit and claim.bill != bill.key


def _before(claim: Claim, bill: Bill) -> bool:
    return claim.bill != bill.key and claim.rank < bill.rank
