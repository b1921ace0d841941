"""Parties: companies by their legal name, places by the name over the door, and their electronic addresses."""

from ...core.documents import Party
from ..errors import FormatError
from .codec import Branch, Leaf, Shape, Wrap
from .parts import ADDRESS, VAT
from .values import IDENTIFIER


class Endpoint:
    """A party's electronic address. It belongs to the document's envelope, not to the party.

    Where an envelope of our own does not say it, the first id of an ISO 6523 scheme is the address, as is
    usual on Peppol. An envelope that was read stays as it was.
    """

    fields = ()
    required = False

    def __init__(self, side):
        leaf = Leaf("EndpointID", side, IDENTIFIER)
        self.tag = leaf.tag
        self.side = side
        self._leaf = leaf

    def read(self, element, values, reading):
        self._leaf.read(element, reading.endpoints, reading)

    def write(self, values, writing):
        endpoint = getattr(writing.envelope, self.side)
        if endpoint is None and writing.envelope.syntax is None:
            endpoint = _iso_6523(values["ids"])
        self._leaf.write({self.side: endpoint}, writing)


class EndpointParty(Wrap):
    """A party of which only the electronic address is told: who sends or receives a technical answer.

    Nothing but the envelope knows it.
    """

    def __init__(self, name, side):
        self._endpoint = Endpoint(side)
        super().__init__(name, self._endpoint)

    def write(self, values, writing):
        if getattr(writing.envelope, self._endpoint.side) is None:
            raise FormatError("missing", self.name, f"no {self._endpoint.side} in the envelope")
        self._write(values | {"ids": ()}, writing)


def _iso_6523(ids):
    return next((pair for pair in ids if len(pair[0]) == 4 and pair[0].isdigit()), None)


def _load_vat(values, element, reading):
    if values.get("scheme") == VAT and "number" in values:
        return VAT, values["number"]
    reading.not_understood(element)
    return None


_VAT_NUMBER = Shape(
    None,
    Leaf("CompanyID", "number"),
    Wrap("TaxScheme", Leaf("ID", "scheme")),
    load=_load_vat,
    dump=lambda pair, writing: {"number": pair[1], "scheme": VAT},
)


def _party(door_name, dump, legal, side=None):
    return Shape(
        Party,
        *([Endpoint(side)] if side else []),
        Wrap("PartyIdentification", Leaf("ID", "places", IDENTIFIER, many=True), each="places"),
        Wrap("PartyName", Leaf("Name", door_name)),
        Branch("PostalAddress", ADDRESS, "address"),
        Branch("PartyTaxScheme", _VAT_NUMBER, "vat", many=True),
        legal,
        load=_load_party,
        dump=dump,
        also={"name": None, "ids": None},
    )


def _load_party(values, element, reading):
    """Ids run from the place to the company: identifications, legal registration, VAT number."""
    pairs = [*values.pop("places", ()), *values.pop("company", ()), *values.pop("vat", ())]
    if pairs:
        values["ids"] = tuple(sorted(dict.fromkeys(pairs), key=lambda pair: pair[0] == VAT))
    other = values.pop("other_name", None)
    if other and values.setdefault("name", other) != other:
        reading.not_understood(element, other)
    return PLACE.build(values, element, reading)


def _dump_place(party, writing):
    return {
        "name": party.name,
        "address": party.address,
        "ids": party.ids,
        "places": [pair for pair in party.ids if pair[0] != VAT],
        "vat": [pair for pair in party.ids if pair[0] == VAT],
    }


def _dump_company(party, writing):
    """Of several ids the last is the company's own, as ids run from the special to the general."""
    values = _dump_place(party, writing)
    if len(values["places"]) > 1:
        values["company"] = [values["places"].pop()]
    return values


_COMPANY_ID = Leaf("CompanyID", "company", IDENTIFIER, many=True)


def company(side=None):
    """A party known by its legal name; with ``side`` it sends or receives the document."""
    legal = Wrap("PartyLegalEntity", Leaf("RegistrationName", "name"), _COMPANY_ID)
    return _party("other_name", _dump_company, legal, side=side)


# A party known by the name over its door.
PLACE = _party(
    "name",
    _dump_place,
    Wrap("PartyLegalEntity", Leaf("RegistrationName", "other_name"), _COMPANY_ID),
)


def role(name, shape, field, *, required=False):
    """A party in its role: ``BuyerCustomerParty/Party``."""
    return Wrap(name, Branch("Party", shape, field, required=required))
