"""Catalogue: a seller's items and prices."""

from typing import NamedTuple

from ...core.documents import Catalogue, CatalogueLine, Pack, Price
from ..errors import FormatError
from ..xml_reader import position
from .codec import Branch, Leaf, Shape, Wrap
from .document import ISSUED, PEPPOL_PROFILE, PEPPOL_TRANSACTION, document
from .parties import PLACE, company, role
from .parts import ITEM
from .values import DATE, MONEY, QUANTITY, coded

ROOT = "Catalogue"
ACTIONS = {"Add": "add", "Replace": "replace", "Update": "update", "Delete": "delete"}
LINE_ACTIONS = {code: action for code, action in ACTIONS.items() if action != "replace"}
PUBLISHING = (
    PEPPOL_TRANSACTION.format("catalogue"),
    PEPPOL_PROFILE.format("catalogue_wo_response"),
)
# The profile in which a shop hands over a cart looks like a catalogue and is none.
PUNCH_OUT = ":punch_out:"


# Lines -----------------------------------------------------------------------------------------------------


class Offer(NamedTuple):
    """A price and the currency it is in: UBL tells it with every amount."""

    price: Price
    currency: str | None


def _load_offer(values, element, reading):
    if "money" not in values:
        return None
    amount, currency = values["money"]
    return Offer(Price(amount, values.get("per")), currency)


_OFFER = Shape(
    Price,
    Leaf("PriceAmount", "money", MONEY),
    Leaf("BaseQuantity", "per", QUANTITY),
    load=_load_offer,
    dump=lambda offer, writing: {
        "money": (offer.price.value, offer.currency),
        "per": offer.price.per,
    },
    also={"value": None},
)


def _load_line(values, element, reading):
    values.pop("id", None)
    offer = values.pop("offer", None)
    if offer:
        values |= offer._asdict()
    content = values.pop("content", None)
    if content and "unit" in values:
        values["packs"] = (Pack(values["unit"], content),)
    elif content:
        reading.not_understood(element, f"what it holds: {content.value} {content.unit}")
    return LINE.build(values, element, reading)


def _dump_line(line, writing):
    return LINE.values_of(line) | {
        "id": writing.next_number(),
        "offer": _offer(line, writing),
        "content": _content(line),
    }


def _offer(line, writing):
    if line.price is None and line.currency is not None:
        raise FormatError("not_carried", "CatalogueLine.currency", "a currency without a price")
    return line.price and Offer(line.price, line.currency or writing.currency)


def _content(line):
    """UBL tells how much is in one orderable unit, nothing of packs in packs and nothing of their GTINs."""
    if not line.packs:
        return None
    pack = line.packs[0]
    if line.packs != (Pack(line.unit, pack.quantity),) or pack.quantity is None:
        reason = "UBL tells the content of the orderable unit only"
        raise FormatError("not_carried", "CatalogueLine.packs", reason)
    return pack.quantity


LINE = Shape(
    CatalogueLine,
    Leaf("ID", "id"),
    Leaf("ActionCode", "action", coded(LINE_ACTIONS)),
    Leaf("OrderableUnit", "unit"),
    Leaf("ContentUnitQuantity", "content", QUANTITY),
    Leaf("MinimumOrderQuantity", "minimum", QUANTITY),
    Wrap(
        "LineValidityPeriod",
        Leaf("StartDate", "valid_from", DATE),
        Leaf("EndDate", "valid_to", DATE),
    ),
    Wrap("RequiredItemLocationQuantity", Branch("Price", _OFFER, "offer")),
    Branch("Item", ITEM, "item", required=True),
    load=_load_line,
    dump=_dump_line,
    also={
        "price": _OFFER.paths,
        "currency": None,
        "packs": frozenset({"unit", "quantity"}),
    },
)


# Document --------------------------------------------------------------------------------------------------


def _load_catalogue(values, element, reading):
    for party, other in (("seller", "provider"), ("buyer", "receiver")):
        told = values.pop(other, None)
        if told and values.setdefault(party, told) != told:
            reading.not_understood(element, f"the {other} is {told.name}")
    values["lines"], values["currency"] = _with_one_currency(values.get("lines", ()))


def _with_one_currency(lines):
    """A currency that all prices share is the document's."""
    currencies = {line.currency for line in lines if line.price}
    if len(currencies) != 1:
        return lines, None
    bare = tuple(
        CatalogueLine(**{name: getattr(line, name) for name in LINE.carried if name != "currency"})
        for line in lines
    )
    return bare, currencies.pop()


def _dump_catalogue(catalogue, values):
    """Who provides the catalogue is the seller, who receives it the buyer."""
    values["provider"] = values.pop("seller")
    values["receiver"] = values.pop("buyer")
    if catalogue.currency and not any(line.price for line in catalogue.lines):
        raise FormatError("not_carried", "currency", "a currency without any price")


TYPES = (
    document(
        ROOT,
        Catalogue,
        PUBLISHING,
        Leaf("ActionCode", "action", coded(ACTIONS)),
        ISSUED,
        Wrap(
            "ValidityPeriod",
            Leaf("StartDate", "valid_from", DATE),
            Leaf("EndDate", "valid_to", DATE),
        ),
        Wrap("ReferencedContract", Leaf("ID", "contract")),
        Branch("ProviderParty", company("sender"), "provider", required=True),
        Branch("ReceiverParty", company("receiver"), "receiver", required=True),
        role("SellerSupplierParty", PLACE, "seller"),
        role("ContractorCustomerParty", PLACE, "buyer"),
        Branch("CatalogueLine", LINE, "lines", required=True, many=True),
        load=_load_catalogue,
        dump=_dump_catalogue,
        also={"currency": None},
    ),
)


def of_customization(customization, root):
    if PUNCH_OUT in customization:
        raise FormatError("unsupported_type", position(root), "a cart of a shop, not a catalogue")
    return TYPES[0]
