"""Order, order change and order cancellation."""

from ...core.documents import Order, OrderCancellation, OrderChange, OrderLine, Party
from ..errors import FormatError
from .codec import Branch, Leaf, Shape, Wrap
from .document import ISSUED, NOTE, PEPPOL_PROFILE, PEPPOL_TRANSACTION, document
from .parties import PLACE, company, role
from .parts import (
    ADDRESS,
    CHARGE,
    CHARGE_SUMS,
    ITEM,
    LINE_SUM,
    PERIOD,
    PRICE,
    VAT,
    sums,
    take_sums,
)
from .values import AMOUNT, IDENTIFIER, INTEGER, QUANTITY, coded

# UNCL1229, what a change does to a line.
ACTIONS = {"1": "add", "2": "delete", "3": "change", "4": "keep"}

ORDERING = (PEPPOL_TRANSACTION.format("order"), PEPPOL_PROFILE.format("ordering"))
CHANGING = (PEPPOL_TRANSACTION.format("order_change"), PEPPOL_PROFILE.format("advanced_ordering"))
CANCELLING = (
    PEPPOL_TRANSACTION.format("order_cancellation"),
    PEPPOL_PROFILE.format("advanced_ordering"),
)


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, element, reading):
    """Peppol has the note on the order line; elsewhere it is also found on the line item in it."""
    notes = [values.pop(name, None) for name in ("note", "item_note")]
    if any(notes):
        values["note"] = "\n".join(filter(None, notes))
    return LINE.build(values, element, reading)


def _line(*action):
    return Shape(
        OrderLine,
        NOTE,
        Wrap(
            "LineItem",
            Leaf("ID", "number"),
            Leaf("Note", "item_note", joined=True),
            *action,
            Leaf("Quantity", "quantity", QUANTITY),
            Leaf("LineExtensionAmount", "amount", AMOUNT),
            Wrap("Delivery", Branch("RequestedDeliveryPeriod", PERIOD, "requested_delivery")),
            Branch("AllowanceCharge", CHARGE, "charges", many=True),
            Branch("Price", PRICE, "price"),
            Branch("Item", ITEM, "item", required=True),
        ),
        load=_load_line,
    )


LINE = _line()
CHANGED_LINE = _line(Leaf("LineStatusCode", "action", coded(ACTIONS)))


# Where to deliver ------------------------------------------------------------------------------------------

DELIVERY = Wrap(
    "Delivery",
    Branch("DeliveryAddress", ADDRESS, "delivery_address"),
    Wrap(
        "DeliveryLocation",
        Leaf("ID", "place", IDENTIFIER),
        Leaf("Name", "place_name"),
        Branch("Address", ADDRESS, "place_address"),
    ),
    Branch("RequestedDeliveryPeriod", PERIOD, "requested_delivery"),
    Branch("DeliveryParty", PLACE, "recipient"),
)


def _load_deliver_to(values, element, reading):
    """The place and the party there are one canonical party: the place's id is the most specific."""
    recipient = values.pop("recipient", None) or Party()
    place = values.pop("place", None)
    name = _first(element, reading, recipient.name, values.pop("place_name", None))
    address = _first(
        element,
        reading,
        values.pop("place_address", None),
        recipient.address,
        values.pop("delivery_address", None),
    )
    ids = dict.fromkeys(([place] if place else []) + list(recipient.ids))
    if name or address or ids:
        values["deliver_to"] = Party(name, tuple(ids), address)


def _first(element, reading, *candidates):
    chosen = next(filter(None, candidates), None)
    for other in candidates:
        if other and other != chosen:
            reading.not_understood(element, f"another place to deliver to: {other}")
    return chosen


def _dump_deliver_to(party):
    if party is None:
        return {}
    place = next((pair for pair in party.ids[:1] if pair[0] != VAT), None)
    ids = party.ids[1:] if place else party.ids
    return {
        "place": place,
        "place_address": party.address,
        "recipient": Party(party.name, ids) if party.name or ids else None,
    }


# Confirmations ---------------------------------------------------------------------------------------------
#
# UBL has no code for an order that only confirms what was placed by phone. It is said where people read it, in
# the words that are usual on paper, as the note's first line.

CONFIRMATION = "confirmation"
CONFIRMATION_NOTE = "CONFIRMATION ONLY - DO NOT DUPLICATE"


def _load_purpose(values):
    first, _, rest = (values.get("note") or "").partition("\n")
    if first.strip() == CONFIRMATION_NOTE:
        values["purpose"] = CONFIRMATION
        values["note"] = rest.strip() or None


def _dump_purpose(order, values):
    purpose = values.pop("purpose", None)
    if purpose == CONFIRMATION:
        values["note"] = "\n".join(filter(None, (CONFIRMATION_NOTE, order.note)))
    elif purpose is not None:
        raise FormatError("not_carried", "Order.purpose", f"UBL cannot say {purpose}")


# Documents -------------------------------------------------------------------------------------------------


def _load_new_order(values, element, reading):
    _load_purpose(values)
    _load_order(values, element, reading)


def _dump_new_order(order, values):
    _dump_purpose(order, values)
    _dump_order(order, values)


def _load_order(values, element, reading):
    _load_deliver_to(values, element, reading)
    take_sums(values, element, reading)


def _dump_order(order, values):
    values |= _dump_deliver_to(order.deliver_to)
    if order.total is not None:
        values |= sums(order.lines, order.charges)


PARTIES = (
    role("BuyerCustomerParty", company("sender"), "buyer", required=True),
    role("SellerSupplierParty", company("receiver"), "seller", required=True),
)
CONTRACT = Wrap("Contract", Leaf("ID", "contract"))
CHANGED_ORDER = Wrap("OrderReference", Leaf("ID", "order_number", required=True))
CURRENCY = Leaf("DocumentCurrencyCode", "currency")
CONDITIONS = (
    DELIVERY,
    Branch("AllowanceCharge", CHARGE, "charges", many=True),
    Wrap(
        "AnticipatedMonetaryTotal",
        LINE_SUM,
        *CHARGE_SUMS,
        Leaf("PayableAmount", "total", AMOUNT),
    ),
)
ADAPTED = {"load": _load_order, "dump": _dump_order, "also": {"deliver_to": PLACE.paths}}

TYPES = (
    document(
        "Order",
        Order,
        ORDERING,
        ISSUED,
        Leaf("OrderTypeCode", "type_code"),
        NOTE,
        CURRENCY,
        CONTRACT,
        *PARTIES,
        *CONDITIONS,
        Branch("OrderLine", LINE, "lines", required=True, many=True),
        load=_load_new_order,
        dump=_dump_new_order,
        also=ADAPTED["also"] | {"purpose": None},
    ),
    document(
        "OrderChange",
        OrderChange,
        CHANGING,
        ISSUED,
        Leaf("SequenceNumberID", "revision", INTEGER),
        NOTE,
        CURRENCY,
        CHANGED_ORDER,
        CONTRACT,
        *PARTIES,
        *CONDITIONS,
        Branch("OrderLine", CHANGED_LINE, "lines", required=True, many=True),
        **ADAPTED,
    ),
    document(
        "OrderCancellation",
        OrderCancellation,
        CANCELLING,
        ISSUED,
        Leaf("CancellationNote", "note", required=True, joined=True),
        CHANGED_ORDER,
        CONTRACT,
        *PARTIES,
    ),
)
