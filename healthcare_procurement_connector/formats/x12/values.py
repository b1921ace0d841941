"""The kinds of values that X12 has and other syntaxes do not, and elements that make one value of several."""

from decimal import Decimal

from ...core.documents import Price, Quantity
from ..errors import FormatError
from ..scalars import read_decimal, write_decimal
from ..segments.codec import differs
from ..segments.values import Kind, text_of
from .codes import (
    GTIN_QUALIFIERS,
    PRICE_EACH,
    PRICE_FOR,
    PRODUCT_IDS,
    PRODUCT_IDS_WRITTEN,
    UNITS,
    UNITS_WRITTEN,
)

EACH = "EA"
_CENTS = 2
_UNIT_CODES = {unit: code for code, unit in UNITS.items()} | UNITS_WRITTEN
_GTIN_LENGTHS = frozenset(GTIN_QUALIFIERS)

NUMBER_22 = text_of(22)
REFERENCE = text_of(30)
NAME = text_of(60)


def text_at(segment, at):
    """The text of an element without the white space around it, "" where there is none."""
    return segment[at].strip() if at < len(segment) else ""


# Amounts in cents ------------------------------------------------------------------------------------------


def _read_cents(text, reading):
    sign, number = ("-", text[1:]) if text[0] == "-" else ("", text)
    if not (number.isascii() and number.isdigit()) or len(number) > 20:
        raise FormatError(
            "invalid_number", "", f"not an amount without decimal point: {text[:60]!a}"
        )
    return Decimal(f"{sign}{number}").scaleb(-_CENTS)


def _write_cents(value, writing):
    cents = value.scaleb(_CENTS) if isinstance(value, Decimal) and value.is_finite() else None
    if cents is None or cents != cents.to_integral_value():
        raise FormatError("not_carried", "", f"X12 has two decimals for this, not {value}")
    return write_decimal(cents.to_integral_value())


CENTS = Kind(_read_cents, _write_cents)


# Units -----------------------------------------------------------------------------------------------------


def unit_of(code, segment, reading, at):
    """The unit of a code: the partner's own, else the standard's, else the code as it is, with a remark."""
    code = code.strip()
    unit = reading.units.get(code) or UNITS.get(code)
    if unit is None:
        reading.remark("unknown_code", segment, f"unit {code}", at)
        return code
    return unit


def unit_code(unit, writing):
    """The code of a unit; a code that we kept when we read it, as we could not tell its unit, goes back."""
    code = writing.units.get(unit) or _UNIT_CODES.get(unit)
    if code is None and len(unit) == 2 and unit not in UNITS:
        code = unit
    if code is None:
        raise FormatError("unknown_code", "", f"X12 has no code for the unit {unit}")
    return code


class QuantityAt:
    """A number and, in another element, its unit."""

    required = False
    beside = False

    def __init__(self, value_at, unit_at, field, *, beside=False):
        self.places = (value_at, unit_at)
        self.field = field
        self.fields = (field,)
        self.paths = frozenset({"value", "unit"})
        self.beside = beside

    def read(self, segment, values, reading):
        value_at, unit_at = self.places
        text = text_at(segment, value_at)
        if not text:
            return
        code = text_at(segment, unit_at)
        unit = unit_of(code, segment, reading, unit_at) if code else None
        quantity = Quantity(read_decimal(text), unit)
        if differs(values, self.field, quantity):
            reading.deviation("repeated", segment, text, value_at)

    def write(self, values, written, writing):
        quantity = values.get(self.field)
        if quantity is not None:
            value_at, unit_at = self.places
            written[value_at] = write_decimal(quantity.value)
            if quantity.unit is not None:
                written[unit_at] = unit_code(quantity.unit, writing)


# Prices ----------------------------------------------------------------------------------------------------


class PriceAt:
    """A price and what it is for, told by a code and the unit of the line. We write prices for one only."""

    required = False
    beside = False
    paths = frozenset({"value", "per.value", "per.unit"})

    def __init__(self, price_at, basis_at, unit_at):
        self.places = (price_at, basis_at)
        self.unit_at = unit_at
        self.fields = ("price",)

    def read(self, segment, values, reading):
        price_at, basis_at = self.places
        text = text_at(segment, price_at)
        if text:
            basis = text_at(segment, basis_at)
            values["price"] = Price(read_decimal(text), self._per(basis, segment, reading))

    def _per(self, basis, segment, reading):
        unit = text_at(segment, self.unit_at)
        if basis in PRICE_EACH and unit not in ("", EACH):
            return Quantity(Decimal(1), EACH)
        if basis in PRICE_FOR:
            unit = unit_of(unit, segment, reading, self.unit_at) if unit else None
            return Quantity(Decimal(PRICE_FOR[basis]), unit)
        return None

    def write(self, values, written, writing):
        price = values.get("price")
        if price is not None and price.per is None:
            written[self.places[0]] = write_decimal(price.value)


class PricePer:
    """A price and what it is for, as CTP tells both: for what PO1 and IT1 cannot say."""

    required = False
    beside = False
    fields = ()
    keys = ("price",)

    def __init__(self, price_at, quantity_at, unit_at):
        self.places = (price_at, quantity_at, unit_at)

    def read(self, segment, values, reading):
        price_at, quantity_at, unit_at = self.places
        text = text_at(segment, price_at)
        if not text:
            return
        if "price" in values:
            reading.not_understood(segment)
            return
        per = None
        if quantity := text_at(segment, quantity_at):
            code = text_at(segment, unit_at)
            unit = unit_of(code, segment, reading, unit_at) if code else None
            per = Quantity(read_decimal(quantity), unit)
        values["price"] = Price(read_decimal(text), per)

    def write(self, values, written, writing):
        price = values.get("price")
        if price is not None and price.per is not None:
            price_at, quantity_at, unit_at = self.places
            written[price_at] = write_decimal(price.value)
            written[quantity_at] = write_decimal(price.per.value)
            if price.per.unit is not None:
                written[unit_at] = unit_code(price.per.unit, writing)


# Product ids -----------------------------------------------------------------------------------------------


class Ids:
    """Pairs of qualifier and id, from one element on to the end; the values are one dict of field to id."""

    required = False
    fields = ("ids",)
    paths = frozenset()
    places = ()

    def __init__(self, start, *, stop=None, beside=False):
        self.start = start
        self.stop = stop
        self.places = (start, start + 1)
        self.beside = beside

    def read(self, segment, values, reading):
        ids = values.setdefault("ids", {})
        for at in range(self.start, min(self.stop or len(segment), len(segment)) - 1, 2):
            qualifier, value = segment[at], segment[at + 1].strip()
            if not qualifier or not value:
                continue
            field = PRODUCT_IDS.get(qualifier)
            if field == "gtin" and not _is_gtin(value):
                field = None
            if field is None or ids.setdefault(field, value) != value:
                reading.not_understood(segment, f"{qualifier} {value}", at)

    def write(self, values, written, writing):
        at = self.start
        for field, value in (values.get("ids") or {}).items():
            if not value:
                continue
            if field == "gtin":
                if not _is_gtin(value):
                    raise FormatError("invalid_text", "", f"not a GTIN: {value!r:.60}")
                qualifier = GTIN_QUALIFIERS[len(value)]
            else:
                qualifier = PRODUCT_IDS_WRITTEN[field]
            written[at] = qualifier
            written[at + 1] = _PRODUCT_ID.write(value, writing)
            at += 2


_PRODUCT_ID = text_of(48)


def _is_gtin(text):
    return len(text) in _GTIN_LENGTHS and text.isascii() and text.isdigit()
