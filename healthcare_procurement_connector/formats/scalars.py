"""Numbers and dates in text: exact, limited in length, in ASCII digits, without exponents.

What cannot be read or written raises FormatError without a position: whoever calls knows where it is.
"""

import re
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import lru_cache

from .errors import FormatError

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"[0-9]{1,9}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = 40
_SHOWN = 60
# More than any sum or product of two numbers of a document has digits.
_PRECISION = 100
# Numbers, rates and days come again and again: what was read is kept for so many texts.
KEPT = 4096


@lru_cache(KEPT)
def read_decimal(text):
    """Exactly what is written.

    >>> read_decimal("12.50")
    Decimal('12.50')
    """
    if len(text) > _DIGITS or not _DECIMAL.fullmatch(text):
        raise FormatError("invalid_number", "", f"not a number: {text[:_SHOWN]!a}")
    return Decimal(text)


def write_decimal(value):
    """
    >>> write_decimal(Decimal("1E+3"))
    '1000'
    """
    if not isinstance(value, Decimal) or not value.is_finite():
        raise FormatError("invalid_number", "", f"not a decimal number: {value!r:.60}")
    text = str(value)
    # Asked before it is written in full: 1E+999999 would be a text of a million digits.
    if "E" in text and abs(value.adjusted()) <= _DIGITS:
        text = format(value, "f")
    if "E" in text or len(text) > _DIGITS:
        raise FormatError("invalid_number", "", f"too many digits: {value!r:.60}")
    return text


def read_integer(text):
    if not _INTEGER.fullmatch(text):
        raise FormatError("invalid_number", "", f"not a whole number: {text[:_SHOWN]!a}")
    return int(text)


def write_integer(value):
    if type(value) is not int:
        raise FormatError("invalid_number", "", f"not a whole number: {value!r:.60}")
    return str(value)


@lru_cache(KEPT)
def read_date(text):
    """
    >>> read_date("2026-03-02")
    datetime.date(2026, 3, 2)
    """
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise FormatError("invalid_date", "", f"not a date: {text[:_SHOWN]!a}") from None


def write_date(value):
    # A moment is a date too, by its class; what it says is more.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise FormatError("invalid_date", "", f"not a date: {value!r:.60}")
    return value.isoformat()


def added(amounts):
    """The sum, however many digits it has: the usual context would round it.

    >>> added([Decimal("1E+30"), Decimal("0.01")])
    Decimal('1000000000000000000000000000000.01')
    """
    with localcontext() as context:
        context.prec = _PRECISION
        return sum(amounts, Decimal(0))


def percent_of(amount, rate):
    """So many hundredths, exactly.

    >>> percent_of(Decimal("10.01"), Decimal("7.7"))
    Decimal('0.77077')
    """
    with localcontext() as context:
        context.prec = _PRECISION
        return amount * rate / 100
