"""Order response: simple, advanced, and the order agreement, which is one without questions."""

from ...core.documents import OrderResponse, OrderResponseLine
from ..errors import FormatError
from .codec import Branch, Leaf, Shape, Wrap
from .document import ISSUED, NOTE, PEPPOL_PROFILE, PEPPOL_TRANSACTION, document
from .parties import company, role
from .parts import ITEM, PERIOD, PRICE
from .values import QUANTITY, REFERENCE, UNKNOWN, coded

# UNCL4343 and UNCL1229 as Peppol BIS 3 uses them; older guides answered with codes of UNCL1225.
STATUSES = {"AB": "received", "AP": "accepted", "RE": "rejected", "CA": "changed"}
LINE_STATUSES = {"1": "added", "3": "changed", "5": "accepted", "7": "rejected", "42": "delivered"}
OBSOLETE = {"27": "rejected", "29": "accepted", "30": "changed"}

RESPONDING = (PEPPOL_TRANSACTION.format("order_response"), PEPPOL_PROFILE.format("ordering"))
AGREEMENT = ":order_agreement:"


# Lines -----------------------------------------------------------------------------------------------------
#
# UBL has no code for a substitute or a back order: both are changes. A changed line with a substitute item is
# "substituted". A back order is a quantity beside the one that comes now: it makes an answer of its own.


def _load_line(values, element, reading):
    """The answers of one line: the line's own, and one for what is on back order."""
    for number in ("id", "substitute_id"):
        values.pop(number, None)
    values.setdefault("order_line", None)
    _agree(values, reading)
    changed = values.get("status") == "changed"
    if changed and "substitute" in values:
        values["status"] = "substituted"
    backorder = values.pop("backorder", None)
    if backorder is None or backorder.value <= 0:
        if backorder is not None:
            reading.not_understood(element, f"back order {backorder.value}: the rest will not come")
        return (LINE.build(values, element, reading),)
    waiting = {"status": "backordered", "quantity": backorder}
    if changed and not values.keys() & {"quantity", "substitute"}:
        return (LINE.build(values | waiting, element, reading),)
    waiting |= {"order_line": values["order_line"], "item": values.get("item")}
    return tuple(LINE.build(each, element, reading) for each in (values, waiting))


def _agree(values, reading):
    """An order agreement has no codes: it says what both sides have accepted."""
    if AGREEMENT in reading.customization:
        values.setdefault("status", "accepted")


def _dump_line(line, writing):
    values = LINE.values_of(line)
    values["id"] = writing.next_number()
    values["order_line"] = line.order_line or UNKNOWN
    if line.status == "substituted":
        _demand(line.substitute, "a substituted line needs the substitute")
        values["status"] = "changed"
    elif line.status == "backordered":
        _demand(
            line.quantity and line.quantity.value > 0, "a back order needs a quantity above zero"
        )
        if line.substitute:
            raise FormatError("not_carried", "", "a back order cannot have a substitute")
        values |= {"status": "changed", "backorder": line.quantity, "quantity": None}
    if line.substitute:
        values["substitute_id"] = "1"
    return values


def _demand(condition, reason):
    if not condition:
        raise FormatError("missing", "", reason)


LINE = Shape(
    OrderResponseLine,
    Wrap(
        "LineItem",
        Leaf("ID", "id"),
        Leaf("Note", "reason", joined=True),
        Leaf("LineStatusCode", "status", coded(LINE_STATUSES, OBSOLETE)),
        Leaf("Quantity", "quantity", QUANTITY),
        Leaf("MaximumBackorderQuantity", "backorder", QUANTITY),
        Wrap("Delivery", Branch("PromisedDeliveryPeriod", PERIOD, "promised")),
        Branch("Price", PRICE, "price"),
        Branch("Item", ITEM, "item", required=True),
    ),
    Wrap(
        "SellerSubstitutedLineItem",
        Leaf("ID", "substitute_id"),
        Branch("Item", ITEM, "substitute"),
    ),
    Wrap("OrderLineReference", Leaf("LineID", "order_line", REFERENCE), required=True),
    load=_load_line,
    dump=_dump_line,
)


# Document --------------------------------------------------------------------------------------------------


def _load_response(values, element, reading):
    values["lines"] = tuple(answer for answers in values.get("lines", ()) for answer in answers)
    _agree(values, reading)


TYPES = (
    document(
        "OrderResponse",
        OrderResponse,
        RESPONDING,
        ISSUED,
        Leaf("OrderResponseCode", "status", coded(STATUSES, OBSOLETE)),
        NOTE,
        Leaf("DocumentCurrencyCode", "currency"),
        Wrap("OrderReference", Leaf("ID", "order_number", required=True)),
        # Not in UBL 2.1, but in the newer one that Peppol's answer to a change is written in.
        Wrap("OrderChangeDocumentReference", Leaf("ID", "change_number")),
        role("SellerSupplierParty", company("sender"), "seller", required=True),
        role("BuyerCustomerParty", company("receiver"), "buyer", required=True),
        Wrap("Delivery", Branch("PromisedDeliveryPeriod", PERIOD, "promised")),
        Branch("OrderLine", LINE, "lines", many=True),
        load=_load_response,
    ),
)
