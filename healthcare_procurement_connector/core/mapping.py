"""Chooses the row of a mapping that holds; nothing is guessed: no row, no answer."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

# The field of a mapping line that holds what a code stands for here, per domain.
TARGETS = {
    "unit": "uom_id",
    "item": "product_id",
    "party": "partner_id",
    "location": "partner_id",
    "tax": "tax_id",
    "payment_term": "payment_term_id",
    "account": "account_id",
    "cost_centre": "analytic_account_id",
    "reason": "meaning",
}
# What PostgreSQL's integer holds, in which both parts of a factor are kept.
LARGEST_PART = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """``scope`` 0: the endpoint's own table, 1: the company's, 2: the standard's; ``product`` None: for all.

    ``target`` is the id of our record; in the domain "reason" the words that a person reads. ``line``: the id of the
    mapping line, for who wants to see it; two rows that say the same are the same row all the same.
    """

    code: str
    target: int | str
    direction: str = "both"
    product: int | None = None
    scope: int = 2
    factor: Fraction = Fraction(1)
    date_from: date | None = None
    date_to: date | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """A code that no row knows, and what is known about it.

    ``direction`` "in": what the partner's ``code`` stands for is missing; "out": the code for our ``target``.
    ``clues`` are (kind, value) pairs that may tell what is meant: gtin, seller_code, buyer_code,
    manufacturer_code, gln, vat, name, rate, standard (what a list of codes says of it), near (the id of a record
    that it probably is, such as a product on the order).
    """

    domain: str
    code: str | None = None
    direction: str = "in"
    product: int | None = None
    target: int | None = None
    clues: tuple[tuple[str, str], ...] = ()


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


def outbound(rows: Iterable[Row], target: int | str, product: int | None, day: date) -> Row | None:
    """The row whose code stands for exactly one of our ``target``, by the same preference.

    >>> outbound([Row("XCS", 1, factor=Fraction(12))], 1, None, date(2026, 1, 1)) is None
    True
    >>> outbound([Row("C62", 1), Row("EA", 1, direction="in")], 1, None, date(2026, 1, 1)).code
    'C62'
    """
    exact = (row for row in rows if row.target == target and row.factor == 1)
    best = _best(exact, "out", product, day)
    return best[0] if best else None


def contradictions(rows: Iterable[Row]) -> list[tuple[Row, Row]]:
    """Pairs of rows that say different things about a code for a product on some day, in the order given.

    >>> old, new = Row("BX", 1, date_to=date(2026, 1, 31)), Row("BX", 2, date_from=date(2026, 2, 1))
    >>> contradictions([old, new])
    []
    >>> [(a.target, b.target) for a, b in contradictions([old, Row("BX", 3)])]
    [(1, 3)]
    """
    same_code = defaultdict(list)
    for row in rows:
        if row.direction != "out":
            same_code[row.code, row.product].append(row)
    return [
        (row, other)
        for group in same_code.values()
        for place, row in enumerate(group)
        for other in group[place + 1 :]
        if (row.target, row.factor) != (other.target, other.factor) and _overlap(row, other)
    ]


def parse_factor(text: str) -> Fraction:
    """The exact factor that a person wrote, as a whole or decimal number or a fraction; ValueError else.

    >>> parse_factor("12"), parse_factor("1/12"), parse_factor(" 0.45359237 ")
    (Fraction(12, 1), Fraction(1, 12), Fraction(45359237, 100000000))
    >>> parse_factor("1e9")
    Traceback (most recent call last):
    ValueError: 1e9
    """
    plain = text.strip()
    if not plain or len(plain) > 40 or not set(plain) <= set("0123456789./ "):
        raise ValueError(text)
    try:
        factor = Fraction(plain.replace(" ", ""))
    except ZeroDivisionError as error:
        raise ValueError(text) from error
    if factor <= 0 or max(factor.numerator, factor.denominator) > LARGEST_PART:
        raise ValueError(text)
    return factor


def factor_text(factor: Fraction) -> str:
    """The factor as people write it: a decimal number where there is an exact one, else a fraction.

    >>> factor_text(Fraction(12)), factor_text(Fraction(1, 12)), factor_text(Fraction(1, 1000))
    ('12', '1/12', '0.001')
    """
    for places in range(13):
        scaled = factor * 10**places
        if scaled.denominator == 1:
            whole, rest = divmod(scaled.numerator, 10**places)
            return f"{whole}.{rest:0{places}d}" if places else str(whole)
    return f"{factor.numerator}/{factor.denominator}"


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


def _overlap(row: Row, other: Row) -> bool:
    return not (
        (row.date_to and other.date_from and row.date_to < other.date_from)
        or (other.date_to and row.date_from and other.date_to < row.date_from)
    )
