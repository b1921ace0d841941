"""856, a ship notice."""

from dataclasses import replace
from decimal import Decimal

from ...core.documents import DespatchAdvice, Lot, Package, Quantity
from ..segments.codec import Element, Group, Ignored, Segment, Shape, not_carried
from ..segments.hierarchy import (
    ITEM,
    LOT,
    ORDER,
    PACK,
    SHIPMENT,
    TARE,
    Level,
    is_inline,
    levels_of,
    lines_of,
)
from ..segments.values import DATE, NUMBER, text_of
from .codes import COMPLETE, MORE_COMES, PACKAGE_KINDS
from .parts import (
    ITEM_NAME,
    ITEM_PATHS,
    PARTY,
    UNSAID,
    date_segment,
    item_values,
    parties,
    period_segments,
    period_values,
    purpose_kind,
    take_item,
    take_parties,
    take_period,
    tell_ids,
)
from .values import NUMBER_22, REFERENCE, Ids, QuantityAt

SSCC_QUALIFIERS = ("GM", "AA", "AAL")
_SSCC_PREFIX = "00"
_SSCC_LENGTH = 18
_KINDS = {kind: code for code, kind in PACKAGE_KINDS.items()}
EXPECTED = ("017", "072", "075")


# Levels ----------------------------------------------------------------------------------------------------


def _load_level(values, segment, reading):
    level = Level(values.get("id", ""), values.get("parent"), values.get("level", ""))
    if level.code in (PACK, TARE):
        level.package = _package(values, level, segment, reading)
    if level.code == LOT:
        level.lots = _lots(values)
    elif level.code == ITEM or "ids" in values or "quantity" in values:
        _take_line(values, level, segment, reading)
    if level.code == SHIPMENT:
        level.shipment = {field: values[field] for field in _OF_SHIPMENT if field in values}
        if "order reference" in values:
            level.shipment["order_number"] = values["order reference"]
    else:
        level.order_number = values.get("order", values.get("order reference"))
    take_parties(values, segment, reading)
    level.shipment |= {field: values[field] for field in _PARTIES if field in values}
    return level


def _package(values, level, segment, reading):
    marks = [mark for mark in values.get("marks", ()) if mark]
    kind = values.get("kind", "").rstrip("0123456789")
    kind = PACKAGE_KINDS.get(kind, kind) or None
    for other in marks[1:]:
        reading.not_understood(segment, f"another mark: {other[0]}")
    if not marks:
        return Package(f"HL{level.id}", None, None, kind)
    mark, is_sscc = marks[0]
    return Package(mark, mark if is_sscc else None, None, kind)


def _load_mark(values, segment, reading):
    """A mark and whether it is an SSCC; its application identifier 00 does not belong to it."""
    mark = values.get("mark")
    if mark is None:
        return None
    is_sscc = values.get("qualifier") in SSCC_QUALIFIERS
    if is_sscc and len(mark) == len(_SSCC_PREFIX) + _SSCC_LENGTH and mark.startswith(_SSCC_PREFIX):
        mark = mark[len(_SSCC_PREFIX) :]
    return mark, is_sscc


def _lots(values):
    """The lots that one level tells, with the quantity if there is one only."""
    ids = values.get("ids", {})
    told = {field: values[field] for field in ("lot", "serial", "expiry") if field in values}
    told |= {field: ids.pop(field) for field in ("lot", "serial") if field in ids}
    lots = [Lot(**told)] if told else []
    lots += values.get("more lots", ())
    return [replace(lots[0], quantity=values.get("quantity"))] if len(lots) == 1 else lots


def _take_line(values, level, segment, reading):
    level.lots = _lots(values)
    quantity = values.get("quantity")
    ids = values.get("ids", {})
    level.line = {
        "number": values.get("number"),
        "quantity": quantity,
        "order_number": ids.pop("order_number", None),
        "order_line": ids.pop("order_line", None) or values.get("order line"),
        "outstanding": _outstanding(values, quantity),
        "item": take_item(values),
    }
    tell_ids(values, segment, reading)


