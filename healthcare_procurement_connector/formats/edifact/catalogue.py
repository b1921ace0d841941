"""PRICAT, a price catalogue. Packs are told as sub-lines: how many of each are in one of what can be ordered."""

from decimal import Decimal

from ...core.documents import Catalogue, CatalogueLine, Price, Quantity
from ..errors import FormatError
from ..segments.codec import Constant, Element, Group, Segment, Shape, not_carried
from ..segments.packs import levels_of, packs_of
from ..segments.values import coded, text_of
from .codes import (
    CATALOGUE_ACTIONS,
    CATALOGUE_LINE_ACTIONS,
    CATALOGUE_NAME,
    ITEM_IDS_WRITTEN,
    NO_ACTION,
)
from .parts import (
    CURRENCY,
    ISSUED,
    ITEM_NAME,
    ITEM_PATHS,
    LIN_ID,
    PIA,
    component,
    date_segment,
    item_values,
    opening,
    parties,
    price,
    quantity,
    reference,
    take_currency,
    take_item,
    take_parties,
    tell_ids,
)
from .values import ID

ORIGINAL = "9"
SUB_LINE = "1"


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, segment, reading):
    """A line of its own, or (number of the line it belongs to, pack) for a sub-line."""
    held = values.pop("held", None)
    parent = values.pop("parent", None)
    if parent is not None:
        gtin = values.get("ids", {}).get("gtin")
        level = (held, gtin) if held is not None and held.unit is not None else None
        if level is None:
            reading.not_understood(segment, f"sub-line of {parent} without a unit")
        return parent, level
    place = values.pop("place", None)
    _take_price(values, segment, reading)
    _take_dates(values)
    action = values.pop("action code", None)
    if action is not None and action != NO_ACTION:
        values["action"] = _ACTION.read(action, reading)
    minimum = values.get("minimum")
    if minimum and "unit" not in values:
        values["unit"] = minimum.unit
    if minimum and minimum.unit is None:
        values["minimum"] = Quantity(minimum.value, values.get("unit"))
    values["item"] = take_item(values)
    tell_ids(values, segment, reading)
    values.pop("PIA kind", None)
    return place, LINE.build(values, segment, reading)


def _take_price(values, segment, reading):
    """The net price; else a gross one, which is told."""
    found = values.get("price")
    for other in ("calculated", "gross"):
        told = values.pop(other, None)
        if told is not None and found is None:
            found = told
            if other == "gross":
                reading.remark("not_understood", segment, f"the price is gross: {told.value}")
    values.pop("price", None)
    if found is None:
        return
    per = found.per
    if per is not None:
        values["unit"] = per.unit
        if per.value == 1:
            per = None
    values["price"] = Price(found.value, per)


def _take_dates(values):
    for field, other in (("valid_from", "start"), ("valid_to", "end")):
        if other in values:
            values.setdefault(field, values.pop(other))
        values.pop(other, None)


def _dump_line(told, writing):
    place, line = told
    if isinstance(line, tuple):
        parent, held, gtin = line
        values = {"place": place, "sub-line": SUB_LINE, "parent": parent, "held": held}
        return values | ({LIN_ID: (gtin, ITEM_IDS_WRITTEN["gtin"])} if gtin else {})
    values = LINE.values_of(line, writing) | item_values(line.item, writing)
    values |= {"place": place, "action code": _ACTION.write(line.action or _NONE, writing)}
    values["price"] = _price(line)
    if line.minimum is not None and line.minimum.unit != line.unit:
        raise not_carried("CatalogueLine.minimum", "the minimum is in the unit that can be ordered")
    if line.unit is not None and line.price is None and line.minimum is None:
        raise not_carried("CatalogueLine.unit", "a unit needs a price or a minimum")
    return values


def _price(line):
    if line.price is None:
        return None
    per = line.price.per
    if per is not None and (per.unit != line.unit or per.value == 1):
        raise not_carried("CatalogueLine.price.per", "a price is for some of the line's unit")
    return Price(line.price.value, per or (Quantity(Decimal(1), line.unit) if line.unit else None))


