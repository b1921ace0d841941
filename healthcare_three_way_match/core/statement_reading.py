"""A supplier's statement out of the rows of a file as suppliers write them.

Columns are recognised by their headings, decimal marks and dates by the whole column: ``1,234`` alone
could be either, ``1,234.50`` below it says which. What stays open is asked, never guessed; what cannot be read is
told row by row, and the other rows are read.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from .statement import Entry

SHOWN = 40

# How suppliers head their columns, without case, blanks and punctuation.
HEADINGS = {
    "number": (
        "number", "invoice", "invoicenumber", "invoiceno", "document", "documentnumber", "documentno", "reference",
        "rechnung", "rechnungsnummer", "rechnungsnr", "belegnummer", "beleg", "facture", "numerodefacture",
        "nfacture", "factuur", "factuurnummer", "factura", "fattura",
    ),
    "date": (
        "date", "invoicedate", "documentdate", "datum", "rechnungsdatum", "belegdatum", "datefacture",
        "factuurdatum", "fecha", "data",
    ),
    "amount": (
        "amount", "total", "balance", "open", "openamount", "invoiceamount", "gross", "betrag", "bruttobetrag",
        "saldo", "montant", "montantttc", "solde", "bedrag", "importe", "importo",
    ),
    "currency": ("currency", "cur", "ccy", "wahrung", "waehrung", "devise", "valuta", "munt", "moneda"),
}  # fmt: skip

DATE_FORMATS = {
    "iso": "%Y-%m-%d",
    "day_dot": "%d.%m.%Y",
    "day_slash": "%d/%m/%Y",
    "month_slash": "%m/%d/%Y",
    "day_dash": "%d-%m-%Y",
    "compact": "%Y%m%d",
    "day_dot_short": "%d.%m.%y",
}
MARKS = {"comma": ",", "point": "."}

_NUMBER = re.compile(
    r"(?P<open>\()?(?P<first>[-−+])?(?P<digits>[\d.,'’\s]*\d[.,]?)(?P<last>[-−])?\)?"
)
_GROUPED = re.compile(r"\d{1,3}([.,'’])\d{3}(\1\d{3})*")


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read. ``code``: for machines; ``text``: the cell, or what was found."""

    row: int
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is laid out. A column is named by its heading or its position from 1.

    ``decimal`` is a key of MARKS, ``date_format`` one of DATE_FORMATS. What is "" is recognised.
    """

    number: str = ""
    date: str = ""
    amount: str = ""
    currency: str = ""
    decimal: str = ""
    date_format: str = ""


Rows = Sequence[tuple[int, Sequence[str]]]


def read(rows: Rows, layout: Layout) -> tuple[list[Entry], list[Problem]]:
    """The entries in the rows of a file (line number, cells), the heading first, and what could not be read.

    >>> rows = [(1, ["Rechnung", "Datum", "Betrag"]), (2, ["R-1", "31.01.2026", "1.234,50"])]
    >>> read(rows, Layout())[0][0].amount
    Decimal('1234.50')
    >>> read([(1, ["number", "amount"]), (2, ["R-1", "abc"])], Layout())[1]
    [Problem(row=2, code='invalid_amount', text='abc')]
    """
    if not rows:
        return [], [Problem(0, "empty")]
    columns, missing = _columns(rows[0][1], layout)
    if missing:
        return [], [
            Problem(rows[0][0], f"no_{name}_column", ", ".join(rows[0][1])) for name in missing
        ]
    named = [name for name in HEADINGS if columns[name] is not None]
    body = rows if all(_is_position(getattr(layout, name)) for name in named) else rows[1:]
    table = [
        (row, {name: _cell(cells, columns[name]) for name in HEADINGS})
        for row, cells in body
    ]  # fmt: skip
    return _entries(table, layout)


def _entries(
    table: list[tuple[int, dict[str, str]]], layout: Layout
) -> tuple[list[Entry], list[Problem]]:
    mark = MARKS.get(layout.decimal) or decimal_mark(cells["amount"] for _row, cells in table)
    pattern = DATE_FORMATS.get(layout.date_format) or date_format(
        cells["date"] for _row, cells in table
    )
    entries, problems = [], []
    for row, cells in table:
        if not cells["number"] and not cells["date"]:
            continue  # a total, or a line between
        amount = read_amount(cells["amount"], mark)
        day = _read_day(cells["date"], pattern)
        checks = (
            (not cells["number"], "no_number", ""),
            (mark is None and amount is None, "decimal_unknown", cells["amount"]),
            (amount is None, "invalid_amount", cells["amount"]),
            (pattern is None and bool(cells["date"]), "date_unknown", cells["date"]),
            (day is None and bool(cells["date"]), "invalid_date", cells["date"]),
        )
        problem = next(((code, text) for failed, code, text in checks if failed), None)
        if problem or amount is None:
            code, text = problem or ("invalid_amount", "")
            problems.append(Problem(row, code, text[:SHOWN]))
            continue
        entries.append(Entry(row, cells["number"], day, amount, cells["currency"].upper() or None))
    return entries, problems


def _columns(heading: Sequence[str], layout: Layout) -> tuple[dict[str, int | None], list[str]]:
    """``{what: index}``, and what must be there and is not."""
    known = {_bare(cell): index for index, cell in reversed(list(enumerate(heading)))}
    found: dict[str, int | None] = {}
    for name, usual in HEADINGS.items():
        wanted = getattr(layout, name)
        if _is_position(wanted):
            found[name] = int(wanted) - 1
        elif wanted:
            found[name] = known.get(_bare(wanted))
        else:
            found[name] = next((known[each] for each in usual if each in known), None)
    asked = [name for name in HEADINGS if getattr(layout, name)]
    must = dict.fromkeys(["number", "amount", *asked])
    return found, [name for name in must if found[name] is None]


def _is_position(column: str) -> bool:
    return column.isascii() and column.isdigit() and int(column) > 0


def _cell(cells: Sequence[str], index: int | None) -> str:
    return cells[index] if index is not None and index < len(cells) else ""


def _bare(text: str) -> str:
    folded = text.casefold().translate(str.maketrans("äöüéèàñº°", "aoueean  "))
    return "".join(sign for sign in folded if sign.isalnum())


def decimal_mark(cells: Iterable[str]) -> str | None:
    """The decimal mark that the amounts of a file show; None where each of them could be read both ways.

    >>> decimal_mark(["1,234", "12,5"]), decimal_mark(["1.234,50"]), decimal_mark(["1,234"])
    (',', ',', None)
    >>> decimal_mark(["12", "7"])
    '.'
    """
    unclear = False
    for cell in cells:
        match = _NUMBER.fullmatch(cell.strip())
        digits = re.sub(r"[\s'’]", "", match["digits"]) if match else ""
        marks = [sign for sign in digits if sign in ".,"]
        if not marks:
            continue
        if len(set(marks)) == 2:
            return marks[-1]
        if len(marks) > 1:
            return "," if marks[0] == "." else "."  # 1.234.567: that one parts thousands
        if not _GROUPED.fullmatch(digits):
            return marks[0]
        unclear = True
    return None if unclear else "."


def read_amount(cell: str, mark: str | None) -> Decimal | None:
    """The amount in a cell; None where it is none, or where only a known mark would tell.

    >>> read_amount("1.234,50-", ","), read_amount("(12.00)", "."), read_amount("12,00 EUR", ",")
    (Decimal('-1234.50'), Decimal('-12.00'), None)
    >>> read_amount("1,23,4.5", "."), read_amount("7", None)
    (None, Decimal('7'))
    """
    match = _NUMBER.fullmatch(cell.strip())
    if match is None or bool(match["open"]) != cell.strip().endswith(")"):
        return None
    digits = re.sub(r"[\s'’]", "", match["digits"])
    if mark is None and any(sign in digits for sign in ".,"):
        return None
    whole, _mark, fraction = digits.partition(mark or ".")
    thousands = "." if mark == "," else ","
    if thousands in whole and not _GROUPED.fullmatch(whole) or thousands in fraction:
        return None
    try:
        value = Decimal(f"{whole.replace(thousands, '') or '0'}.{fraction or '0'}"[:40])
    except InvalidOperation:
        return None
    value = value.quantize(Decimal(1).scaleb(-len(fraction))) if len(fraction) < 12 else value
    negative = bool(match["open"]) or (match["first"] or match["last"]) in ("-", "−")
    return -value if negative else value


def date_format(cells: Iterable[str]) -> str | None:
    """The one way in which all dates of a file can be read; None where there is none, or more than one.

    >>> date_format(["03/04/2026", "31/01/2026"]), date_format(["03/04/2026"]), date_format([""])
    ('%d/%m/%Y', None, '%Y-%m-%d')
    """
    filled = [cell for cell in cells if cell]
    fitting = [
        pattern
        for pattern in DATE_FORMATS.values()
        if all(_read_day(cell, pattern) for cell in filled)
    ]
    if not fitting:
        # A cell that is no date must not hide how the others are written: most of them decide.
        counts = {
            p: sum(_read_day(cell, p) is not None for cell in filled) for p in DATE_FORMATS.values()
        }
        best = max(counts.values(), default=0)
        fitting = [p for p in DATE_FORMATS.values() if best and counts[p] == best]
    return fitting[0] if fitting and (len(fitting) == 1 or not filled) else None


def _read_day(cell: str, pattern: str | None) -> date | None:
    if not cell or pattern is None:
        return None
    try:
        return datetime.strptime(cell, pattern).date()
    except (ValueError, OverflowError):
        return None
