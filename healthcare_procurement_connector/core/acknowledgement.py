"""What a supplier's answer changes on an order line, and whether the buyer must decide."""

from collections.abc import Sequence
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


def agreed(answers: Sequence[tuple[str, Terms]]) -> Terms:
    """What one order line becomes when its (status, terms) answers are accepted together.

    Quantities add up, without what was rejected; the last price and the latest day hold. What no answer
    mentions is None: it stays as ordered. A line that was only rejected comes to nothing.

    >>> agreed([("changed", Terms(Fraction(60))), ("backordered", Terms(Fraction(40))), ("rejected", Terms())])
    Terms(quantity=Fraction(100, 1), price=None, day=None)
    >>> agreed([("rejected", Terms())]).quantity
    Fraction(0, 1)
    """
    standing = [terms for status, terms in answers if status != "rejected"]
    if not standing:
        return Terms(quantity=Fraction(0))
    quantities = [terms.quantity for terms in standing if terms.quantity is not None]
    prices = [terms.price for terms in standing if terms.price is not None]
    return Terms(
        quantity=sum(quantities, Fraction(0)) if quantities else None,
        price=prices[-1] if prices else None,
        day=max((terms.day for terms in standing if terms.day), default=None),
    )
