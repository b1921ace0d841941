"""ConfirmationRequest: the supplier's answer to an order."""

from itertools import groupby

from ...core.documents import OrderResponse, OrderResponseLine
from ..errors import FormatError
from ..scalars import added
from .codec import Attribute, Branch, Extrinsics, Fixed, Leaf, Shape, Wrap
from .document import PARTY_PATHS, PURPOSES, DocumentType, document
from .parties import Contacts
from .parts import (
    ITEM_ID,
    ITEM_PATHS,
    LOOSE_ITEM,
    PRICE_PATHS,
    QUANTITY,
    UNIT,
    item_detail,
    item_values,
    period_values,
    price_values,
    quantity_values,
    take_item,
    take_period,
    take_price,
    take_quantity,
)
from .values import COMMENTS, DAY, MONEY, NUMBER, QUANTITY_TEXT, TEXT, coded

# What is said of the whole order. Codes that have a second meaning are told in a remark too.
STATUSES = {
    "accept": "accepted",
    "reject": "rejected",
    "detail": "changed",
    "allDetail": "changed",
    "except": "changed",
    "replace": "changed",
    "backordered": "received",
    "requestToPay": "accepted",
}
# What is said of a portion of a line.
LINE_STATUSES = {
    "accept": "accepted",
    "detail": "changed",
    "allDetail": "changed",
    "reject": "rejected",
    "backordered": "backordered",
    "unknown": "pending",
    "requestToPay": "accepted",
}
# An answer is never withdrawn: a later one replaces it.
OPERATIONS = {code: PURPOSES[code] for code in ("new", "update")}
# Of codes with one canonical status the first in its table is written.
HEADER_CODES = {"accepted": "accept", "rejected": "reject", "changed": "detail"}
LINE_CODES = {
    "accepted": "accept",
    "changed": "detail",
    "substituted": "detail",
    "rejected": "reject",
    "backordered": "backordered",
    "pending": "unknown",
}
BEYOND = {
    "backordered": "the whole order is on back order",
    "requestToPay": "a payment is asked for",
    "except": "lines that are not mentioned are accepted as ordered",
}
CODES = coded({code: code for code in {*STATUSES, *LINE_STATUSES}})


# Portions of lines -----------------------------------------------------------------------------------------


def _load_restated(values, element, reading):
    """(item, price) of an item that is stated anew."""
    take_quantity(values)
    return take_item(values, element, reading), take_price(values)


def _dump_restated(restated, writing):
    item, price, quantity = restated
    unit = quantity.unit if quantity else None
    return item_values(item) | quantity_values(quantity) | price_values(price, unit)


RESTATED = Shape(
    None,
    QUANTITY,
    Wrap("ItemID", *ITEM_ID, required=True),
    item_detail(),
    load=_load_restated,
    dump=_dump_restated,
)


def _load_portion(values, element, reading):
    """The values of an answer, but for the line that it is of.

    ``detail`` with an item means another item; everywhere else the item is only named again.
    """
    code = values.pop("code", None)
    if code not in LINE_STATUSES:
        raise FormatError("unknown_code", "ConfirmationStatus/@type", f"{code!a} is no type")
    if code in BEYOND and code != "backordered":
        reading.not_understood(element, BEYOND[code])
    values["status"] = LINE_STATUSES[code]
    values["quantity"] = take_quantity(values)
    values["promised"] = take_period(values, "promised")
    values["price"] = take_price(values)
    restated = values.pop("restated", None)
    if restated:
        item, price = restated
        values["price"] = values["price"] or price
        if code == "detail" and item.seller_code:
            values |= {"status": "substituted", "substitute": item}
        else:
            values.setdefault("item", item)
    return values


def _dump_portion(line, writing):
    values = PORTION.values_of(line)
    if line.status not in LINE_CODES:
        raise FormatError("not_carried", "status", f"cXML has no code for {line.status!r}")
    if (line.status == "substituted") != (line.substitute is not None):
        raise FormatError("missing", "substitute", "a substituted line needs the substitute")
    if line.substitute and not line.substitute.seller_code:
        raise FormatError("missing", "substitute", "a substitute needs the supplier's code")
    values["code"] = LINE_CODES[line.status]
    for part in ("status", "quantity", "promised", "price", "substitute"):
        values.pop(part)
    values |= quantity_values(line.quantity) | period_values(line.promised, "promised")
    if line.substitute:
        values["restated"] = line.substitute, line.price, line.quantity
    elif line.price:
        values |= {"bare_price": line.price.value, "bare_basis": line.price.per}
    return values


def _load_bare(values, element, reading):
    if "bare_price" in values:
        values["price_value"] = values.pop("bare_price")
        values["basis"] = values.pop("bare_basis", None)
    return _load_portion(values, element, reading)


