"""The kinds of values in cXML: how each is read and how it is written.

A kind stands in an attribute (``parse``, ``attribute``), in an element (``read``, ``write``, ``empty``) or in an
extrinsic (``read``, ``inside``).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ...core.documents import Quantity
from ..errors import FormatError
from ..scalars import (
    KEPT,
    read_date,
    read_decimal,
    read_integer,
    write_date,
    write_decimal,
    write_integer,
)
from ..xml_reader import position, read_text
from ..xml_writer import attribute, escaped

LANGUAGE = ' xml:lang="en"'
# ISO 4217: no currency. Stands where cXML wants an amount and there is none.
NO_CURRENCY = "XXX"
_TIME = re.compile(
    r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?$"
)
# At noon in Greenwich it is the same day nearly everywhere, so that no reader moves a date by a day.
_NOON = "T12:00:00+00:00"


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text, number or date. ``fixed``: attributes that an element with it always has.

    ``bare``: what it is written as has nothing in it that XML would have to escape.
    """

    from_text: Callable
    to_text: Callable
    fixed: str = ""
    bare: bool = False

    def parse(self, text, reading):
        return self.from_text(text)

    def attribute(self, name, value, writing):
        text = self.to_text(value)
        return f' {name}="{text}"' if self.bare else attribute(name, text)

    def read(self, element, reading):
        text = read_text(element)
        if text is None:
            return None
        try:
            return self.from_text(text)
        except FormatError as error:
            raise error.at(position(element)) from None

    def write(self, value, writing):
        text = self.to_text(value)
        return self.fixed, text if self.bare else escaped(text)

    def empty(self, writing):
        return self.fixed

    def inside(self, value, writing):
        writing.put(escaped(self.to_text(value)))


def _same(text):
    return text


@lru_cache(KEPT)
def _read_day(text):
    """The day where it was written; the time of it and its zone say nothing here."""
    return read_date(_TIME.sub("", text))


def _write_day(value):
    return write_date(value) + _NOON


def _read_quantity(text):
    value, _, unit = text.partition(" ")
    return Quantity(read_decimal(value), unit.strip() or None)


def _write_quantity(quantity):
    return f"{write_decimal(quantity.value)} {quantity.unit or ''}".rstrip()


TEXT = Scalar(_same, _same)
LOCAL_TEXT = Scalar(_same, _same, LANGUAGE)
NUMBER = Scalar(read_decimal, write_decimal, bare=True)
INTEGER = Scalar(read_integer, write_integer, bare=True)
DAY = Scalar(_read_day, _write_day, bare=True)
# A quantity as one text, for extrinsics: "3 XBX".
QUANTITY_TEXT = Scalar(_read_quantity, _write_quantity)


def coded(words):
    """A code of the table ``words``."""
    codes = {}
    for code, word in words.items():
        codes.setdefault(word, code)

    def read(text):
        if text not in words:
            known = ", ".join(words)
            raise FormatError("unknown_code", "", f"{text[:60]!a} is none of {known}")
        return words[text]

    def write(value):
        if value not in codes:
            raise FormatError("not_carried", "", f"cXML has no code for {value!r}")
        return codes[value]

    return Scalar(read, write, bare=True)


class _Money:
    """An amount in the document's currency."""

    def read(self, element, reading):
        currency = (element.get("currency") or "").strip()
        if currency == NO_CURRENCY:
            return None
        if currency:
            reading.currency_used(currency, element)
        return NUMBER.read(element, reading)

    def write(self, value, writing):
        return writing.in_currency(), write_decimal(value)

    def empty(self, writing):
        return attribute("currency", writing.currency or NO_CURRENCY)


class _MoneyInside:
    """An amount in an element of its own inside an extrinsic."""

    def read(self, element, reading):
        money = next((child for child in element if child.tag == "Money"), None)
        if money is None:
            reading.not_understood(element)
            return None
        return MONEY.read(money, reading)

    def inside(self, value, writing):
        attributes, text = MONEY.write(value, writing)
        writing.put(f"<Money{attributes}>{text}</Money>")


class _Mixed:
    """A text that may have elements in it, which are not understood."""

    fixed = LANGUAGE

    def read(self, element, reading):
        text = element.text or ""
        for child in element:
            reading.not_understood(child)
            text += child.tail or ""
        return text.strip() or None

    def write(self, value, writing):
        return self.fixed, escaped(value)

    def empty(self, writing):
        return self.fixed


class _Description(_Mixed):
    """The short name, where there is one, is the name; a long text beside it is not carried."""

    def read(self, element, reading):
        short = element.find("ShortName") if len(element) else None
        if short is None:
            return super().read(element, reading)
        text = ((element.text or "") + (short.tail or "")).strip()
        name = read_text(short) or text
        if text not in ("", name):
            reading.not_understood(element, text)
        return name or None


class _Country:
    """The code counts; the name beside it is for people."""

    def read(self, element, reading):
        code = (element.get("isoCountryCode") or "").strip()
        if not code and read_text(element):
            reading.not_understood(element)
        return code or None

    def write(self, value, writing):
        return attribute("isoCountryCode", value), escaped(value)

    def empty(self, writing):
        return attribute("isoCountryCode", "")


class _Street:
    """A line of an address: an empty one keeps its place."""

    def read(self, element, reading):
        return read_text(element) or ""

    def write(self, value, writing):
        return "", escaped(value)


MONEY = _Money()
MONEY_INSIDE = _MoneyInside()
COMMENTS = _Mixed()
DESCRIPTION = _Description()
COUNTRY = _Country()
STREET = _Street()
ONE = Decimal(1)
