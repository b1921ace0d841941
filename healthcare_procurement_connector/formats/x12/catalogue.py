"""832, a price catalogue, as suppliers of hospitals write it (HIBCC's guide): packs in SLN or PKL."""

from decimal import Decimal

from ...core.documents import Catalogue, CatalogueLine, Price, Quantity
from ..segments.codec import Constant, Element, Group, Ignored, Segment, Shape, not_carried
from ..segments.packs import levels_of, packs_of
from ..segments.values import DATE, NUMBER, coded, text_of
from .codes import CATALOGUE_ACTIONS, CATALOGUE_LINE_ACTIONS
from .parts import (
    ITEM_NAME,
    ITEM_PATHS,
    check_count,
    date_segment,
    item_values,
    parties,
    take_item,
    take_parties,
    tell_ids,
)
from .values import REFERENCE, Ids, QuantityAt

# 673: what must be ordered at least.
MINIMUM = "57"
ORIGINAL = "00"


# Packs -----------------------------------------------------------------------------------------------------


def _load_level(values, segment, reading):
    """One level of packing: how many of it are in one of the outermost, and its GTIN."""
    held = values.get("quantity")
    if held is None or held.unit is None:
        reading.not_understood(segment)
        return None
    return held, values.get("ids", {}).get("gtin")


def _dump_level(told, writing):
    number, (quantity, gtin) = told
    return {"number": str(number), "quantity": quantity, "ids": {"gtin": gtin}}


_LEVEL = Shape(
    None,
    Segment(
        "SLN",
        Element(1, "number", beside=True),
        Ignored(2),
        Constant(3, "I"),
        QuantityAt(4, 5, "quantity"),
        Ignored(6, 7, 8),
        Ids(9),
        open_end=9,
    ),
    load=_load_level,
    dump=_dump_level,
)
_HIBCC_LEVEL = Shape(
    None,
    Segment("PKL", Ids(1, stop=3), QuantityAt(4, 3, "quantity")),
    load=_load_level,
    dump=_dump_level,
)


# Lines -----------------------------------------------------------------------------------------------------


def _load_price(values, segment, reading):
    return values if "price" in values or "base" in values else None


# The price for so many of the unit, and from when on.
PRICE = Shape(
    None,
    Segment(
        "CTP",
        Ignored(1),
        Constant(2, "CON"),
        Element(3, "price", NUMBER),
        QuantityAt(4, 5, "base"),
    ),
    date_segment("007", "valid_from"),
    date_segment("036", "valid_to"),
    load=_load_price,
    dump=lambda values, writing: values,
)


def _load_minimum(values, segment, reading):
    if values.get("kind") != MINIMUM or "value" not in values:
        reading.not_understood(segment)
        return None
    return values["value"]


_MINIMUM = Shape(
    None,
    Segment("CTB", Constant(1, "OR"), Element(3, "kind", beside=True), Element(4, "value", NUMBER)),
    load=_load_minimum,
    dump=lambda value, writing: {"kind": MINIMUM, "value": value},
)


def _load_line(values, segment, reading):
    prices = values.pop("prices", ())
    levels = (*values.pop("levels", ()), *values.pop("PKL levels", ()))
    values.pop("place", None)
    for field in ("valid_from", "valid_to"):
        values.setdefault(field, next((each[field] for each in prices if field in each), None))
    if "other start" in values:
        values["valid_from"] = values["valid_from"] or values["other start"]
    values.pop("other start", None)
    _take_price(values, prices, segment, reading)
    if levels:
        values["packs"] = packs_of(levels, segment, reading)
        values["unit"] = values.get("unit") or levels[0][0].unit
    if "least" in values:
        values["minimum"] = Quantity(values.pop("least"), values.get("unit"))
    values["item"] = take_item(values)
    tell_ids(values, segment, reading)
    return LINE.build(values, segment, reading)


def _take_price(values, prices, segment, reading):
    """The first price; of several, for classes of trade or quantities, the others are told."""
    for other in prices[1:]:
        reading.deviation("repeated", segment, f"another price: {other.get('price')}")
    if not prices:
        return
    base = prices[0].get("base")
    if base:
        values["unit"] = base.unit
        if base.value == 1:
            base = None
    if "price" in prices[0]:
        values["price"] = Price(prices[0]["price"], base)


