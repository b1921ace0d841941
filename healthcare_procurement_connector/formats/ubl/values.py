"""The kinds of values in UBL elements: how each is read and how it is written.

``read(element, reading)`` gives a value or None where the element is empty; what is not a value of the kind
raises FormatError. ``write(value, writing)`` is its inverse: the element's attributes and its content, as they
stand in XML.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ...core.documents import Quantity
from ..errors import FormatError
from ..xml_reader import position
from ..xml_writer import attribute, escaped

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_INTEGER = re.compile(r"[0-9]{1,9}")
_DIGITS = 40
_SPACE = " \t\r\n"
# Peppol's word for a reference that has to be there and is not known.
UNKNOWN = "NA"


class Kind(NamedTuple):
    read: Callable
    write: Callable


def read_text(element, reading=None):
    if len(element):
        raise FormatError(
            "unexpected_structure", position(element), "elements where a value belongs"
        )
    text = element.text
    return (text.strip(_SPACE) or None) if text else None


def _write_text(value, writing):
    return "", escaped(value)


def _read_reference(element, reading):
    text = read_text(element)
    return None if text == UNKNOWN else text


def _read_number(element, reading):
    text = read_text(element) or ""
    if len(text) > _DIGITS or not _DECIMAL.fullmatch(text):
        raise FormatError("invalid_number", position(element), f"not a number: {text[:60]!a}")
    return Decimal(text)


def _digits(value):
    if not isinstance(value, Decimal) or not value.is_finite():
        raise FormatError("invalid_number", "", f"not a decimal number: {value!r}")
    text = format(value, "f")
    if len(text) > _DIGITS:
        raise FormatError("invalid_number", "", f"too many digits: {value!r}")
    return text


def _write_number(value, writing):
    return "", _digits(value)


def _read_integer(element, reading):
    text = read_text(element) or ""
    if not _INTEGER.fullmatch(text):
        raise FormatError("invalid_number", position(element), f"not a whole number: {text[:60]!a}")
    return int(text)


def _write_integer(value, writing):
    return "", str(value)


def _read_date(element, reading):
    text = read_text(element) or ""
    match = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(match[1])
    except (TypeError, ValueError):
        reason = f"not a date: {text[:60]!a}"
        raise FormatError("invalid_date", position(element), reason) from None


def _write_date(value, writing):
    return "", value.isoformat()


def _read_amount(element, reading):
    currency = element.get("currencyID")
    if currency:
        reading.currency_used(currency, element)
    return _read_number(element, reading)


def _write_amount(value, writing):
    if writing.currency is None:
        raise FormatError("missing", "", "an amount needs the document's currency")
    return attribute("currencyID", writing.currency), _digits(value)


def _read_money(element, reading):
    return _read_number(element, reading), element.get("currencyID")


def _write_money(value, writing):
    return _write_amount(value[0], writing)


def _read_quantity(element, reading):
    return Quantity(_read_number(element, reading), element.get("unitCode"))


def _write_quantity(value, writing):
    return attribute("unitCode", value.unit) if value.unit else "", _digits(value.value)


def _read_identifier(element, reading):
    text = read_text(element)
    return text and (element.get("schemeID") or "", text)


def _write_identifier(value, writing):
    scheme, text = value
    return attribute("schemeID", scheme) if scheme else "", escaped(text)


TEXT = Kind(read_text, _write_text)
REFERENCE = Kind(_read_reference, _write_text)
NUMBER = Kind(_read_number, _write_number)
INTEGER = Kind(_read_integer, _write_integer)
DATE = Kind(_read_date, _write_date)
# An amount in the document's currency; MONEY may be in another one and says in which.
AMOUNT = Kind(_read_amount, _write_amount)
MONEY = Kind(_read_money, _write_money)
QUANTITY = Kind(_read_quantity, _write_quantity)
# A pair of scheme and value.
IDENTIFIER = Kind(_read_identifier, _write_identifier)


def of_scheme(scheme):
    """A text identified by ``scheme``; the same element with another scheme is not understood."""

    def read(element, reading):
        if element.get("schemeID") == scheme:
            return read_text(element)
        reading.not_understood(element)
        return None

    def write(value, writing):
        return _write_identifier((scheme, value), writing)

    return Kind(read, write)


def coded(words, obsolete=None):
    """A code of the table ``words``; codes of ``obsolete`` are still read, as a deviation."""
    codes = {}
    for code, word in words.items():
        codes.setdefault(word, code)

    def read(element, reading):
        code = read_text(element)
        if code in words:
            return words[code]
        if obsolete and code in obsolete:
            reading.deviation("obsolete_code", element)
            return obsolete[code]
        raise FormatError(
            "unknown_code", position(element), f"{code!a} is none of {', '.join(words)}"
        )

    def write(value, writing):
        if value not in codes:
            raise FormatError("not_carried", "", f"UBL has no code for {value!r}")
        return "", codes[value]

    return Kind(read, write)