def _outstanding(values, shipped):
    """What still comes, where the status says whether anything does."""
    ordered, status = values.get("ordered"), values.get("status")
    if ordered is None or shipped is None or ordered.unit not in (None, shipped.unit):
        return None
    rest = ordered.value - shipped.value
    if (status in MORE_COMES and rest > 0) or (status == COMPLETE and rest == 0):
        return Quantity(rest, shipped.unit)
    return None


def _dump_level(told, writing):
    code, number, parent, has_children, said = told
    values = {
        "id": number,
        "parent": parent,
        "level": code,
        "children": "1" if has_children else "0",
    }
    return values | _SAID[code](said, writing)


def _shipment_values(despatch, writing):
    values = {
        "carrier": despatch.carrier,
        "tracking": despatch.tracking,
        "shipped": despatch.shipped,
        "order reference": despatch.order_number,
    }
    if despatch.carrier:
        values["carrier kind"] = "ZZ"
    values |= {field: getattr(despatch, field) for field in _PARTIES}
    return values | period_values("expected", despatch.expected)


def _package_values(package, writing):
    kind = package.kind
    qualifier = SSCC_QUALIFIERS[0] if package.sscc else "ZZ"
    return {"kind": _KINDS.get(kind, kind), "marks": ((qualifier, package.id),)}


def _item_values(line, writing):
    ids = {"order_line": line.order_line}
    values = {"number": line.number, "quantity": line.quantity}
    if line.lots and is_inline(line):
        (lot,) = line.lots
        ids |= {"lot": lot.lot, "serial": lot.serial}
        values["expiry"] = lot.expiry
    outstanding = line.outstanding
    if outstanding is not None:
        _check_outstanding(line)
        values["ordered"] = Quantity(line.quantity.value + outstanding.value, line.quantity.unit)
        values["status"] = "BP" if outstanding.value else COMPLETE
    return item_values(line.item, writing, **ids) | values


def _check_outstanding(line):
    outstanding = line.outstanding
    same = line.quantity is not None and line.quantity.unit == outstanding.unit
    if not same or outstanding.value < 0:
        raise not_carried(
            "DespatchLine.outstanding", "it is told as a quantity on order, in the unit shipped"
        )


def _lot_values(lot, writing):
    ids = {"lot": lot.lot, "serial": lot.serial}
    return {"ids": ids, "quantity": lot.quantity, "expiry": lot.expiry}


_SAID = {
    SHIPMENT: _shipment_values,
    ORDER: lambda number, writing: {"order": number},
    TARE: _package_values,
    PACK: _package_values,
    ITEM: _item_values,
    LOT: _lot_values,
}
_OF_SHIPMENT = frozenset(
    ["carrier", "carrier code", "tracking", "waybill", "shipped"]
    + [f"expected {edge}" for edge in ("day", "start", "end")]
)
_PARTIES = ("deliver_to", "seller", "buyer")
_MARK = Shape(
    None,
    Segment("MAN", Element(1, "qualifier", beside=True), Element(2, "mark", text_of(48))),
    load=_load_mark,
    dump=lambda mark, writing: dict(zip(("qualifier", "mark"), mark, strict=True)),
)
_MORE_LOT = Shape(
    None,
    Segment("REF*LT", Element(2, "lot", REFERENCE), Ignored(3)),
    load=lambda values, segment, reading: Lot(values["lot"]) if "lot" in values else None,
    dump=lambda lot, writing: {"lot": lot.lot},
)
LEVEL = Shape(
    None,
    Segment(
        "HL",
        Element(1, "id", text_of(12)),
        Element(2, "parent", text_of(12)),
        Element(3, "level"),
        Element(4, "children", beside=True),
    ),
    Segment(
        "LIN",
        Element(1, "number", text_of(20)),
        Ids(2),
        open_end=2,
    ),
    Segment(
        "SN1",
        Ignored(1),
        QuantityAt(2, 3, "quantity"),
        Ignored(4),
        QuantityAt(5, 6, "ordered"),
        Element(8, "status"),
    ),
    Segment(
        "PRF", Element(1, "order", NUMBER_22), Ignored(4), Element(5, "order line", text_of(20))
    ),
    ITEM_NAME,
    Segment("TD1", Element(1, "kind")),
    Segment(
        "TD5",
        Ignored(1),
        Element(2, "carrier kind", beside=True),
        Element(3, "carrier code"),
        Ignored(4),
        Element(5, "carrier", text_of(35)),
    ),
    Segment("REF*2I", Element(2, "tracking", REFERENCE), Ignored(3)),
    Segment("REF*CN", Element(2, "waybill", REFERENCE), Ignored(3)),
    Group(_MORE_LOT, "more lots", many=True),
    Segment("REF*SE", Element(2, "serial", REFERENCE), Ignored(3)),
    Segment("REF*PO", Element(2, "order reference", NUMBER_22), Ignored(3)),
    Group(_MARK, "marks", many=True),
    date_segment("011", "shipped"),
    *period_segments("expected", EXPECTED),
    date_segment("036", "expiry"),
    *parties("deliver_to", "seller", "buyer"),
    load=_load_level,
    dump=_dump_level,
)


