"""The kinds of values that EDIFACT has and other syntaxes do not, and elements that make one value of several."""

from decimal import Decimal

from ...core.documents import Price, Quantity
from ..errors import FormatError
from ..scalars import read_decimal, write_decimal
from ..segments.codec import differs
from ..segments.codec import text_at as untrimmed
from ..segments.texts import joined, pieces
from ..segments.values import Kind, compact_date, text_of, write_compact_date
from .codes import ITEM_IDS, UNITS, UNITS_WRITTEN

ID = text_of(35)
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_UNIT_CODES = UNITS_WRITTEN


def number(text):
    """A number; the decimal mark is a point or a comma, whatever UNA says.

    >>> number("12,50")
    Decimal('12.50')
    """
    return read_decimal(text.replace(",", ".", 1) if "." not in text else text)


NUMBER = Kind(lambda text, reading: number(text), lambda value, writing: write_decimal(value))


def text_at(segment, at):
    """The text of a component without the white space around it, "" where there is none."""
    number, place = at
    if number < len(segment) and place < len(segment[number]):
        return segment[number][place].strip()
    return ""


# Units -----------------------------------------------------------------------------------------------------


def unit_of(code, reading):
    """The unit of a code: the partner's own, else today's for an old one, else the code itself."""
    code = code.strip()
    return reading.units.get(code) or UNITS.get(code, code) or None


def unit_code(unit, writing):
    code = writing.units.get(unit) or _UNIT_CODES.get(unit, unit)
    if len(code) > 3 or (code in UNITS and code not in _UNIT_CODES.values()):
        raise FormatError("unknown_code", "", f"EDIFACT has no code for the unit {unit}")
    return code


class _Composed:
    """An element of several places that makes one value."""

    required = False
    beside = False

    def __init__(self, field, *places):
        self.field = field
        self.fields = (field,)
        self.places = places


class QuantityAt(_Composed):
    """A number and, in another component, its unit."""

    paths = frozenset({"value", "unit"})

    def read(self, segment, values, reading):
        text = text_at(segment, self.places[0])
        if text:
            quantity = Quantity(number(text), unit_of(text_at(segment, self.places[1]), reading))
            if differs(values, self.field, quantity):
                reading.deviation("repeated", segment, text, self.places[0])

    def write(self, values, written, writing):
        quantity = values.get(self.field)
        if quantity is not None:
            written[self.places[0]] = write_decimal(quantity.value)
            if quantity.unit is not None:
                written[self.places[1]] = unit_code(quantity.unit, writing)


class PriceAt(_Composed):
    """PRI: a price, and in later components what it is for."""

    paths = frozenset({"value", "per.value", "per.unit"})

    def __init__(self, field):
        super().__init__(field, (1, 1), (1, 4), (1, 5))

    def read(self, segment, values, reading):
        price_at, base_at, unit_at = self.places
        text = text_at(segment, price_at)
        if not text:
            return
        base = text_at(segment, base_at)
        unit = unit_of(text_at(segment, unit_at), reading)
        per = Quantity(number(base) if base else Decimal(1), unit) if base or unit else None
        price = Price(number(text), per)
        if differs(values, self.field, price):
            reading.deviation("repeated", segment, text, price_at)

    def write(self, values, written, writing):
        price = values.get(self.field)
        if price is not None:
            price_at, base_at, unit_at = self.places
            written[price_at] = write_decimal(price.value)
            if price.per is not None:
                written[base_at] = write_decimal(price.per.value)
                if price.per.unit is not None:
                    written[unit_at] = unit_code(price.per.unit, writing)


# Dates -----------------------------------------------------------------------------------------------------

# 2379, formats, and where the parts of a date stand in them.
_FORMATS = {
    "2": (6, lambda text: text[4:6] + text[2:4] + text[:2]),
    "101": (6, lambda text: text),
    "102": (8, lambda text: text),
    "201": (10, lambda text: text[:6]),
    "202": (12, lambda text: text[:6]),
    "203": (12, lambda text: text[:8]),
    "204": (14, lambda text: text[:8]),
    "303": (15, lambda text: text[:8]),
}
_PERIODS = {"717": 6, "718": 8, "719": 12}


