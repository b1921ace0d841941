"""ORDERS, a purchase order, and ORDCHG, its change or cancellation."""

from decimal import Decimal

from ...core.documents import Order, OrderCancellation, OrderChange, OrderLine, Quantity
from ..errors import FormatError
from ..segments.codec import Element, Group, Segment, Shape, not_carried
from ..segments.values import SEQUENCE, coded, text_of
from .codes import CANCEL, CHANGE_NAME, LINE_ACTIONS, ORDER_PURPOSES
from .parts import (
    CHARGES,
    CURRENCY,
    ISSUED,
    ITEM_NAME,
    ITEM_PATHS,
    LINE_COUNT,
    PIA,
    PRICES,
    REQUESTED,
    SECTION,
    amount,
    check_count,
    component,
    item_values,
    notes,
    opening,
    parties,
    period_segments,
    period_values,
    quantity,
    reference,
    take_currency,
    take_item,
    take_parties,
    take_period,
    take_price,
    tell_ids,
)
from .values import ID

ORIGINAL = "9"
CHANGED_FUNCTION = "4"


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, segment, reading):
    reading.number_line(values, segment)
    values["item"] = take_item(values)
    tell_ids(values, segment, reading)
    take_price(values)
    if period := take_period(values, "requested", segment, reading):
        values["requested_delivery"] = period
    action = values.pop("action code", None)
    if reading.envelope.profile == "ORDCHG" and action is not None:
        values["action"] = LINE_ACTIONS.get(action)
        if values["action"] is None:
            raise FormatError("unknown_code", reading.position(segment, (2, 0)), f"{action!a:.60}")
    if values.get("action") == "delete":
        values.setdefault("quantity", Quantity(Decimal(0)))
    for field in ("quantity too", "quantity too 2"):
        if field in values:
            values.setdefault("quantity", values.pop(field))
        values.pop(field, None)
    values.pop("PIA kind", None)
    return LINE.build(values, segment, reading)


def _dump_line(line, writing):
    values = LINE.values_of(line, writing)
    if line.action is not None:
        if not writing.changes:
            raise not_carried("OrderLine.action", "an order has no actions, a change has")
        values["action code"] = _ACTION.write(line.action, writing)
    values |= item_values(line.item, writing)
    return values | period_values("requested", line.requested_delivery)


_ACTION = coded(LINE_ACTIONS)
LINE = Shape(
    OrderLine,
    opening(component(1, "number", text_of(6)), component(2, "action code", text_of(3))),
    PIA,
    ITEM_NAME,
    quantity("21", "quantity"),
    quantity("1", "quantity too"),
    quantity("47", "quantity too 2"),
    *period_segments("requested", REQUESTED),
    amount("203", "amount"),
    notes(),
    *PRICES,
    CHARGES,
    load=_load_line,
    dump=_dump_line,
    also={
        "item": ITEM_PATHS,
        "requested_delivery": frozenset({"start", "end"}),
        "action": None,
    },
)
_LINE_PATHS = LINE.paths - {"action"}


# Documents -------------------------------------------------------------------------------------------------


def _load_order(values, segment, reading):
    function = values.pop("function", None)
    if function == CANCEL:
        reason = "an ORDERS that cancels an order: an ORDCHG does that"
        raise FormatError("unsupported_type", reading.position(segment), reason)
    values["purpose"] = ORDER_PURPOSES.get(function)
    told = values.pop("order_number", None)
    if told and told != values.get("number"):
        reading.not_understood(segment, f"RFF+ON {told}")
    _take_common(values, segment, reading)
    return ORDER.build(values, segment, reading)


def _load_change(values, segment, reading):
    cancels = values.pop("function", None) == CANCEL
    _take_common(values, segment, reading)
    if not cancels:
        return CHANGED.build(values, segment, reading)
    for line in values.pop("lines", ()):
        reading.not_understood(segment, f"line {line.number} of a cancelled order")
    return CANCELLED.build(values, segment, reading)


def _take_common(values, segment, reading):
    take_parties(values, segment, reading)
    take_currency(values, reading)
    if period := take_period(values, "requested", segment, reading):
        values["requested_delivery"] = period
    for field in ("total too", "total too 2"):
        if field in values:
            values.setdefault("total", values.pop(field))
        values.pop(field, None)
    check_count(values, len(values.get("lines", ())), segment, reading)


def _dump_order(order, writing):
    shape, function = _WRITTEN[order.__class__]
    writing.changes = shape is CHANGED
    values = shape.values_of(order, writing)
    values |= period_values("requested", order.requested_delivery)
    values |= {"function": function, "revision": order.revision or None}
    if shape is not ORDER:
        values["name"] = CHANGE_NAME
    else:
        values["function"] = _purpose_code(order)
        values["order_number"] = order.number if order.revision else None
    if shape is not CANCELLED:
        values["line_count"] = Decimal(len(order.lines))
    return values


def _purpose_code(order):
    codes = {None: ORIGINAL, "confirmation": "6", "replace": "5", "duplicate": "7"}
    if order.purpose not in codes:
        raise not_carried("Order.purpose", f"an ORDERS cannot be {order.purpose!r:.60}")
    return codes[order.purpose]


def _bgm(name):
    return Segment(
        "BGM",
        component(1, name, text_of(3)),
        Element((2, 0), "number", ID, required=True),
        component(3, "function", beside=True),
    )


_HEADING = (
    ISSUED,
    *period_segments("requested", REQUESTED),
    notes(),
    reference("ON", "order_number", Element((1, 3), "revision", SEQUENCE, beside=True)),
    reference("CT", "contract"),
    *parties("buyer", "seller", "deliver_to"),
    CURRENCY,
    CHARGES,
)
_SUMMARY = (
    SECTION,
    amount("86", "total"),
    amount("9", "total too"),
    amount("128", "total too 2"),
    LINE_COUNT,
)
_PERIOD = {"requested_delivery": frozenset({"start", "end"})}
ORDER = Shape(
    Order,
    _bgm("type_code"),
    *_HEADING,
    Group(LINE, "lines", many=True),
    *_SUMMARY,
    load=_load_order,
    dump=_dump_order,
    also=_PERIOD | {"lines": _LINE_PATHS, "purpose": None},
)
CHANGED = Shape(
    OrderChange,
    _bgm("name"),
    *_HEADING,
    Group(LINE, "lines", many=True),
    *_SUMMARY,
    load=_load_change,
    dump=_dump_order,
    also=_PERIOD,
)
CANCELLED = Shape(
    OrderCancellation,
    _bgm("name"),
    *_HEADING,
    SECTION,
    load=_load_change,
    dump=_dump_order,
    also=_PERIOD,
)
_WRITTEN = {
    Order: (ORDER, ORIGINAL),
    OrderChange: (CHANGED, CHANGED_FUNCTION),
    OrderCancellation: (CANCELLED, CANCEL),
}
