"""Parties: addresses, contacts by their role, and the domains that ids are from."""

from ...core.documents import Address, Party
from ..errors import FormatError
from ..xml_writer import attribute
from .codec import Attribute, Branch, Leaf, Shape, Wrap
from .values import COUNTRY, LOCAL_TEXT, STREET

VAT = "VAT"
# Domains of credentials and ids that have a scheme of ISO 6523; all others are schemes of their own.
SCHEMES = {"GLN": "0088", "DUNS": "0060", "vatID": VAT}
_DOMAINS = {scheme: domain for domain, scheme in SCHEMES.items()}


def scheme_of(domain):
    return SCHEMES.get(domain, domain)


def domain_of(scheme):
    return _DOMAINS.get(scheme, scheme)


# Ids -------------------------------------------------------------------------------------------------------


def _load_reference(values, element, reading):
    """A pair of domain and identifier, as it stands."""
    if "identifier" not in values:
        return None
    return values.get("domain", ""), values["identifier"]


REFERENCE = Shape(
    None,
    Attribute("domain", "domain", always=True),
    Attribute("identifier", "identifier", required=True),
    load=_load_reference,
    dump=lambda pair, writing: {"domain": pair[0], "identifier": pair[1]},
)
ADDRESS_ID = (Attribute("addressID", "id"), Attribute("addressIDDomain", "id_domain"))


# Addresses -------------------------------------------------------------------------------------------------


def _load_address(values, element, reading):
    street, street2, *more = (*values.pop("streets", ()), "", "")
    for line in filter(None, more):
        reading.not_understood(element, line)
    values |= {name: text for name, text in (("street", street), ("street2", street2)) if text}
    return ADDRESS.build(values, element, reading)


def _dump_address(address, writing):
    streets = [address.street or "", *([address.street2] if address.street2 else [])]
    return ADDRESS.values_of(address) | {"streets": streets}


ADDRESS = Shape(
    Address,
    Leaf("Street", "streets", STREET, many=True),
    Leaf("City", "city", always=True),
    Leaf("State", "region"),
    Leaf("PostalCode", "zip"),
    Leaf("Country", "country", COUNTRY, always=True),
    load=_load_address,
    dump=_dump_address,
    also={"street": None, "street2": None},
)


# Parties ---------------------------------------------------------------------------------------------------


def load_party(values, element, reading):
    """The id of the address comes first: it names the place."""
    ids = [(domain, text) for domain, text in values.pop("references", ())]
    if "id" in values:
        ids.insert(0, (values.get("id_domain", ""), values["id"]))
    ids = tuple((scheme_of(domain), text) for domain, text in ids)
    name, address = values.get("name"), values.get("address")
    return Party(name, ids, address) if name or ids or address else None


def dump_party(party, writing):
    pairs = [(domain_of(scheme), text) for scheme, text in party.ids]
    values = {"name": party.name, "address": party.address}
    if party.ids and party.ids[0][0] != VAT:
        values["id_domain"], values["id"] = pairs.pop(0)
    return values | {"references": pairs}


PARTY = {
    "load": load_party,
    "dump": dump_party,
    "also": {"name": None, "ids": None, "address": ADDRESS.paths},
}
_NAME = Leaf("Name", "name", LOCAL_TEXT, always=True)
_POSTAL = Branch("PostalAddress", ADDRESS, "address", keep=True)
_REFERENCES = Branch("IdReference", REFERENCE, "references", many=True)
# A party in a role with an element of its own: ``ShipTo``, ``BillTo``.
PLACE = Shape(
    Party, Wrap("Address", *ADDRESS_ID, _NAME, _POSTAL, required=True), _REFERENCES, **PARTY
)
_CONTACT = Shape(Party, *ADDRESS_ID, _NAME, _POSTAL, _REFERENCES, **PARTY)


class Contacts:
    """Parties told apart by the role of their contact: a table of field to roles, the one written first."""

    tag = "Contact"
    required = False
    many = False
    fields = ()

    def __init__(self, **roles):
        self.roles = roles

    def contact(self, element):
        return element

    def read(self, element, values, reading):
        contact = self.contact(element)
        role = None if contact is None else contact.get("role")
        field = next((field for field, roles in self.roles.items() if role in roles), None)
        rank = self.roles[field].index(role) if field else None
        known = reading.ranks.get(field)
        if field is None or (known is not None and known <= rank):
            reading.not_understood(element, f"{role}: {reading.text_of(element)}")
            return
        party = self.read_party(element, reading)
        if party:
            values[field] = party
            reading.ranks[field] = rank

    def read_party(self, element, reading):
        return _CONTACT.read(element, reading)

    def write(self, values, writing):
        for field, (role, *_others) in self.roles.items():
            if values.get(field) is not None:
                try:
                    self.write_party(role, values[field], writing)
                except FormatError as error:
                    raise error.inside(f"{self.tag}[{role}]") from None

    def write_party(self, role, party, writing):
        values = dump_party(party, writing) | {"role": role}
        _WRITTEN_CONTACT.write_as(self.tag, values, writing)


_WRITTEN_CONTACT = Shape(
    None,
    Attribute("role", "role"),
    *ADDRESS_ID,
    _NAME,
    _POSTAL,
    _REFERENCES,
    dump=lambda values, writing: values,
)


# Credentials -----------------------------------------------------------------------------------------------


def credential(pair):
    scheme, text = pair
    return (
        f"<Credential{attribute('domain', domain_of(scheme))}><Identity>"
        f"{_text(text)}</Identity></Credential>"
    )


def _text(text):
    return LOCAL_TEXT.write(text, None)[1]


def own_id(party):
    """The id that a party is addressed by: its first one that is not a tax number, or else that."""
    ids = party.ids if party else ()
    return next((pair for pair in ids if pair[0] != VAT), ids[0] if ids else None)
