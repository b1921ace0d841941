"""855, a purchase order acknowledgement, and 865, which answers a change or proposes one: order responses both."""

from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from ...core.documents import Item, OrderResponse, OrderResponseLine, Period, Quantity
from ..errors import FormatError
from ..segments.codec import Element, Group, Ignored, Segment, Shape, not_carried
from ..segments.values import DATE, NUMBER, SEQUENCE, coded
from .codes import (
    DELIVERY_DATES,
    LINE_ACTIONS,
    LINE_REASONS,
    LINE_STATUSES,
    LINE_STATUSES_WRITTEN,
    PARTIAL,
    RESPONSE_STATUSES,
    SHIP_DATES,
)
from .order import CURRENCY
from .parts import (
    CTP,
    ITEM_IDS,
    ITEM_NAME,
    ITEM_PATHS,
    PROMISED,
    UNSAID,
    check_count,
    date_segment,
    item_values,
    note_values,
    notes,
    parties,
    period_segments,
    period_values,
    purpose_kind,
    take_item,
    take_parties,
    take_period,
    tell_ids,
)
from .values import NUMBER_22, REFERENCE, Ids, PriceAt, QuantityAt

# What a line without an answer of its own says, by the code of the whole answer.
ANSWERED_BY_HEADING = {
    "AD": "accepted",
    "AT": "accepted",
    "AK": "accepted",
    "RD": "rejected",
    "RJ": "rejected",
}
MOST_ANSWERS = 104


# Answers ---------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    """What one ACK says; the line around it says the rest."""

    code: str
    quantity: Quantity | None
    promised: Period | None
    ids: dict


def _load_answer(values, segment, reading):
    qualifier, day = values.pop("date kind", ""), values.pop("date", None)
    promised = take_period(values, "promised", segment, reading)
    if day and qualifier in SHIP_DATES:
        reading.remark("ship_date", segment, f"{day} is when it leaves")
    elif day and qualifier not in DELIVERY_DATES:
        reading.not_understood(segment, f"date {qualifier} {day}")
        day = None
    if day and promised is None:
        promised = Period(day, day)
    code = values.get("code", "")
    if code not in LINE_STATUSES:
        raise FormatError("unknown_code", reading.position(segment, 1), f"status {code[:60]!a}")
    return Answer(code, values.get("quantity"), promised, values.get("ids", {}))


def _dump_answer(line, writing):
    period = line.promised
    values = {"code": LINE_STATUSES_WRITTEN[line.status], "quantity": line.quantity}
    if period and period.start is not None and period.start == period.end:
        values |= {"date kind": PROMISED[0], "date": period.start}
    else:
        values |= period_values("promised", period)
    if line.substitute:
        if line.substitute.name is not None:
            raise not_carried("OrderResponseLine.substitute.name", "X12 has no place for this here")
        values["ids"] = item_values(line.substitute, writing)["ids"]
    return values


ANSWER = Shape(
    None,
    Segment(
        "ACK",
        Element(1, "code"),
        QuantityAt(2, 3, "quantity"),
        Element(4, "date kind", beside=True),
        Element(5, "date", DATE),
        Ignored(6),
        Ids(7),
        open_end=7,
    ),
    *period_segments("promised", PROMISED),
    load=_load_answer,
    dump=_dump_answer,
)


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, segment, reading):
    """The answers of one line; ``None`` stands for the status that only the heading knows."""
    answers = values.pop("answers", ())
    values.pop("note_reference", None)
    values.pop("action", None)
    item = take_item(values)
    tell_ids(values, segment, reading)
    common = {
        "order_line": values.get("order_line"),
        "item": item if item != Item() else None,
        "price": values.get("price"),
        "reason": values.get("reason"),
    }
    ordered = values.get("quantity")
    if not answers:
        return (OrderResponseLine(status=None, quantity=ordered, **common),)
    found = []
    for answer in answers:
        found.extend(_lines_of(answer, common, ordered, len(answers) == 1, segment, reading))
    return tuple(found)


