"""The kinds of values in UBL elements: how each is read and how it is written.

``read(element, reading)`` gives a value or None where the element is empty; what is not a value of the kind
raises FormatError. ``write(value, writing)`` is its inverse: the element's attributes and its content, as they
stand in XML.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from ...core.documents import Quantity
from ..errors import FormatError
from ..scalars import (
    read_date,
    read_decimal,
    read_integer,
    write_date,
    write_decimal,
    write_integer,
)
from ..xml_reader import position, read_text
from ..xml_writer import attribute, escaped

_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$")
_DAY = len("2026-03-02")
# Peppol's word for a reference that has to be there and is not known.
UNKNOWN = "NA"


class Kind(NamedTuple):
    read: Callable
    write: Callable


def _write_text(value, writing):
    return "", escaped(value)


def _read_reference(element, reading):
    text = read_text(element)
    return None if text == UNKNOWN else text


def _scalar(read, write):
    """The kind of element whose whole content is one number or date."""

    def read_element(element, reading):
        try:
            return read(read_text(element) or "")
        except FormatError as error:
            raise error.at(position(element)) from None

    return Kind(read_element, lambda value, writing: ("", write(value)))


def _read_day(text):
    """A date may name its time zone, which says nothing of the day."""
    return read_date(text if len(text) == _DAY else _ZONE.sub("", text))


def _read_amount(element, reading):
    currency = element.get("currencyID")
    if currency:
        reading.currency_used(currency, element)
    return NUMBER.read(element, reading)


def _write_amount(value, writing):
    return writing.in_currency(), write_decimal(value)


def _read_money(element, reading):
    return NUMBER.read(element, reading), element.get("currencyID")


def _write_money(value, writing):
    amount, currency = value
    if currency is None:
        raise FormatError("missing", "", "an amount needs a currency")
    return attribute("currencyID", currency), write_decimal(amount)


def _read_quantity(element, reading):
    return Quantity(NUMBER.read(element, reading), element.get("unitCode"))


def _write_quantity(value, writing):
    return attribute("unitCode", value.unit) if value.unit else "", write_decimal(value.value)


def _read_identifier(element, reading):
    text = read_text(element)
    return text and (element.get("schemeID") or "", text)


def _write_identifier(value, writing):
    scheme, text = value
    return attribute("schemeID", scheme) if scheme else "", escaped(text)


TEXT = Kind(read_text, _write_text)
REFERENCE = Kind(_read_reference, _write_text)
NUMBER = _scalar(read_decimal, write_decimal)
INTEGER = _scalar(read_integer, write_integer)
DATE = _scalar(_read_day, write_date)
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