def date_of(text, format_, reading):
    """The day of a date, with or without a time; None where it is in a format that is no day."""
    text = text.strip()
    if not format_:
        return compact_date(text[:8] if len(text) in (12, 14) else text)
    length, cut = _FORMATS.get(format_, (None, None))
    if length is None:
        reading.remark_here("not_understood", f"{text} in format {format_}")
        return None
    if len(text) not in (length, 8 if format_ == "203" else length) or not text[:8].isdigit():
        raise FormatError("invalid_date", "", f"not a date in format {format_}: {text[:60]!a}")
    return compact_date(cut(text))


class DateAt(_Composed):
    """DTM: a day. With ``until`` it may be a period, whose last day goes there."""

    paths = None

    def __init__(self, field, until=None):
        super().__init__(field, (1, 1), (1, 2))
        self.until = until
        self.fields = (field, until) if until else (field,)

    def read(self, segment, values, reading):
        text = text_at(segment, self.places[0])
        if not text:
            return
        format_ = text_at(segment, self.places[1])
        days = self._days(text, format_, reading)
        for field, day in zip(self.fields, days, strict=False):
            if day is not None and differs(values, field, day):
                reading.deviation("repeated", segment, text, self.places[0])

    def _days(self, text, format_, reading):
        length = _PERIODS.get(format_)
        if length is None or self.until is None:
            return (date_of(text, format_, reading),)
        halves = text.split("-") if "-" in text else [text[:length], text[length:]]
        return [compact_date(half[: 6 if length == 6 else 8]) for half in halves[:2] if half]

    def write(self, values, written, writing):
        day = values.get(self.field)
        if day is not None:
            written[self.places[0]] = write_compact_date(day)
            written[self.places[1]] = "102"


# Texts and ids ---------------------------------------------------------------------------------------------


class Spread(_Composed):
    """A text over the components of one element, each of at most ``size`` characters."""

    paths = None

    def __init__(self, field, size, *places):
        super().__init__(field, *places)
        self.size = size

    def read(self, segment, values, reading):
        told = [(text, self.size) for at in self.places if (text := untrimmed(segment, at))]
        text = joined(told).replace("\n", " ").strip()
        if text and differs(values, self.field, text):
            reading.deviation("repeated", segment, text, self.places[0])

    def write(self, values, written, writing):
        text = values.get(self.field)
        if text:
            found = pieces(text, self.size)
            if len(found) > len(self.places):
                most = self.size * len(self.places)
                reason = f"EDIFACT has {most} characters for this, not {len(text)}"
                raise FormatError("invalid_text", "", reason)
            written |= zip(self.places, found, strict=False)


class ItemId(_Composed):
    """An id and its type in one element; read are all into one dict of field to id.

    Written is the pair of id and type that the values have by ``name``, or else by the number of the element.
    """

    paths = frozenset()

    def __init__(self, number, name=None):
        super().__init__("ids", (number, 0), (number, 1))
        self.name = name or number
        self.keys = (self.name,)
        self.others = ((number, 2), (number, 3))
        self.places += self.others

    def read(self, segment, values, reading):
        value, kind = (
            text_at(segment, self.places[0]),
            text_at(segment, self.places[1]),
        )
        if not value:
            return
        field = ITEM_IDS.get(kind)
        if field == "gtin" and not is_gtin(value):
            field = None
        ids = values.setdefault("ids", {})
        if field is None or ids.setdefault(field, value) != value:
            reading.not_understood(segment, f"{value} {kind}".strip(), self.places[0])

    def write(self, values, written, writing):
        pair = values.get(self.name)
        if pair:
            written[self.places[0]] = ID.write(pair[0], writing)
            written[self.places[1]] = pair[1]


def is_gtin(text):
    return len(text) in _GTIN_LENGTHS and text.isascii() and text.isdigit()
