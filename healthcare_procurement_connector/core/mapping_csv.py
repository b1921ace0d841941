"""Rows of a mapping as CSV: read with an error per row, written so that no spreadsheet runs a cell."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

from .file_parts import safe_cell
from .mapping import factor_text, parse_factor

COLUMNS = (
    "code",
    "direction",
    "target",
    "target_name",
    "factor",
    "product",
    "date_from",
    "date_to",
)
REQUIRED = ("code", "target")
DIRECTIONS = ("both", "in", "out")
LARGEST = 5 * 1024 * 1024
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as files hold it: records are named by keys such as ``gtin:04012345678901`` or ``name:Box of 100``.

    ``line`` is where it stands in the file.
    """

    code: str
    target: str
    direction: str = "both"
    factor: Fraction = Fraction(1)
    product: str | None = None
    date_from: date | None = None
    date_to: date | None = None
    target_name: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class RowError:
    """``code``: unknown_column, missing_column, missing, direction, factor, date, cells, encoding, size, empty."""

    line: int
    code: str
    value: str = ""


def read_rows(raw: bytes) -> tuple[list[FileRow], list[RowError]]:
    """All rows of a file, or what is wrong with each; comma or semicolon, UTF-8 with or without a mark.

    >>> read_rows(b"code,target,factor\\nCS,name:Box,12\\n")[0][0].factor
    Fraction(12, 1)
    >>> read_rows(b"code,target,factor\\nCS,name:Box,a dozen\\n")[1]
    [RowError(line=2, code='factor', value='a dozen')]
    """
    if len(raw) > LARGEST:
        return [], [RowError(0, "size", str(LARGEST))]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [RowError(raw[: error.start].count(b"\n") + 1, "encoding")]
    head = text.partition("\n")[0]
    # Only a line feed ends a line: str.splitlines knows others, which may stand in a cell.
    lines = [f"{line}\n" for line in text.split("\n")]
    reader = csv.reader(lines, delimiter=";" if ";" in head else ",", strict=True)
    try:
        table = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        return [], [RowError(reader.line_num, "cells", str(error))]
    if not any(cells for _line, cells in table[1:]):
        return [], [RowError(1, "empty")]
    if len(table) > MOST_ROWS:
        return [], [RowError(0, "size", str(MOST_ROWS))]
    names = [name.strip().lower() for name in table[0][1]]
    errors = [RowError(1, "unknown_column", name) for name in names if name not in COLUMNS]
    errors += [RowError(1, "missing_column", name) for name in REQUIRED if name not in names]
    if errors:
        return [], errors
    rows = []
    for line, cells in table[1:]:
        if not any(cells):
            continue
        row, wrong = _row(line, names, cells)
        rows += [row] if row else []
        errors += wrong
    return ([], errors) if errors else (rows, [])


def _row(line: int, names: list[str], cells: list[str]) -> tuple[FileRow | None, list[RowError]]:
    if len(cells) != len(names):
        return None, [RowError(line, "cells", str(len(cells)))]
    values = {name: _unguarded(cell.strip()) for name, cell in zip(names, cells, strict=True)}
    errors = [RowError(line, "missing", name) for name in REQUIRED if not values[name]]
    direction = values.get("direction") or "both"
    if direction not in DIRECTIONS:
        errors.append(RowError(line, "direction", direction))
    factor = Fraction(1)
    try:
        factor = parse_factor(values.get("factor") or "1")
    except ValueError:
        errors.append(RowError(line, "factor", values.get("factor", "")))
    days: dict[str, date | None] = {}
    for name in ("date_from", "date_to"):
        try:
            days[name] = date.fromisoformat(values[name]) if values.get(name) else None
        except ValueError:
            errors.append(RowError(line, "date", values[name]))
    if errors:
        return None, errors
    return (
        FileRow(
            code=values["code"],
            target=values["target"],
            direction=direction,
            factor=factor,
            product=values.get("product") or None,
            date_from=days["date_from"],
            date_to=days["date_to"],
            line=line,
        ),
        [],
    )


def write_rows(rows: Iterable[FileRow]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheets take it for what it is.

    >>> read_rows(write_rows([FileRow("=1+1", "name:Box")]))[0][0].code
    '=1+1'
    """
    parts: list[str] = []
    writer = csv.writer(SimpleNamespace(write=parts.append))
    writer.writerow(COLUMNS)
    for row in rows:
        values = (
            row.code,
            row.direction,
            row.target,
            row.target_name,
            factor_text(row.factor),
            row.product or "",
            str(row.date_from or ""),
            str(row.date_to or ""),
        )
        writer.writerow([safe_cell(value) for value in values])
    return "".join(parts).encode("utf-8-sig")


def _unguarded(cell: str) -> str:
    """What ``safe_cell`` made safe, as it was."""
    return cell[1:] if cell.startswith("'") and safe_cell(cell[1:]) == cell else cell
