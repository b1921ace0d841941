"""ORDRSP, the answer to an order."""

from decimal import Decimal

from ...core.documents import Item, OrderResponse, OrderResponseLine, Period
from ..errors import FormatError
from ..segments.codec import Element, Group, Segment, Shape, not_carried
from ..segments.values import text_of
from .codes import (
    FUNCTION_STATUSES,
    FUNCTION_STATUSES_WRITTEN,
    LINE_STATUSES,
    LINE_STATUSES_WRITTEN,
    RESPONSE_NAME,
    RESPONSE_STATUSES,
    RESPONSE_STATUSES_WRITTEN,
)
from .parts import (
    CURRENCY,
    INSTEAD_IDS,
    ISSUED,
    ITEM_FIELDS,
    ITEM_NAME,
    ITEM_PATHS,
    LINE_COUNT,
    PIA,
    PRICES,
    PROMISED,
    PURPOSE,
    SECTION,
    amount,
    check_count,
    component,
    date_segment,
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

# Dates of delivery that mean the same to us as the one that is promised, the surer first.
_DELIVERY_DATES = ("67", "17", "2")


# Lines -----------------------------------------------------------------------------------------------------
#
# As in UBL, a substitute and a back order are changes: a changed line with ids of what comes instead, a quantity
# on back order beside the one that comes now, which makes an answer of its own.


def _load_line(values, segment, reading):
    """The answers of one line; a status None is one that only the heading knows."""
    item = take_item(values)
    tell_ids(values, segment, reading)
    take_price(values)
    told = values.get("action")
    if told is not None and told not in LINE_STATUSES:
        raise FormatError("unknown_code", reading.position(segment, (2, 0)), f"{told!a:.60}")
    status = LINE_STATUSES.get(told)
    substitute = values.get("substitute")
    if status == "changed" and substitute is not None:
        status = "substituted"
    common = {
        "order_line": values.get("answered line") or values.get("order_line"),
        "item": item if item != Item() else None,
    }
    line = OrderResponseLine(
        status=status,
        substitute=substitute,
        quantity=values.get("delivered", values.get("quantity")),
        price=values.get("price"),
        promised=_promised(values, segment, reading),
        reason=values.get("reason"),
        **common,
    )
    backorder = values.get("backorder")
    if backorder is None or backorder.value <= 0:
        return (line,)
    waiting = {"status": "backordered", "quantity": backorder}
    if status == "changed" and line.quantity is None and substitute is None:
        details = {"price": line.price, "promised": line.promised, "reason": line.reason}
        return (OrderResponseLine(**common | waiting | details),)
    return line, OrderResponseLine(**common | waiting)


def _promised(values, segment, reading):
    period = take_period(values, "promised", segment, reading)
    for field in _DELIVERY_DATES:
        day = values.pop(f"delivery {field}", None)
        period = period or (Period(day, day) if day else None)
    return period


def _dump_line(line, writing):
    values = {
        "order_line": line.order_line,
        "quantity": line.quantity,
        "price": line.price,
        "reason": line.reason,
    }
    if line.status == "substituted":
        values |= {"action": LINE_STATUSES_WRITTEN["changed"], "substitute": line.substitute}
    elif line.status == "backordered":
        values |= {
            "action": LINE_STATUSES_WRITTEN["changed"],
            "quantity": None,
            "backorder": line.quantity,
        }
    elif line.status in LINE_STATUSES_WRITTEN:
        values["action"] = LINE_STATUSES_WRITTEN[line.status]
    _check_line(line)
    values |= item_values(line.item or Item(), writing)
    return values | period_values("promised", line.promised)


def _check_line(line):
    if line.status not in (*LINE_STATUSES_WRITTEN, "substituted", "backordered"):
        raise not_carried(
            "OrderResponseLine.status", f"EDIFACT has no code for {line.status!r:.60}"
        )
    if (line.substitute is not None) != (line.status == "substituted"):
        raise not_carried(
            "OrderResponseLine.substitute", "only a substituted line has a substitute"
        )
    if line.substitute is not None and line.substitute.name is not None:
        raise not_carried("OrderResponseLine.substitute.name", "EDIFACT has no place for this here")
    if line.status == "backordered" and not (line.quantity and line.quantity.value > 0):
        raise FormatError("missing", "", "a back order needs a quantity above zero")


LINE = Shape(
    None,
    opening(component(1, "order_line", text_of(6)), component(2, "action", text_of(3))),
    PIA,
    Group(INSTEAD_IDS, "substitute"),
    ITEM_NAME,
    quantity("21", "quantity"),
    quantity("113", "delivered"),
    quantity("83", "backorder"),
    *period_segments("promised", PROMISED),
    *(date_segment(code, f"delivery {code}") for code in _DELIVERY_DATES),
    amount("203", "amount"),
    notes("reason"),
    *PRICES,
    Segment("RFF+ON", Element((1, 1), "order"), Element((1, 2), "answered line", text_of(6))),
    Segment("RFF+LI", Element((1, 1), "answered line")),
    load=_load_line,
    dump=_dump_line,
)
_LINE_PATHS = frozenset(
    {"order_line", "status", "reason", "quantity.value", "quantity.unit"}
    | {"price.value", "price.per.value", "price.per.unit", "promised.start", "promised.end"}
    | {f"item.{field}" for field in ITEM_PATHS}
    | {f"substitute.{field}" for field in ITEM_FIELDS}
)


# Document --------------------------------------------------------------------------------------------------


def _load_response(values, segment, reading):
    take_parties(values, segment, reading)
    take_currency(values, reading)
    if period := _promised(values, segment, reading):
        values["promised"] = period
    lines = values.pop("lines", ())
    check_count(values, len(lines), segment, reading)
    lines = [line for answers in lines for line in answers]
    function = values.pop("function", None)
    if function is not None and (purpose := PURPOSE.read(function, reading)):
        values["purpose"] = purpose
    values["status"] = _status(values, function, lines, segment, reading)
    values["lines"] = tuple(_answered(line, values["status"], segment, reading) for line in lines)
    values.pop("name", None)
    return RESPONSE.build(values, segment, reading)


def _status(values, function, lines, segment, reading):
    """What the heading says of the whole, else what its lines add up to."""
    told = values.pop("response", None)
    if told is not None:
        if told not in RESPONSE_STATUSES:
            raise FormatError("unknown_code", reading.position(segment, (4, 0)), f"{told!a:.60}")
        return RESPONSE_STATUSES[told]
    if function in FUNCTION_STATUSES:
        return FUNCTION_STATUSES[function]
    statuses = {line.status for line in lines} - {None}
    if not statuses:
        reading.remark("missing", segment, "whether the order is accepted")
        return "received"
    return statuses.pop() if statuses <= {"accepted"} or statuses <= {"rejected"} else "changed"


def _answered(line, status, segment, reading):
    if line.status is not None:
        return line
    if status not in ("accepted", "rejected"):
        reading.remark("missing", segment, f"an answer to line {line.order_line}")
        status = "pending"
    return OrderResponseLine(
        line.order_line,
        status,
        line.item,
        None,
        line.quantity,
        line.price,
        line.promised,
        line.reason,
    )


def _dump_response(response, writing):
    values = RESPONSE.values_of(response, writing)
    if response.status not in RESPONSE_STATUSES_WRITTEN:
        raise not_carried(
            "OrderResponse.status", f"EDIFACT has no code for {response.status!r:.60}"
        )
    values["response"] = RESPONSE_STATUSES_WRITTEN[response.status]
    if response.purpose is None:
        values["function"] = FUNCTION_STATUSES_WRITTEN.get(response.status)
    else:
        values["function"] = PURPOSE.write(response.purpose, writing)
    values["name"] = RESPONSE_NAME
    values["lines"] = response.lines
    values["line_count"] = Decimal(len(response.lines))
    return values | period_values("promised", response.promised)


RESPONSE = Shape(
    OrderResponse,
    Segment(
        "BGM",
        component(1, "name", beside=True),
        Element((2, 0), "number", ID, required=True),
        component(3, "function", beside=True),
        component(4, "response", beside=True),
    ),
    ISSUED,
    *period_segments("promised", PROMISED),
    *(date_segment(code, f"delivery {code}") for code in _DELIVERY_DATES[:2]),
    notes(),
    reference("ON", "order_number"),
    reference("PP", "change_number"),
    *parties("buyer", "seller"),
    CURRENCY,
    Group(LINE, "lines", many=True),
    SECTION,
    LINE_COUNT,
    load=_load_response,
    dump=_dump_response,
    also={
        "status": None,
        "purpose": None,
        "promised": frozenset({"start", "end"}),
        "lines": _LINE_PATHS,
    },
)