PORTION = Shape(
    OrderResponseLine,
    QUANTITY,
    Attribute("deliveryDate", "promised_end", DAY),
    Attribute("type", "code", CODES),
    UNIT,
    Branch("ItemIn", RESTATED, "restated"),
    Wrap("UnitPrice", Leaf("Money", "bare_price", MONEY)),
    Leaf("Comments", "reason", COMMENTS, joined=True),
    Extrinsics(
        priceBasisQuantity=("bare_basis", QUANTITY_TEXT),
        deliveryStart=("promised_start", DAY),
        orderedItem=("item", LOOSE_ITEM),
    ),
    load=_load_bare,
    dump=_dump_portion,
    also={
        "order_line": None,
        "status": None,
        "item": ITEM_PATHS,
        "substitute": ITEM_PATHS,
        "quantity": frozenset({"value", "unit"}),
        "price": PRICE_PATHS,
        "promised": frozenset({"start", "end"}),
    },
)


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, element, reading):
    number = values.get("order_line")
    portions = values.get("answers", ())
    answers = tuple(OrderResponseLine(order_line=number, **portion) for portion in portions)
    ordered, told = values.get("ordered"), _sum(answers)
    if None not in (ordered, told) and ordered != told:
        reading.deviation("inconsistent", element, f"{ordered} ordered, {told} answered")
    return answers


def _sum(answers):
    """What the portions add up to, where each tells how much, in one unit."""
    quantities = [answer.quantity for answer in answers]
    if None in quantities or len({quantity.unit for quantity in quantities}) != 1:
        return None
    if len(quantities) == 1:
        return quantities[0].value
    return added(quantity.value for quantity in quantities)


def _dump_line(answers, writing):
    first = answers[0]
    return {
        "order_line": first.order_line,
        "ordered": _sum(answers),
        "unit": first.quantity.unit if first.quantity else None,
        "answers": answers,
    }


LINE = Shape(
    None,
    Attribute("quantity", "ordered", NUMBER, always=True),
    Attribute("lineNumber", "order_line", always=True),
    UNIT,
    Branch("ConfirmationStatus", PORTION, "answers", many=True, keep=True),
    load=_load_line,
    dump=_dump_line,
)


# Document --------------------------------------------------------------------------------------------------


def _load_response(values, element, reading):
    code = values.pop("code", None)
    if code is not None:
        if code not in STATUSES:
            raise FormatError("unknown_code", "ConfirmationHeader/@type", f"{code!a} is no type")
        values["status"] = STATUSES[code]
    if code in BEYOND:
        reading.not_understood(element, BEYOND[code])
    if reading.envelope.control:
        values.setdefault("number", reading.envelope.control)
    total = values.pop("total", None)
    if total is not None:
        reading.not_understood(element, f"total {total}")
    values["lines"] = tuple(answer for answers in values.pop("items", ()) for answer in answers)


def _dump_response(response, values, writing):
    if response.status not in HEADER_CODES:
        raise FormatError("not_carried", "status", f"cXML has no code for {response.status!r}")
    values.pop("status")
    values["code"] = HEADER_CODES[response.status]
    groups = groupby(response.lines, key=lambda line: line.order_line)
    values["items"] = [tuple(group) for _number, group in groups]
    if any(line.price for line in response.lines):
        values["currency"] = None


RESPONSE = document(
    OrderResponse,
    Wrap(
        "ConfirmationHeader",
        Attribute("confirmID", "number", required=True),
        Attribute("type", "code", CODES, required=True),
        Attribute("operation", "purpose", coded(OPERATIONS)),
        Attribute("noticeDate", "issued", DAY, required=True),
        Wrap("Total", Leaf("Money", "total", MONEY)),
        Contacts(seller=("supplierCorporate",), buyer=("buyerCorporate",)),
        Leaf("Comments", "note", COMMENTS, joined=True),
        # Where there is a price it tells the currency.
        Extrinsics(currency=("currency", TEXT), orderChange=("change_number", TEXT)),
        required=True,
    ),
    Wrap(
        "OrderReference",
        Attribute("orderID", "order_number", required=True),
        Fixed("DocumentReference", attributes=' payloadID=""'),
        required=True,
    ),
    Branch("ConfirmationItem", LINE, "items", many=True, keep=True),
    load=_load_response,
    dump=_dump_response,
    also={
        "status": None,
        "currency": None,
        "change_number": None,
        "buyer": PARTY_PATHS,
        "seller": PARTY_PATHS,
        "lines": PORTION.paths,
    },
)
TYPES = (DocumentType("ConfirmationRequest", RESPONSE, dtd="Fulfill.dtd"),)
