"""What a supplier's answer changes on an order line, and whether the buyer must decide."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

# What each line status asks of the buyer: "compare" decides only where something differs.
STATUS = {
    "accepted": "compare",
    "changed": "compare",
    "delivered": "compare",
    "pending": "wait",
    "on_hold": "wait",
    "added": "decide",
    "substituted": "decide",
    "backordered": "decide",
    "rejected": "decide",
}
LABELS = {
    "accepted": "Accepted",
    "changed": "Changed",
    "pending": "Answer follows",
    "substituted": "Substituted",
    "backordered": "Backordered",
    "on_hold": "On hold",
    "rejected": "Rejected",
    "added": "Added",
    "delivered": "Already delivered",
}
# The header's status stands for all lines where the answer has none.
HEADER = {"accepted": "accepted", "rejected": "rejected", "received": "pending"}


@dataclass(frozen=True, slots=True)
class Terms:
    """Quantity in the order line's unit, price per that unit, promised day; None: not said."""

    quantity: Fraction | None = None
    price: Fraction | None = None
    day: date | None = None


def differences(ordered: Terms, answered: Terms) -> tuple[str, ...]:
    """The names of the terms that the answer changes; what it does not mention stays as ordered.

    A day is a difference only when it is later: nobody minds an earlier promise.

    >>> differences(Terms(Fraction(100), Fraction(5), date(2026, 1, 9)), Terms(Fraction(60)))
    ('quantity',)
    >>> differences(Terms(day=date(2026, 1, 9)), Terms(day=date(2026, 1, 5)))
    ()
    """
    changed = []
    if answered.quantity is not None and answered.quantity != ordered.quantity:
        changed.append("quantity")
    if answered.price is not None and answered.price != ordered.price:
        changed.append("price")
    if answered.day and ordered.day and answered.day > ordered.day:
        changed.append("day")
    return tuple(changed)


def decision(status: str, changed: tuple[str, ...]) -> str:
    """Whether the buyer decides: ``not_needed``, ``pending`` or ``waiting`` for a further answer.

    >>> decision("accepted", ()), decision("accepted", ("price",)), decision("rejected", ())
    ('not_needed', 'pending', 'pending')
    """
    asks = STATUS[status]
    if asks == "wait":
        return "waiting"
    return "pending" if asks == "decide" or changed else "not_needed"


def confirmed_quantity(answers):
    """What the supplier will deliver of one order line: the sum over its answers, without the rejected.

    None when no answer said a quantity.

    >>> confirmed_quantity([("changed", Fraction(60)), ("backordered", Fraction(40)), ("rejected", Fraction(5))])
    Fraction(100, 1)
    """
    quantities = [quantity for status, quantity in answers if status != "rejected" and quantity is not None]
    if not quantities:
        return Fraction(0) if all(status == "rejected" for status, _ in answers) else None
    return sum(quantities, Fraction(0))
