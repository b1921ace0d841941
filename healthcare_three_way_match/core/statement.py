"""A supplier's statement beside our books: what is missing on either side, what differs.

Numbers are compared as duplicates are found: without case, blanks and punctuation. A credit note is negative on
both sides. Nothing is netted: two wrong amounts that cancel out are two differences.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .words import Word


class Outcome(Word):
    """What came out for one document."""

    AGREES = "agrees"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    CURRENCY = "currency"
    TWICE = "twice"
    PAID = "paid"
    HELD = "held"


# What somebody in accounts payable has to clear up. A held bill is in a queue already.
TO_CLEAR = frozenset(
    {
        Outcome.MISSING_HERE,
        Outcome.MISSING_THERE,
        Outcome.AMOUNT,
        Outcome.CURRENCY,
        Outcome.TWICE,
        Outcome.PAID,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the statement. ``row`` is its line in the file; ``currency`` None where the file has none."""

    row: int
    number: str
    day: date | None
    amount: Decimal
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """A bill or credit note as it is booked here; a credit note's amounts are negative.

    ``left`` is what is not paid yet; ``held`` whether a hold stops its posting or payment.
    """

    key: int
    number: str
    day: date | None
    amount: Decimal
    currency: str
    left: Decimal = Decimal(0)
    posted: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A document of the statement, of our books, or of both."""

    outcome: Outcome
    entry: Entry | None = None
    booked: Booked | None = None

    @property
    def difference(self) -> Decimal:
        """How much more the supplier asks than is booked; amounts in two currencies do not differ by a number."""
        asked = self.entry.amount if self.entry else Decimal(0)
        if self.outcome is Outcome.CURRENCY:
            return Decimal(0)
        if self.outcome is Outcome.TWICE:
            return asked
        return asked - (self.booked.amount if self.booked else Decimal(0))


def compare(
    entries: Iterable[Entry],
    books: Iterable[Booked],
    key_of: Callable[[str], str],
    open_only: bool = True,
    currency: str = "",
) -> list[Compared]:
    """Each row of the statement, then what is booked and not on it.

    ``books``: the supplier's documents; those of other days may be among them, to be found by number. What is missing
    on the statement is looked for between its first and its last day. ``open_only``: the statement lists what is not
    paid yet, so what is paid here need not be on it, and should not. ``currency`` is meant where a row names none.
    ``key_of`` gives equal keys to numbers that are the same.

    >>> listed = [Entry(2, "INV-1", None, Decimal(10)), Entry(3, "INV-2", None, Decimal(5))]
    >>> booked = [Booked(1, "inv-1", None, Decimal(10), "EUR", left=Decimal(10))]
    >>> [row.outcome.value for row in compare(listed, booked, str.upper, currency="EUR")]
    ['agrees', 'missing_here']
    """
    entries = list(entries)
    by_number: dict[str, list[Booked]] = {}
    books = list(books)
    for each in books:
        by_number.setdefault(key_of(each.number), []).append(each)
    found: list[Compared] = []
    seen: set[str] = set()
    used: set[int] = set()
    for entry in entries:
        number = key_of(entry.number)
        # A number may be on a bill and on its credit note: the sign tells which is meant.
        fitting = by_number.get(number, [])
        same_sign = [b for b in fitting if (b.amount < 0) == (entry.amount < 0)]
        booked = next((b for b in same_sign if b.key not in used), None)
        key = f"{number}{'-' if entry.amount < 0 else '+'}"
        if booked is None and key in seen:
            found.append(Compared(Outcome.TWICE, entry, same_sign[0] if same_sign else None))
            continue
        seen.add(key)
        if booked is None:
            found.append(Compared(Outcome.MISSING_HERE, entry))
            continue
        used.add(booked.key)
        found.append(Compared(_outcome(entry, booked, open_only, currency), entry, booked))
    found += [
        Compared(Outcome.MISSING_THERE, booked=each)
        for each in books
        if each.key not in used and _expected(each, entries, open_only)
    ]
    return found


def _outcome(entry: Entry, booked: Booked, open_only: bool, currency: str) -> Outcome:
    if (entry.currency or currency) != booked.currency:
        return Outcome.CURRENCY
    # Paid in part, an open item is listed with what is left or with all of it, as suppliers do.
    if entry.amount != booked.amount and not (open_only and entry.amount == booked.left != 0):
        return Outcome.AMOUNT
    if booked.held:
        return Outcome.HELD
    if open_only and booked.posted and not booked.left:
        return Outcome.PAID
    return Outcome.AGREES


def _expected(booked: Booked, entries: list[Entry], open_only: bool) -> bool:
    """Whether the statement should have listed it."""
    days = [entry.day for entry in entries if entry.day is not None]
    if booked.day is None or not days or not min(days) <= booked.day <= max(days):
        return False
    return not open_only or bool(booked.left) or not booked.posted
