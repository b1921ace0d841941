"""850, a purchase order, and 860, its change or cancellation."""

from decimal import Decimal

from ...core.documents import (
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    Quantity,
)
from ..errors import FormatError
from ..segments.codec import Constant, Element, Group, Ignored, Segment, Shape, not_carried
from ..segments.values import DATE, NUMBER, SEQUENCE, coded
from .codes import LINE_ACTIONS, LINE_ACTIONS_WRITTEN, ORDER_PURPOSES, ORDER_TYPES
from .parts import (
    CHARGES_GROUP,
    CTP,
    ITEM_NAME,
    ITEM_PATHS,
    REQUESTED,
    check_count,
    date_segment,
    item_values,
    note_values,
    notes,
    parties,
    period_segments,
    period_values,
    take_item,
    take_parties,
    take_period,
    tell_ids,
)
from .values import NUMBER_22, REFERENCE, Ids, PriceAt, QuantityAt

ORIGINAL = "00"
CHANGE = "04"
CANCEL = "01"
# Our word for a purchase order of no particular type: it has to be said, and is not read.
ANY = "any"
ORDER_TYPE = coded(ORDER_TYPES | {"KN": None}, {ANY: "KN"}, needed=False)


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, segment, reading):
    reading.number_line(values, segment)
    values["item"] = take_item(values)
    tell_ids(values, segment, reading)
    _take_requested(values, segment, reading)
    if "amount too" in values:
        values.setdefault("amount", values.pop("amount too"))
    values.pop("amount too", None)
    if values.get("action") == "delete":
        values.setdefault("quantity", Quantity(Decimal(0)))
    values.pop("note_reference", None)
    return LINE.build(values, segment, reading)


def _dump_line(line, writing):
    values = LINE.values_of(line, writing)
    if line.action is not None:
        raise FormatError(
            "not_carried", "OrderLine.action", "an order has no actions, a change has"
        )
    return _values_of_line(line, values, writing)


def _dump_changed_line(line, writing):
    values = CHANGED_LINE.values_of(line, writing)
    values["action"] = line.action or "change"
    return _values_of_line(line, values, writing)


def _values_of_line(line, values, writing):
    values |= item_values(line.item, writing) | note_values(line.note)
    values |= period_values("requested", line.requested_delivery)
    return values


def _take_requested(values, segment, reading):
    for field, other in (("requested start", "not before"), ("requested end", "not after")):
        if other in values:
            values.setdefault(field, values.pop(other))
    if period := take_period(values, "requested", segment, reading):
        values["requested_delivery"] = period


REQUESTED_DATES = (
    *period_segments("requested", REQUESTED),
    date_segment("064", "not before"),
    date_segment("063", "not after"),
)
_LINE_DETAILS = (
    CTP,
    Segment("PAM", Constant(4, "1"), Element(5, "amount", NUMBER)),
    ITEM_NAME,
    CHARGES_GROUP,
    *REQUESTED_DATES,
    Segment("AMT*1", Element(2, "amount too", NUMBER)),
    *notes(),
)
_LINE_PARTS = {"item": ITEM_PATHS, "requested_delivery": frozenset({"start", "end"})}
LINE = Shape(
    OrderLine,
    Segment(
        "PO1",
        Element(1, "number", REFERENCE),
        QuantityAt(2, 3, "quantity"),
        PriceAt(4, 5, 3),
        Ids(6),
        always=True,
        open_end=6,
    ),
    *_LINE_DETAILS,
    load=_load_line,
    dump=_dump_line,
    also=_LINE_PARTS,
)
CHANGED_LINE = Shape(
    OrderLine,
    Segment(
        "POC",
        Element(1, "number", REFERENCE),
        Element(2, "action", coded(LINE_ACTIONS, LINE_ACTIONS_WRITTEN)),
        QuantityAt(3, 5, "quantity"),
        Ignored(4),
        PriceAt(6, 7, 5),
        Ids(8),
        open_end=8,
    ),
    *_LINE_DETAILS,
    load=_load_line,
    dump=_dump_changed_line,
    also=_LINE_PARTS | {"action": None},
)


# Documents -------------------------------------------------------------------------------------------------


