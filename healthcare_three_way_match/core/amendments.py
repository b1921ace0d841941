"""An order that was changed after the bill came: from when on the change counts.

Who bought could settle their own holds by raising the order, so a raise counts only when somebody else stands
for it: a second person who approved it, or the supplier, whose own answer carried it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from .lines import Agreed


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What somebody beside the buyer stands for, per base unit and in base units; None: they said nothing of it."""

    price: Fraction | None = None
    quantity: Fraction | None = None


def authorised(agreed: Agreed, confirmed: Iterable[Confirmed]) -> Agreed:
    """How far the order may count for a bill: what it said when the bill came, or what was confirmed since.

    >>> came = Agreed(Fraction(4), Fraction(10))
    >>> authorised(came, [Confirmed(price=Fraction(5)), Confirmed(Fraction(3), Fraction(12))])
    Agreed(price=Fraction(5, 1), quantity=Fraction(12, 1))
    >>> authorised(came, []) == came
    True
    """
    price, quantity = agreed.price, agreed.quantity
    for each in confirmed:
        price = price if each.price is None else max(price, each.price)
        quantity = quantity if each.quantity is None else max(quantity, each.quantity)
    return Agreed(price, quantity)


def worth(raised: Fraction, counted: Fraction, other: Fraction) -> Fraction:
    """What the raise of one term costs when all of it is billed.

    ``other``: the quantity where the price was raised, the price where the quantity was.

    >>> worth(Fraction(5), Fraction(4), Fraction(12))
    Fraction(12, 1)
    """
    return max(raised - counted, Fraction(0)) * other
