"""What a supplier's answer changes on an order line, and whether the buyer must decide."""

from collections.abc import Collection, Sequence
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
# Decisions on an answer by which it counts for the order line; the others were turned down or are still open.
STANDING = ("not_needed", "waiting", "accepted")
# The open decisions, each with the later ones that overtake it: "answer follows" replaces no question.
OVERTAKEN_BY = {
    "pending": ("not_needed", "pending"),
    "waiting": ("not_needed", "pending", "waiting"),
}


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


def overtaken(earlier: str, later: Collection[str]) -> bool:
    """Whether later decisions on the same line make an earlier one pointless.

    >>> overtaken("pending", ["not_needed"]), overtaken("pending", ["waiting"]), overtaken("declined", ["pending"])
    (True, False, False)
    """
    return any(decision in OVERTAKEN_BY.get(earlier, ()) for decision in later)


def settled(decisions: Collection[str]) -> bool:
    """Whether an answer with these decisions on its lines leaves both sides agreed.

    >>> settled(["not_needed", "accepted"]), settled(["accepted", "declined"]), settled([])
    (True, False, False)
    """
    return bool(decisions) and set(decisions) <= {"not_needed", "accepted", "superseded"}


def agreed(ordered: Fraction, answers: Sequence[tuple[str, Terms]]) -> Terms:
    """What an order line of ``ordered`` becomes when its (status, terms) answers are accepted together.

    Confirmed quantities add up. Where none is named, the line keeps what was not rejected; a rejection that
    names no quantity means all that is not confirmed otherwise. The last price and the latest day hold. None
    stays as ordered.

    >>> agreed(Fraction(100), [("changed", Terms(Fraction(60))), ("rejected", Terms())])
    Terms(quantity=Fraction(60, 1), price=None, day=None)
    >>> agreed(Fraction(100), [("accepted", Terms()), ("rejected", Terms(Fraction(40)))]).quantity
    Fraction(60, 1)
    >>> agreed(Fraction(100), [("rejected", Terms())]).quantity
    Fraction(0, 1)
    """
    standing = [terms for status, terms in answers if status != "rejected"]
    rejected = [terms.quantity for status, terms in answers if status == "rejected"]
    confirmed = [terms.quantity for terms in standing if terms.quantity is not None]
    prices = [terms.price for terms in standing if terms.price is not None]
    quantity = None
    if confirmed:
        quantity = sum(confirmed, Fraction(0))
    elif rejected:
        quantity = _remainder(ordered, rejected, bool(standing))
    return Terms(
        quantity=quantity,
        price=prices[-1] if prices else None,
        day=max((terms.day for terms in standing if terms.day), default=None),
    )


def _remainder(
    ordered: Fraction, rejected: Sequence[Fraction | None], others_stand: bool
) -> Fraction | None:
    """``rejected`` of nothing is how some syntaxes reject without naming a quantity."""
    if all(rejected):
        return max(ordered - sum((part for part in rejected if part), Fraction(0)), Fraction(0))
    return None if others_stand else Fraction(0)
