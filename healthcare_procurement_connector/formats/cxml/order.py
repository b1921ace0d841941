"""OrderRequest: an order, its change, its cancellation. A change states the whole order anew."""

from decimal import Decimal

from ...core.documents import Order, OrderCancellation, OrderChange, OrderLine
from ..errors import FormatError
from .codec import Attribute, Branch, Constant, Leaf, Shape, Wrap
from .document import PARTY_PATHS, DocumentType, document
from .parties import PLACE, REFERENCE, Contacts
from .parts import (
    ITEM_ID,
    ITEM_PATHS,
    MODIFICATION,
    PRICE_PATHS,
    QUANTITY,
    SHIPPING,
    item_detail,
    item_values,
    period_values,
    price_values,
    quantity_values,
    refuse_sign,
    take_item,
    take_period,
    take_price,
    take_quantity,
    take_shipping,
    unsigned,
)
from .values import COMMENTS, DAY, INTEGER, MONEY, MONEY_INSIDE, coded

ELEMENT = "OrderRequest"
# UNCL1001.
TYPE_CODES = {"regular": "220", "blanket": "221", "release": "226"}
# What a change does to a line: attributes say two of it, an extrinsic the others.
ACTIONS = {word: word for word in ("add", "keep")}
DELETED = coded({"delete": "delete"})
CHANGED = coded({"yes": "change"})
NUMBER_DOMAIN = "documentNumber"


# Lines -----------------------------------------------------------------------------------------------------


def load_line(values, element, reading):
    """A line without a number has its place in the order as number."""
    values.setdefault("number", reading.count(element))
    quantity = take_quantity(values)
    if quantity is not None:
        values["quantity"] = quantity
    values["item"] = take_item(values, element, reading)
    values["price"] = take_price(values)
    values["requested_delivery"] = take_period(values, "requested_delivery")
    changed, deleted = values.pop("changed", None), values.pop("deleted", None)
    if changed or deleted:
        values["action"] = deleted or changed
    return LINE.build(values, element, reading)


def dump_line(shape):
    def dump(line, writing):
        values = shape.values_of(line)
        for part in ("item", "quantity", "price", "requested_delivery"):
            values.pop(part, None)
        action = values.get("action")
        if action in ("change", "delete"):
            values["deleted" if action == "delete" else "changed"] = values.pop("action")
        return (
            values
            | item_values(line.item)
            | quantity_values(line.quantity)
            | price_values(line.price, line.quantity.unit)
            | period_values(line.requested_delivery, "requested_delivery")
        )

    return dump


def line_shape(*attributes, **extrinsics):
    shape = Shape(
        OrderLine,
        QUANTITY,
        Attribute("lineNumber", "number"),
        Attribute("requestedDeliveryDate", "requested_delivery_end", DAY),
        *attributes,
        Wrap("ItemID", *ITEM_ID, required=True),
        item_detail(
            netAmount=("amount", MONEY_INSIDE),
            requestedDeliveryStart=("requested_delivery_start", DAY),
            **extrinsics,
        ),
        Leaf("Comments", "note", COMMENTS, joined=True),
        load=load_line,
        dump=lambda line, writing: dump_line(shape)(line, writing),
        also={
            "item": ITEM_PATHS,
            "quantity": frozenset({"value", "unit"}),
            "price": PRICE_PATHS,
            "amount": None,
            "requested_delivery": frozenset({"start", "end"}),
            **({"action": None} if attributes else {}),
        },
    )
    return shape


LINE = line_shape()
CHANGED_LINE = line_shape(
    Attribute("operation", "deleted", DELETED),
    Attribute("isItemChanged", "changed", CHANGED),
    lineAction=("action", coded(ACTIONS)),
)


class _NoItem:
    """cXML wants an item even where a whole order is cancelled: an empty one says nothing."""

    tag = None
    required = False
    fields = ()
    xml = '<ItemOut quantity="0"><ItemID><SupplierPartID></SupplierPartID></ItemID></ItemOut>'

    def write(self, values, writing):
        if not values.get("lines"):
            writing.put(self.xml)


def _load_cancelled_line(values, element, reading):
    if values == {"quantity_value": Decimal(0)}:
        return None
    return load_line(values, element, reading)


CANCELLED_LINE = line_shape()
CANCELLED_LINE.load = _load_cancelled_line


# Documents -------------------------------------------------------------------------------------------------


def load_delivery(values):
    values["requested_delivery"] = take_period(values, "requested_delivery")