_NONE = "none"
_ACTION = coded(CATALOGUE_LINE_ACTIONS | {NO_ACTION: _NONE})
LINE = Shape(
    CatalogueLine,
    opening(
        component(1, "place", text_of(6)),
        component(2, "action code", text_of(3)),
        Element((4, 0), "sub-line", beside=True),
        Element((4, 1), "parent"),
    ),
    PIA,
    ITEM_NAME,
    quantity("53", "minimum"),
    quantity("45E", "held"),
    date_segment("194", "valid_from"),
    date_segment("206", "valid_to"),
    date_segment("157", "start"),
    date_segment("7", "start"),
    Segment("CUX", Constant((1, 0), "2"), Element((1, 1), "currency"), Constant((1, 2), "9")),
    price("AAA", "price"),
    price("CAL", "calculated"),
    price("AAB", "gross"),
    load=_load_line,
    dump=_dump_line,
    also={
        "item": ITEM_PATHS,
        "action": None,
        "price": frozenset({"value", "per.value", "per.unit"}),
        "unit": None,
        "packs": frozenset({"unit", "gtin", "quantity.value", "quantity.unit"}),
    },
)


# Document --------------------------------------------------------------------------------------------------


def _load_catalogue(values, segment, reading):
    take_parties(values, segment, reading)
    take_currency(values, reading)
    function = values.pop("function", None)
    if function is not None and function != ORIGINAL:
        values["action"] = CATALOGUE_ACTIONS.get(function)
        if values["action"] is None:
            reading.remark("unknown_code", segment, f"function {function}")
    _take_dates(values)
    values["lines"] = lines_of(
        (*values.pop("lines", ()), *values.pop("grouped", ())), segment, reading
    )
    values.pop("name", None)
    return CATALOGUE.build(values, segment, reading)


def lines_of(told, segment, reading):
    """The lines, each with the packs that its sub-lines tell of."""
    levels = {}
    for place, line in told:
        if isinstance(line, tuple):
            levels.setdefault(place, []).append(line)
    found = []
    for place, line in told:
        if isinstance(line, CatalogueLine):
            packs = packs_of(levels.pop(place, ()), segment, reading)
            found.append(_with_packs(line, packs) if packs else line)
    for place in levels:
        reading.not_understood(segment, f"sub-lines of {place}, which is no line")
    return tuple(found)


def _with_packs(line, packs):
    unit = line.unit or packs[0].unit
    return CatalogueLine(
        line.item,
        line.action,
        line.price,
        line.currency,
        unit,
        packs,
        line.minimum,
        line.valid_from,
        line.valid_to,
    )


def _dump_catalogue(catalogue, writing):
    values = CATALOGUE.values_of(catalogue, writing)
    actions = {action: code for code, action in CATALOGUE_ACTIONS.items()} | {None: ORIGINAL}
    if catalogue.action not in actions:
        raise FormatError("not_carried", "Catalogue.action", f"no action: {catalogue.action!r:.60}")
    values |= {"name": CATALOGUE_NAME, "function": actions[catalogue.action]}
    values["lines"] = tuple(_written_lines(catalogue, writing))
    return values


def _written_lines(catalogue, writing):
    for line in catalogue.lines:
        place = writing.next_number()
        yield place, line
        if line.packs and line.unit is None:
            raise not_carried(
                "CatalogueLine.unit", "packs are told of the unit that can be ordered"
            )
        for held, gtin in levels_of(line.packs):
            yield writing.next_number(), (place, held, gtin)


CATALOGUE = Shape(
    Catalogue,
    Segment(
        "BGM",
        component(1, "name", beside=True),
        Element((2, 0), "number", ID, required=True),
        component(3, "function", beside=True),
    ),
    ISSUED,
    date_segment("194", "valid_from"),
    date_segment("206", "valid_to"),
    date_segment("157", "start"),
    date_segment("7", "start"),
    reference("CT", "contract"),
    *parties("buyer", "seller"),
    CURRENCY,
    Segment("PGI", Constant((1, 0), "2"), always=True),
    Group(LINE, "lines", many=True),
    load=_load_catalogue,
    dump=_dump_catalogue,
    also={"action": None, "lines": LINE.paths},
)