def _dump_line(line, writing):
    values = LINE.values_of(line, writing)
    values |= item_values(line.item, writing)
    values["place"] = writing.next_number()
    values["prices"] = (_price_values(line),) if line.price or line.unit else ()
    values["levels"] = tuple(enumerate(levels_of(line.packs), 1))
    if line.packs and line.unit is None:
        raise not_carried("CatalogueLine.unit", "packs are told of the unit that can be ordered")
    if line.minimum is not None:
        if line.minimum.unit != line.unit:
            raise not_carried(
                "CatalogueLine.minimum", "the minimum is in the unit that can be ordered"
            )
        values["least"] = line.minimum.value
    return values


def _price_values(line):
    per = line.price.per if line.price else None
    if per is not None and (per.unit != line.unit or per.value == 1):
        raise not_carried("CatalogueLine.price.per", "a price is for some of the line's unit")
    base = per or (Quantity(Decimal(1), line.unit) if line.unit else None)
    return {"price": line.price.value if line.price else None, "base": base}


LINE = Shape(
    CatalogueLine,
    Segment("LIN", Element(1, "place", text_of(20), beside=True), Ids(2), always=True, open_end=2),
    Segment("G53", Element(1, "action", coded(CATALOGUE_LINE_ACTIONS))),
    date_segment("007", "valid_from"),
    date_segment("036", "valid_to"),
    date_segment("131", "other start"),
    Group(_MINIMUM, "least", many=False),
    ITEM_NAME,
    Segment("CUR", Constant(1, "SE"), Element(2, "currency")),
    Group(PRICE, "prices", many=True),
    Group(_LEVEL, "levels", many=True),
    Group(_HIBCC_LEVEL, "PKL levels", many=True),
    load=_load_line,
    dump=_dump_line,
    also={
        "item": ITEM_PATHS,
        "price": frozenset({"value", "per.value", "per.unit"}),
        "unit": None,
        "minimum": frozenset({"value", "unit"}),
        "packs": frozenset({"unit", "gtin", "quantity.value", "quantity.unit"}),
    },
)


# Document --------------------------------------------------------------------------------------------------


def _load_catalogue(values, segment, reading):
    take_parties(values, segment, reading, CATALOGUE_ROLES)
    for field, other in (
        ("valid_from", "contract start"),
        ("valid_to", "contract end"),
        ("contract", "buyer contract"),
    ):
        if other in values:
            values.setdefault(field, values.pop(other))
        values.pop(other, None)
    check_count(values, len(values.get("lines", ())), segment, reading)
    return CATALOGUE.build(values, segment, reading)


def _dump_catalogue(catalogue, writing):
    values = CATALOGUE.values_of(catalogue, writing)
    values["action"] = catalogue.action or _ORIGINAL
    values["line_count"] = Decimal(len(catalogue.lines))
    return values


_ORIGINAL = "original"
CATALOGUE_ROLES = {"buyer": ("BY", "BG"), "seller": ("SE", "SU", "VN", "DS", "MF")}
CATALOGUE = Shape(
    Catalogue,
    Segment(
        "BCT",
        Constant(1, "PC"),
        Element(2, "number", text_of(15), required=True),
        Element(
            10, "action", coded(CATALOGUE_ACTIONS | {"00": None}, {_ORIGINAL: "00"}, needed=False)
        ),
    ),
    Segment("REF*CT", Element(2, "contract", REFERENCE), Ignored(3)),
    Segment("REF*BC", Element(2, "buyer contract", REFERENCE), Ignored(3)),
    Segment("CUR", Constant(1, "SE"), Element(2, "currency")),
    Segment("DTM*097", Element(2, "issued", DATE)),
    date_segment("007", "valid_from"),
    date_segment("036", "valid_to"),
    date_segment("092", "contract start"),
    date_segment("093", "contract end"),
    *parties("buyer", "seller", roles=CATALOGUE_ROLES),
    Group(LINE, "lines", many=True),
    Segment("CTT", Element(1, "line_count", NUMBER), Ignored(2)),
    load=_load_catalogue,
    dump=_dump_catalogue,
)