def _load_order(values, segment, reading):
    code = values.pop("purpose code", None)
    if code == CANCEL:
        reason = "an 850 that cancels an order: an 860 does that"
        raise FormatError("unsupported_type", reading.position(segment), reason)
    values["purpose"] = ORDER_PURPOSES.get(code)
    _take_common(values, segment, reading)
    return ORDER.build(values, segment, reading)


def _take_common(values, segment, reading):
    take_parties(values, segment, reading)
    _take_requested(values, segment, reading)
    if told := values.pop("contract too", None):
        values.setdefault("contract", told)
    values.pop("note_reference", None)
    check_count(values, len(values.get("lines", ())), segment, reading)


_PURPOSE_CODES = {purpose: code for code, purpose in ORDER_PURPOSES.items()} | {None: ORIGINAL}


def _dump_order(order, writing):
    values = ORDER.values_of(order, writing)
    if order.purpose not in _PURPOSE_CODES:
        raise not_carried("Order.purpose", f"an 850 cannot be {order.purpose!r:.60}")
    return values | _common_values(order) | {"purpose code": _PURPOSE_CODES[order.purpose]}


def _common_values(order):
    values = note_values(order.note) | period_values("requested", order.requested_delivery)
    values["line_count"] = Decimal(len(order.lines))
    values["revision"] = order.revision or None
    values["type_code"] = order.type_code or ANY
    return values


def _load_change(values, segment, reading):
    """A change has a number of its own in BCH09; without one, the order's and its sequence in BCH05 say which."""
    cancels = values.pop("purpose code", None) == CANCEL
    _take_common(values, segment, reading)
    order = values.get("order_number")
    if order is not None and "number" not in values:
        values["number"] = f"{order}-{values['revision']}" if values.get("revision") else order
    if not cancels:
        return CHANGED.build(values, segment, reading)
    for line in values.pop("lines", ()):
        reading.not_understood(segment, f"line {line.number} of a cancelled order")
    return CANCELLED.build(values, segment, reading)


def _dump_change(change, writing):
    values = CHANGED.values_of(change, writing) | _common_values(change)
    return values | {"purpose code": CHANGE}


def _dump_cancellation(cancellation, writing):
    values = CANCELLED.values_of(cancellation, writing) | _common_values(cancellation)
    return values | {"purpose code": CANCEL, "line_count": None}


CURRENCY = Segment("CUR", Constant(1, "BY"), Element(2, "currency"))
_HEADING = (
    CURRENCY,
    Segment("REF*CT", Element(2, "contract", REFERENCE)),
    CHARGES_GROUP,
    *REQUESTED_DATES,
    *notes(),
    *parties("buyer", "seller", "deliver_to"),
)
_SUMMARY = (
    Segment("CTT", Element(1, "line_count", NUMBER), Ignored(2)),
    Segment("AMT*TT", Element(2, "total", NUMBER), Ignored(3)),
)
_PERIOD = {"requested_delivery": frozenset({"start", "end"})}
ORDER = Shape(
    Order,
    Segment(
        "BEG",
        Element(1, "purpose code"),
        Element(2, "type_code", ORDER_TYPE),
        Element(3, "number", NUMBER_22, required=True),
        Element(4, "revision", SEQUENCE),
        Element(5, "issued", DATE, required=True),
        Element(6, "contract too"),
    ),
    *_HEADING,
    Group(LINE, "lines", many=True),
    *_SUMMARY,
    load=_load_order,
    dump=_dump_order,
    also=_PERIOD | {"purpose": None},
)
_BCH = Segment(
    "BCH",
    Element(1, "purpose code"),
    Element(2, "type_code", ORDER_TYPE),
    Element(3, "order_number", NUMBER_22, required=True),
    Element(5, "revision", SEQUENCE),
    Ignored(6),
    Element(8, "contract too"),
    Element(9, "number", REFERENCE),
    Element(11, "issued", DATE),
)
CHANGED = Shape(
    OrderChange,
    _BCH,
    *_HEADING,
    Group(CHANGED_LINE, "lines", many=True),
    *_SUMMARY,
    load=_load_change,
    dump=_dump_change,
    also=_PERIOD,
)
CANCELLED = Shape(
    OrderCancellation,
    _BCH,
    *_HEADING,
    load=_load_change,
    dump=_dump_cancellation,
    also=_PERIOD,
)