def _lines_of(answer, common, ordered, only, segment, reading):
    status = LINE_STATUSES[answer.code]
    quantity = answer.quantity or (ordered if only else None)
    values = common | {"status": status, "quantity": quantity, "promised": answer.promised}
    if values["reason"] is None:
        values["reason"] = LINE_REASONS.get(answer.code)
    if answer.ids:
        substitute = Item(**{field: answer.ids[field] for field in ITEM_IDS if field in answer.ids})
        if status == "substituted":
            values["substitute"] = substitute
        elif not _same(substitute, common["item"]):
            reading.not_understood(segment, f"another item: {answer.ids}")
    if answer.code == PARTIAL and only:
        yield from _split(values, answer.quantity, ordered, segment, reading)
    else:
        yield OrderResponseLine(**values)


def _split(values, shipped, ordered, segment, reading):
    """Part of a line ships and the rest is on back order: two answers, if both quantities are known."""
    if shipped is None or ordered is None or shipped.unit not in (None, ordered.unit):
        reading.remark("missing", segment, "how much of the line is on back order")
        yield OrderResponseLine(**values)
        return
    rest = Quantity(ordered.value - shipped.value, ordered.unit)
    yield OrderResponseLine(**values | {"status": "changed"})
    if rest.value > 0:
        yield OrderResponseLine(**values | {"quantity": rest, "promised": None})


def _same(told, item):
    known = item or Item()
    return all(getattr(told, field) in (None, getattr(known, field, None)) for field in ITEM_IDS)


def _dump_line(answers, writing):
    """The line is told once for all answers to it that follow each other and differ in nothing but the ACK."""
    first = answers[0]
    values = {
        "order_line": first.order_line,
        "quantity": _sum(answers),
        "price": first.price,
        "reason": first.reason,
        "answers": answers,
        "action": "change",
    }
    return values | item_values(first.item or Item(), writing) | note_values(first.reason)


def _sum(answers):
    """The ordered quantity, as far as it shows; it must not be mistaken for that of an answer without one."""
    quantities = [answer.quantity for answer in answers]
    if None in quantities or len({quantity.unit for quantity in quantities}) > 1:
        return None
    return Quantity(sum((each.value for each in quantities), Decimal(0)), quantities[0].unit)


def _check_line(line):
    if line.status not in LINE_STATUSES_WRITTEN:
        raise not_carried("OrderResponseLine.status", f"X12 has no code for {line.status!r:.60}")
    if (line.substitute is not None) != (line.status == "substituted"):
        raise not_carried(
            "OrderResponseLine.substitute", "only a substituted line has a substitute"
        )
    if line.item is not None and not any(
        getattr(line.item, field) for field in (*ITEM_IDS, "name", "udi")
    ):
        raise not_carried("OrderResponseLine.item", "an item that says nothing")


def together(lines):
    """The lines of a response as they are written, those for one PO1 together."""
    for line in lines:
        _check_line(line)
    found = []
    for _key, answers in groupby(
        lines, lambda line: (line.order_line, line.item, line.price, line.reason)
    ):
        answers = list(answers)
        if answers[0].order_line is None:
            found.extend((answer,) for answer in answers)
        else:
            found.extend(
                tuple(answers[start : start + MOST_ANSWERS])
                for start in range(0, len(answers), MOST_ANSWERS)
            )
    return tuple(found)


_LINE_DETAILS = (CTP, ITEM_NAME, Group(ANSWER, "answers", many=True), *notes("reason"))
LINE = Shape(
    None,
    Segment(
        "PO1",
        Element(1, "order_line", REFERENCE),
        QuantityAt(2, 3, "quantity"),
        PriceAt(4, 5, 3),
        Ids(6),
        always=True,
        open_end=6,
    ),
    *_LINE_DETAILS,
    load=_load_line,
    dump=_dump_line,
)
CHANGED_LINE = Shape(
    None,
    Segment(
        "POC",
        Element(1, "order_line", REFERENCE),
        Element(2, "action", coded(LINE_ACTIONS, {"change": "CA"}, needed=False), beside=True),
        QuantityAt(3, 5, "quantity"),
        Ignored(4),
        PriceAt(6, 7, 5),
        Ids(8),
        always=True,
        open_end=8,
    ),
    *_LINE_DETAILS,
    load=_load_line,
    dump=_dump_line,
)
_LINE_PATHS = frozenset(
    {"order_line", "status", "reason", "quantity.value", "quantity.unit"}
    | {"price.value", "price.per.value", "price.per.unit", "promised.start", "promised.end"}
    | {f"item.{field}" for field in ITEM_PATHS}
    | {f"substitute.{field}" for field in ITEM_IDS}
)


# Documents -------------------------------------------------------------------------------------------------


