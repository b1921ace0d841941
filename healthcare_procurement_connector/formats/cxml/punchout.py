"""PunchOut: the request for a seat in a supplier's shop, where the shop opens, and the cart that comes back."""

from ...core.documents import OrderLine, Party, PunchOutCart, PunchOutRequest, PunchOutStart
from ..errors import FormatError
from ..xml_reader import position
from .codec import Attribute, Branch, Extrinsics, Leaf, Shape, Wrap
from .document import PARTY_PATHS, DocumentType, document
from .envelope import own_envelope
from .order import dump_line, load_line
from .parties import PLACE, Contacts, own_id
from .parts import (
    ITEM_ID,
    ITEM_PATHS,
    MODIFICATION,
    PRICE_PATHS,
    QUANTITY,
    SHIPPING,
    item_detail,
    refuse_sign,
    take_shipping,
    unsigned,
)
from .values import COMMENTS, DAY, MONEY, MONEY_INSIDE, NO_CURRENCY, TEXT, coded

OPERATIONS = coded({word: word for word in ("create", "edit", "inspect")})
ALLOWED = coded({"edit": True, "create": False, "inspect": False})


# Lines -----------------------------------------------------------------------------------------------------


class _NoPrice:
    """A request has no currency, so nothing in it has a price; cXML wants one all the same."""

    tag = "UnitPrice"
    required = False
    fields = ()
    xml = f'<UnitPrice><Money currency="{NO_CURRENCY}"></Money></UnitPrice>'

    def read(self, element, values, reading):
        if reading.text_of(element).strip():
            reading.not_understood(element)

    def write(self, values, writing):
        writing.put(self.xml)


def _line(*attributes, detail, also):
    shape = Shape(
        OrderLine,
        QUANTITY,
        Attribute("lineNumber", "number"),
        *attributes,
        Wrap("ItemID", *ITEM_ID, required=True),
        detail,
        Leaf("Comments", "note", COMMENTS, joined=True),
        load=load_line,
        dump=lambda line, writing: dump_line(shape)(line, writing),
        also={"item": ITEM_PATHS, "quantity": frozenset({"value", "unit"})} | also,
    )
    return shape


REQUESTED = _line(
    Attribute("requestedDeliveryDate", "requested_delivery_end", DAY),
    detail=item_detail(_NoPrice(), requestedDeliveryStart=("requested_delivery_start", DAY)),
    also={"requested_delivery": frozenset({"start", "end"})},
)
IN_CART = _line(
    detail=item_detail(netAmount=("amount", MONEY_INSIDE)),
    also={"price": PRICE_PATHS, "amount": None},
)


# Documents -------------------------------------------------------------------------------------------------


def _issued(values, reading):
    """These documents have no date of their own: they are as old as their message."""
    if reading.day:
        values["issued"] = reading.day


def _load_request(values, element, reading):
    _issued(values, reading)
    users = [values.pop(name, None) for name in ("user_email", "user_name")]
    for other in list(filter(None, users))[1:]:
        reading.not_understood(element, f"user {other}")
    values["user"] = next(filter(None, users), None)


REQUEST = document(
    PunchOutRequest,
    Attribute("operation", "operation", OPERATIONS),
    Leaf("BuyerCookie", "number", required=True),
    Extrinsics(UserEmail=("user_email", TEXT), UniqueName=("user_name", TEXT)),
    Wrap("BrowserFormPost", Leaf("URL", "return_url")),
    Contacts(buyer=("buyerCorporate",), seller=("supplierCorporate",)),
    Branch("ShipTo", PLACE, "deliver_to"),
    Branch("ItemOut", REQUESTED, "lines", many=True),
    load=_load_request,
    dump=lambda request, values, writing: values.update(user_email=values.pop("user")),
    also={"issued": None, "user": None, "buyer": PARTY_PATHS, "seller": PARTY_PATHS},
)


def _load_cart(values, element, reading):
    _issued(values, reading)
    charges = (*values.pop("charges", ()), *take_shipping(values))
    values["charges"] = tuple(map(unsigned, charges))


def _dump_cart(cart, values, writing):
    """A cart names buyer and seller by nothing but the credentials."""
    refuse_sign(cart.charges)
    envelope = own_envelope(cart.envelope)
    for party, told in ((cart.seller, envelope.sender), (cart.buyer, envelope.receiver)):
        pair = told or own_id(party)
        if party is not None and party != Party(ids=(pair,)):
            raise FormatError("not_carried", "Party", "a cart names a party by one id")


CART = document(
    PunchOutCart,
    Leaf("BuyerCookie", "number", required=True),
    Wrap(
        "PunchOutOrderMessageHeader",
        Attribute("operationAllowed", "editable", ALLOWED, required=True),
        Wrap(
            "Total",
            Leaf("Money", "total", MONEY, required=True),
            Wrap("Modifications", MODIFICATION),
            required=True,
        ),
        Branch("ShipTo", PLACE, "deliver_to"),
        SHIPPING,
        required=True,
    ),
    Branch("ItemIn", IN_CART, "lines", many=True),
    load=_load_cart,
    dump=_dump_cart,
    also={
        "issued": None,
        "currency": None,
        "buyer": frozenset({"ids"}),
        "seller": frozenset({"ids"}),
    },
)


def _load_start(values, element, reading):
    _issued(values, reading)
    if reading.envelope.control is None:
        raise FormatError("missing", position(element), "no payload ID")
    values["number"] = reading.envelope.control


START = document(
    PunchOutStart,
    Wrap("StartPage", Leaf("URL", "url", required=True), required=True),
    load=_load_start,
    also={"number": None, "issued": None},
)

TYPES = (
    DocumentType("PunchOutSetupRequest", REQUEST, by_buyer=True),
    DocumentType("PunchOutOrderMessage", CART, body="Message"),
    DocumentType("PunchOutSetupResponse", START, body="Response"),
)