# Document --------------------------------------------------------------------------------------------------


def _load_despatch(values, segment, reading):
    levels = values.pop("levels", ())
    said = _of_shipment(values, levels, segment, reading)
    for field, other in (("carrier", "carrier code"), ("tracking", "waybill")):
        told = said.pop(other, None)
        if told and said.setdefault(field, told) != told:
            reading.not_understood(segment, f"{other} {told}")
    if period := take_period(said, "expected", segment, reading):
        said["expected"] = period
    lines, packages = lines_of(levels, reading, "HL")
    count = values.pop("line_count", None)
    if count is not None and count not in (len(levels), len(lines)):
        reading.deviation("inconsistent", segment, f"CTT/01 {count} counted {len(levels)}")
    for field in ("structure", "time"):
        values.pop(field, None)
    return DESPATCH.build(values | said | {"lines": lines, "packages": packages}, segment, reading)


def _of_shipment(values, levels, segment, reading):
    """What the heading and the levels say of the whole shipment, the first of each."""
    said = {field: values.pop(field) for field in _OF_SHIPMENT if field in values}
    for level in levels:
        for field, value in level.shipment.items():
            if said.setdefault(field, value) != value:
                reading.not_understood(segment, f"another {field}: {getattr(value, 'name', value)}")
    return said


def _dump_despatch(despatch, writing):
    values = DESPATCH.values_of(despatch, writing)
    values["purpose"] = despatch.purpose or UNSAID
    told = [(SHIPMENT, 0, despatch), *levels_of(despatch)]
    values["levels"] = tuple(_numbered(told))
    values["line_count"] = Decimal(len(told))
    values |= {"structure": _STRUCTURE, "time": f"{writing.prepared:%H%M}"}
    return values


def _numbered(told):
    open_levels = []
    for at, (code, depth, said) in enumerate(told):
        del open_levels[depth:]
        parent = open_levels[-1] if open_levels else None
        number = str(at + 1)
        open_levels.append(number)
        has_children = at + 1 < len(told) and told[at + 1][1] > depth
        yield code, number, parent, has_children, said


# BSN05: shipment, order, packaging, item.
_STRUCTURE = "0001"
DESPATCH = Shape(
    DespatchAdvice,
    Segment(
        "BSN",
        Element(1, "purpose", purpose_kind("14")),
        Element(2, "number", REFERENCE, required=True),
        Element(3, "issued", DATE, required=True),
        Element(4, "time", beside=True),
        Element(5, "structure", beside=True),
    ),
    date_segment("011", "shipped"),
    *period_segments("expected", EXPECTED),
    Group(LEVEL, "levels", many=True),
    Segment("CTT", Element(1, "line_count", NUMBER), Ignored(2)),
    load=_load_despatch,
    dump=_dump_despatch,
    also={
        "order_number": None,
        "buyer": PARTY.paths,
        "seller": PARTY.paths,
        "deliver_to": PARTY.paths,
        "carrier": None,
        "tracking": None,
        "shipped": None,
        "expected": frozenset({"start", "end"}),
        "packages": frozenset({"id", "sscc", "parent", "kind"}),
        "lines": frozenset(
            {"number", "order_number", "order_line", "package"}
            | {
                f"{field}.{part}"
                for field in ("quantity", "outstanding")
                for part in ("value", "unit")
            }
            | {f"item.{field}" for field in ITEM_PATHS}
            | {"lots.lot", "lots.expiry", "lots.serial", "lots.quantity"}
        ),
    },
)
