"""Leaves in cells: how each type of value is read and written, by the options of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ...core.vocabulary import words_of
from ..errors import FormatError
from ..scalars import read_decimal, read_integer, write_date, write_decimal, write_integer
from ..structure import PAIR
from .cells import plain, safe

BETWEEN_IDS = "|"
ISO_DATE = "%Y-%m-%d"
_SHOWN = 60
_TRUE = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Style:
    """How a partner writes values. ``words``: by path, what a text of theirs means in our words."""

    decimal: str = "."
    date_format: str = ISO_DATE
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def reader_of(target, style):
    """The function that makes a value of a cell that is not empty."""
    read = _reader_of(target, style)
    translated = style.words.get(target.path)
    if translated is None:
        return read
    return lambda cell: read(translated.get(plain(cell), cell))


def _reader_of(target, style):
    words = words_of(target.cls, target.name)
    if words:
        return _word_reader(words)
    if target.kind == PAIR:
        return _ids_reader(target.scheme)
    return {
        str: plain,
        Decimal: lambda cell: _read_decimal(cell, style.decimal),
        date: lambda cell: _read_date(cell, style.date_format),
        int: read_integer,
        bool: _read_bool,
    }[target.kind]


def _word_reader(words):
    def read(cell):
        if cell not in words:
            raise FormatError(
                "unknown_code", "", f"{cell[:_SHOWN]!a} is none of {', '.join(words)}"
            )
        return cell

    return read


def _ids_reader(scheme):
    """All ids in one cell, or the one of a scheme."""
    if scheme is not None:
        return lambda cell: ((scheme, plain(cell)),)

    def read(cell):
        pairs = []
        for text in filter(None, plain(cell).split(BETWEEN_IDS)):
            scheme, colon, value = text.partition(":")
            pairs.append((scheme.strip(), value.strip()) if colon else ("", text.strip()))
        return tuple(pair for pair in pairs if pair[1])

    return read


def _read_decimal(cell, mark):
    """A point where a comma is the mark could stand between thousands: nothing is guessed."""
    if mark != ".":
        if "." in cell:
            raise FormatError("invalid_number", "", f"a point in {cell[:_SHOWN]!a}")
        cell = cell.replace(mark, ".")
    return read_decimal(cell)


def _read_date(cell, pattern):
    try:
        return datetime.strptime(cell, pattern).date()
    except (ValueError, OverflowError):
        reason = f"not a date like {pattern}: {cell[:_SHOWN]!a}"
        raise FormatError("invalid_date", "", reason) from None


def _read_bool(cell):
    if cell not in _TRUE:
        raise FormatError("unknown_code", "", f"neither true nor false: {cell[:_SHOWN]!a}")
    return _TRUE[cell]


# Writing -----------------------------------------------------------------------------------------------------


def cell_of(target, value, style):
    """The cell of a value that is not absent."""
    words = words_of(target.cls, target.name)
    if words and value not in words:
        raise FormatError("unknown_code", "", f"{value!r:.60} is none of {', '.join(words)}")
    if target.kind == PAIR:
        return safe(_ids(value, target.scheme))
    if target.kind is Decimal:
        return write_decimal(value).replace(".", style.decimal)
    if target.kind is date:
        text = write_date(value)
        return text if style.date_format == ISO_DATE else value.strftime(style.date_format)
    if target.kind is int:
        return write_integer(value)
    if target.kind is bool:
        return str(value).lower()
    return _text(value)


def _text(value):
    if not isinstance(value, str):
        raise FormatError("invalid_text", "", f"not a text: {value!r:.60}")
    if "\0" in value:
        raise FormatError("invalid_text", "", "a zero in the text")
    return safe(value)


def _ids(pairs, scheme):
    if scheme is not None:
        return next((value for own, value in pairs if own == scheme), "")
    if any(BETWEEN_IDS in text or ":" in own for own, text in pairs for text in (own, text)):
        raise FormatError("not_carried", "", f"an id with {BETWEEN_IDS} in it")
    return BETWEEN_IDS.join(f"{own}:{value}" for own, value in pairs)
