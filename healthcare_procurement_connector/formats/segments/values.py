"""The kinds of values in elements: how each is read from its text and how it is written.

``read(text, reading)`` gets a text that is not empty; what is not a value of the kind raises FormatError without
a position, which whoever knows the segment adds. ``write(value, writing)`` is its inverse.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from ..errors import FormatError
from ..scalars import KEPT, read_decimal, read_integer, write_date, write_decimal

_INTEGER = re.compile(r"[0-9]{1,9}")
_COMPACT_DATE = re.compile(r"[0-9]{6}(?:[0-9]{2})?")


class Kind(NamedTuple):
    read: Callable
    write: Callable


def text_of(size=None):
    """A text of at most ``size`` characters where we write; what partners write is read at any length."""

    def write(value, writing):
        if not isinstance(value, str):
            raise FormatError("invalid_text", "", f"not a text: {value!r:.60}")
        if size and len(value) > size:
            reason = f"{writing.syntax} has {size} characters for this, not {len(value)}"
            raise FormatError("invalid_text", "", reason)
        if value != value.strip() or not value:
            raise FormatError(
                "invalid_text", "", f"white space around a text is lost: {value!r:.60}"
            )
        return value

    return Kind(lambda text, reading: text, write)


TEXT = text_of()
NUMBER = Kind(lambda text, reading: read_decimal(text), lambda value, writing: write_decimal(value))
INTEGER = Kind(lambda text, reading: read_integer(text), lambda value, writing: str(value))


@lru_cache(KEPT)
def compact_date(text):
    """CCYYMMDD, or YYMMDD of older versions with the century windowed as POSIX has it.

    >>> compact_date("20260302"), compact_date("991231")
    (datetime.date(2026, 3, 2), datetime.date(1999, 12, 31))
    """
    if not _COMPACT_DATE.fullmatch(text):
        raise FormatError("invalid_date", "", f"not a date: {text[:60]!a}")
    if len(text) == 6:
        text = ("19" if text >= "69" else "20") + text
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise FormatError("invalid_date", "", f"no such day: {text}") from None


def write_compact_date(value):
    """
    >>> write_compact_date(date(26, 3, 2))
    '00260302'
    """
    return write_date(value).replace("-", "")


DATE = Kind(
    lambda text, reading: compact_date(text), lambda value, writing: write_compact_date(value)
)


def _read_loose_date(text, reading):
    if _COMPACT_DATE.fullmatch(text):
        return compact_date(text)
    reading.deviation("invalid_date", reading.segments[reading.at], f"not a date: {text}")
    return None


# A date among others, where some write a placeholder: what does not even look like a date is told only.
LOOSE_DATE = Kind(_read_loose_date, DATE.write)


def _read_sequence(text, reading):
    if not _INTEGER.fullmatch(text):
        reading.remark_here("not_understood", text)
        return None
    return int(text)


# A number that partners are free to make a name of.
SEQUENCE = Kind(_read_sequence, lambda value, writing: str(value))


def coded(meanings, writes=None, *, needed=True):
    """A code that stands for a word of ours; ``writes`` says which of several codes of a word we write.

    A code that is not known is an error where it is ``needed``, else a remark.
    """
    codes = {word: code for code, word in reversed(meanings.items())} | (writes or {})

    def read(text, reading):
        if text not in meanings:
            if needed:
                raise FormatError("unknown_code", "", f"unknown code {text[:60]!a}")
            reading.remark_here("unknown_code", text)
        return meanings.get(text)

    def write(value, writing):
        if value not in codes:
            raise FormatError("not_carried", "", f"{writing.syntax} has no code for {value!r:.60}")
        return codes[value]

    return Kind(read, write)
