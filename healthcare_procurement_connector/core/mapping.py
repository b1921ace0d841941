"""Chooses the row of a mapping that holds; nothing is guessed: no row, no answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

# The field of a mapping line that holds our record, per domain.
TARGETS = {
    "unit": "uom_id",
    "item": "product_id",
    "party": "partner_id",
    "location": "partner_id",
    "tax": "tax_id",
}


@dataclass(frozen=True, slots=True)
class Row:
    """``scope`` 0: the endpoint's own table, 1: the standard's; ``product`` None: for all products."""

    code: str
    target: int
    direction: str = "both"
    product: int | None = None
    scope: int = 1
    factor: Fraction = Fraction(1)
    date_from: date | None = None
    date_to: date | None = None


class AmbiguousCode(ValueError):
    """``code`` stands for two things and nothing says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def inbound(rows: Iterable[Row], code: str | None, product: int | None, day: date) -> Row | None:
    """The row for a partner's ``code``: the endpoint's before the standard's, the product's before the general.

    Raises AmbiguousCode where two rows of the same preference say different things.

    >>> box = Row("XBX", 7, product=3, scope=0)
    >>> inbound([Row("XBX", 9), box], "XBX", 3, date(2026, 1, 1)) is box
    True
    >>> inbound([box], "XBX", 4, date(2026, 1, 1)) is None
    True
    """
    best = _best((row for row in rows if row.code == code), "in", product, day)
    if len({(row.target, row.factor) for row in best}) > 1:
        raise AmbiguousCode(best[0].code)
    return best[0] if best else None


def outbound(rows: Iterable[Row], target: int, product: int | None, day: date) -> Row | None:
    """The row whose code stands for exactly one of our ``target``, by the same preference.

    >>> outbound([Row("XCS", 1, factor=Fraction(12))], 1, None, date(2026, 1, 1)) is None
    True
    >>> outbound([Row("C62", 1), Row("EA", 1, direction="in")], 1, None, date(2026, 1, 1)).code
    'C62'
    """
    exact = (row for row in rows if row.target == target and row.factor == 1)
    best = _best(exact, "out", product, day)
    return best[0] if best else None


def _best(rows: Iterable[Row], direction: str, product: int | None, day: date) -> list[Row]:
    """All rows of the first preference that has any."""
    valid = [
        row
        for row in rows
        if row.direction in (direction, "both")
        and row.product in (None, product)
        and (row.date_from is None or row.date_from <= day)
        and (row.date_to is None or day <= row.date_to)
    ]
    first = min(map(_preference, valid), default=None)
    return [row for row in valid if _preference(row) == first]


def _preference(row: Row) -> tuple[bool, int]:
    return row.product is None, row.scope