def _load_order(values, element, reading):
    load_delivery(values)
    last = values.pop("window_end", None)
    if values["requested_delivery"] is None and last:
        values["requested_delivery_end"] = last
        load_delivery(values)
    elif last and values["requested_delivery"].end not in (None, last):
        reading.not_understood(element, f"delivery until {last}")
    charges = (*values.pop("charges", ()), *take_shipping(values))
    values["charges"] = tuple(map(unsigned, charges))


def _load_change(values, element, reading):
    _load_order(values, element, reading)
    for domain, text in values.pop("references", ()):
        if domain == NUMBER_DOMAIN:
            values["number"] = text
        else:
            reading.not_understood(element, f"{domain} {text}")
    if "order_number" in values:
        values.setdefault("number", values["order_number"])


def _dump_order(order, values, writing):
    refuse_sign(order.charges)
    values |= period_values(values.pop("requested_delivery"), "requested_delivery")
    values["revision"] = order.revision or None


def _dump_change(order, values, writing):
    _dump_order(order, values, writing)
    if order.number != order.order_number:
        values["references"] = [(NUMBER_DOMAIN, order.number)]


class _Window:
    """``DeliveryPeriod``: written where a first day is known; the last one also stands at the header."""

    tag = "DeliveryPeriod"
    once = True
    required = False
    fields = ()
    _period = Wrap(
        "Period",
        Attribute("startDate", "requested_delivery_start", DAY, always=True),
        Attribute("endDate", "window_end", DAY, always=True),
        required=True,
    )
    _shape = Wrap(tag, _period, required=True)

    def read(self, element, values, reading):
        self._shape.read(element, values, reading)

    def write(self, values, writing):
        if values.get("requested_delivery_start"):
            last = values.get("requested_delivery_end")
            self._shape.write(values | {"window_end": last}, writing)


def _order(cls, kind, number_field, total, line, *members, load, dump):
    return document(
        cls,
        Wrap(
            "OrderRequestHeader",
            Attribute("orderID", number_field, required=True),
            Attribute("orderDate", "issued", DAY, required=True),
            Constant("type", kind),
            Attribute("orderType", "type_code", coded(TYPE_CODES)),
            Attribute("orderVersion", "revision", INTEGER),
            Attribute("agreementID", "contract"),
            Attribute("requestedDeliveryDate", "requested_delivery_end", DAY),
            Wrap("Total", total, Wrap("Modifications", MODIFICATION), required=True),
            Branch("ShipTo", PLACE, "deliver_to"),
            Branch("BillTo", PLACE, "buyer", required=True),
            SHIPPING,
            Contacts(seller=("supplierCorporate",)),
            Leaf("Comments", "note", COMMENTS, joined=True),
            _Window(),
            *members,
            required=True,
        ),
        *line,
        load=load,
        dump=dump,
        also={
            "seller": PARTY_PATHS,
            "requested_delivery": frozenset({"start", "end"}),
            "currency": None,
            **({"number": None} if number_field != "number" else {}),
        },
    )


def _items(shape):
    return (Branch("ItemOut", shape, "lines", many=True, required=True),)


_DEMANDED_TOTAL = Leaf("Money", "total", MONEY, required=True)
_TOTAL = Leaf("Money", "total", MONEY, always=True)
_NUMBER = Branch("IdReference", REFERENCE, "references", many=True)
KINDS = {
    "new": DocumentType(
        ELEMENT,
        _order(
            Order,
            "new",
            "number",
            _DEMANDED_TOTAL,
            _items(LINE),
            load=_load_order,
            dump=_dump_order,
        ),
        by_buyer=True,
    ),
    "update": DocumentType(
        ELEMENT,
        _order(
            OrderChange,
            "update",
            "order_number",
            _DEMANDED_TOTAL,
            _items(CHANGED_LINE),
            _NUMBER,
            load=_load_change,
            dump=_dump_change,
        ),
        by_buyer=True,
    ),
    "delete": DocumentType(
        ELEMENT,
        _order(
            OrderCancellation,
            "delete",
            "order_number",
            _TOTAL,
            (Branch("ItemOut", CANCELLED_LINE, "lines", many=True), _NoItem()),
            _NUMBER,
            load=_load_change,
            dump=_dump_change,
        ),
        by_buyer=True,
    ),
}
TYPES = tuple(KINDS.values())


def of_element(element):
    """Which of the three an order request is; without a type it is new."""
    header = element.find("OrderRequestHeader")
    kind = "new" if header is None else (header.get("type") or "new").strip()
    if kind not in KINDS:
        raise FormatError("unknown_code", "OrderRequestHeader/@type", f"{kind[:60]!a} is no type")
    return KINDS[kind]
