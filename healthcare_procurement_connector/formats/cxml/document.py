"""What every cXML document has in common."""

from dataclasses import dataclass, fields

from ...core.documents import Party
from .codec import Shape
from .envelope import CARRIED
from .parties import PLACE

PARTY_PATHS = PLACE.paths
# What comes before the content of a Response.
STATUS_OK = '<Status code="200" text="OK" xml:lang="en"></Status>'
PURPOSES = {"new": "original", "update": "replace", "delete": "cancel"}


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A cXML document: the element below the body, its shape, and in which DTD it is declared.

    ``by_buyer``: whether the buyer sends it.
    """

    element: str
    shape: Shape
    by_buyer: bool = False
    body: str = "Request"
    dtd: str = "cXML.dtd"
    dtd_version: str = "1.2.063"

    def write(self, document, writing):
        if self.body == "Response":
            writing.put(STATUS_OK)
        self.shape.write_as(self.element, document, writing, keep=True)

    def parties(self, document):
        """Sender and receiver."""
        buyer, seller = getattr(document, "buyer", None), getattr(document, "seller", None)
        return (buyer, seller) if self.by_buyer else (seller, buyer)

    def sides(self):
        return ("buyer", "seller") if self.by_buyer else ("seller", "buyer")


def document(cls, *members, load=None, dump=None, also=None):
    """The shape of a document.

    ``load(values, element, reading)`` and ``dump(obj, values, writing)`` adapt the values in place, where there
    is something to adapt. A party that has no ids of its own is the one that the header names.
    """
    own = {field.name for field in fields(cls)}

    def load_document(values, element, reading):
        if load:
            load(values, element, reading)
        if "currency" in own:
            values["currency"] = reading.currency(values.get("currency"))
        for field, ids in reading.credentials.items():
            party = values.get(field) or Party()
            if field in own and ids and not party.ids:
                values[field] = Party(party.name, ids, party.address)
        values["envelope"] = reading.envelope
        values["remarks"] = reading.remarks()
        return shape.build(values, element, reading)

    def dump_document(obj, writing):
        values = shape.values_of(obj)
        if dump:
            dump(obj, values, writing)
        return values

    shape = Shape(
        cls,
        *members,
        load=load_document,
        dump=dump_document,
        also={"envelope": CARRIED} | (also or {}),
    )
    return shape