def _load_response(values, segment, reading):
    """A supplier's answer without a number of its own gets one of the order and how it travelled.

    The change it answers is named in REF*PP or, as changes are numbered within their order, by its sequence.
    """
    take_parties(values, segment, reading)
    if period := take_period(values, "promised", segment, reading):
        values["promised"] = period
    for field, told in (("other delivery", "delivery"), ("shipping", "leaves")):
        if (day := values.pop(field, None)) and "promised" not in values:
            values["promised"] = Period(day, day)
            if told == "leaves":
                reading.remark("ship_date", segment, f"{day} is when it leaves")
    for field in ("note_reference", "order date"):
        values.pop(field, None)
    sequence = values.pop("sequence", None)
    if sequence and "order_number" in values:
        values.setdefault("change_number", f"{values['order_number']}-{sequence}")
    code = values.pop("code", None)
    if code is not None:
        values["status"] = RESPONSE_STATUSES[code]
    lines = values.pop("lines", ())
    check_count(values, len(lines), segment, reading)
    values["lines"] = tuple(
        _answered(line, code, segment, reading) for answers in lines for line in answers
    )
    if "number" not in values and "order_number" in values:
        envelope = reading.envelope
        travelled = f"{envelope.control}-{envelope.reference}"
        values["number"] = f"{values['order_number']}/{travelled}"
    return RESPONSE.build(values, segment, reading)


def _answered(line, code, segment, reading):
    if line.status is not None:
        return line
    status = ANSWERED_BY_HEADING.get(code)
    if status is None:
        reading.remark("missing", segment, f"an answer to line {line.order_line}")
        status = "pending"
    return OrderResponseLine(
        line.order_line, status, line.item, None, line.quantity, line.price, None, line.reason
    )


def _dump_response(response, writing):
    values = RESPONSE.values_of(response, writing)
    has_lines = bool(response.lines)
    if response.status not in _WRITTEN:
        raise not_carried("OrderResponse.status", f"X12 has no code for {response.status!r:.60}")
    values["code"] = _WRITTEN[response.status][has_lines]
    values["purpose"] = response.purpose or UNSAID
    # The order's date has to be there and is not known here.
    values["order date"] = response.issued
    values["lines"] = together(response.lines)
    values["line_count"] = Decimal(len(values["lines"]))
    return values | note_values(response.note) | period_values("promised", response.promised)


# Of each status, the code of an answer without and with lines.
_WRITTEN = {
    "accepted": ("AT", "AD"),
    "changed": ("AC", "AC"),
    "rejected": ("RJ", "RD"),
    "received": ("AH", "AH"),
}
_PURPOSE = purpose_kind("06")


_CODE = coded({code: code for code in RESPONSE_STATUSES})


def _response(opening, line):
    return Shape(
        OrderResponse,
        opening,
        CURRENCY,
        Segment("REF*PP", Element(2, "change_number", REFERENCE), Ignored(3)),
        *period_segments("promised", PROMISED),
        date_segment("017", "other delivery"),
        date_segment("067", "other delivery"),
        date_segment("068", "shipping"),
        date_segment("079", "shipping"),
        *notes(),
        *parties("buyer", "seller"),
        Group(line, "lines", many=True),
        Segment("CTT", Element(1, "line_count", NUMBER), Ignored(2)),
        load=_load_response,
        dump=_dump_response,
        also={
            "status": None,
            "promised": frozenset({"start", "end"}),
            "lines": _LINE_PATHS,
        },
    )


RESPONSE = _response(
    Segment(
        "BAK",
        Element(1, "purpose", _PURPOSE),
        Element(2, "code", _CODE, required=True),
        Element(3, "order_number", NUMBER_22),
        Element(4, "order date", DATE),
        Ignored(5, 6, 7),
        Element(8, "number", REFERENCE),
        Element(9, "issued", DATE),
    ),
    LINE,
)
CHANGE_RESPONSE = _response(
    Segment(
        "BCA",
        Element(1, "purpose", _PURPOSE),
        Element(2, "code", _CODE, required=True),
        Element(3, "order_number", NUMBER_22),
        Ignored(4),
        Element(5, "sequence", SEQUENCE),
        Element(6, "order date", DATE),
        Ignored(7, 8),
        Element(9, "number", REFERENCE),
        Element(10, "issued", DATE),
    ),
    CHANGED_LINE,
)
