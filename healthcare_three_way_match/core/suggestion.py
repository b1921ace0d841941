"""What somebody who knows the supplier's past would do about a hold. It only advises: people decide."""

from dataclasses import dataclass
from datetime import date

from .verdict import Code
from .words import Word

# Habit counts from so many cases on, and when so many of ten ended the same way.
ENOUGH_CASES = 3
OF_TEN = 8

MISSING_GOODS = frozenset({Code.QTY_REC, Code.NOT_RECEIVED})


class Advice(Word):
    RELEASE = "release"
    DISPUTE = "dispute"
    WAIT = "wait"
    ASK = "ask"


class Grounds(Word):
    """Why; the sentence is made where the reader's language is known."""

    PAYEE = "payee"
    BLOCKED = "blocked"
    OTHER_SUPPLIER = "other_supplier"
    ANNOUNCED = "announced"
    CONTRACT = "contract"
    DOUBLE = "double"
    RELEASED_BEFORE = "released_before"
    WENT_BEFORE = "went_before"
    ROUNDING = "rounding"


# What the kind alone says. Who gets the money is never a matter of habit.
BY_KIND = {
    Code.BANK: (Advice.ASK, Grounds.PAYEE),
    Code.SUPPLIER_BLOCK: (Advice.ASK, Grounds.BLOCKED),
    Code.OTHER_SUPPLIER: (Advice.ASK, Grounds.OTHER_SUPPLIER),
    Code.DUPLICATE: (Advice.DISPUTE, Grounds.DOUBLE),
    Code.CONTRACT: (Advice.DISPUTE, Grounds.CONTRACT),
    Code.ROUNDING: (Advice.RELEASE, Grounds.ROUNDING),
}


@dataclass(frozen=True, slots=True)
class Past:
    """How earlier holds of this kind on this supplier's bills ended: by a person's release, or by themselves."""

    released: int = 0
    went: int = 0
    others: int = 0

    @property
    def cases(self) -> int:
        return self.released + self.went + self.others


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``count`` of ``cases`` where the past speaks; ``day`` where goods are announced."""

    advice: Advice
    grounds: Grounds
    count: int = 0
    cases: int = 0
    day: date | None = None


def suggest(code: Code, past: Past, announced: date | None, today: date) -> Suggestion | None:
    """What to do about a hold of this kind, or None where nothing speaks for anything.

    ``announced``: the day for which the supplier announced goods that are still missing.

    >>> today = date(2026, 5, 4)
    >>> suggest(Code.PRICE, Past(released=4, others=1), None, today).grounds.value
    'released_before'
    >>> suggest(Code.PRICE, Past(released=2), None, today) is None
    True
    >>> suggest(Code.QTY_REC, Past(released=9), date(2026, 5, 5), today).advice.value
    'wait'
    >>> suggest(Code.BANK, Past(released=9), None, today).advice.value
    'ask'
    """
    if code in BY_KIND:
        return Suggestion(*BY_KIND[code])
    if code in MISSING_GOODS and announced and announced >= today:
        return Suggestion(Advice.WAIT, Grounds.ANNOUNCED, day=announced)
    for advice, grounds, count in (
        (Advice.RELEASE, Grounds.RELEASED_BEFORE, past.released),
        (Advice.WAIT, Grounds.WENT_BEFORE, past.went),
    ):
        if past.cases >= ENOUGH_CASES and count * 10 >= past.cases * OF_TEN:
            return Suggestion(advice, grounds, count, past.cases)
    return None
