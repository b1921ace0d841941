"""What every UBL document begins with, and how its envelope is kept."""

from dataclasses import dataclass, fields

from ...core.documents import Envelope
from ..errors import FormatError
from .codec import Leaf, Shape
from .values import DATE

NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
PEPPOL_TRANSACTION = "urn:fdc:peppol.eu:poacc:trns:{}:3"
PEPPOL_PROFILE = "urn:fdc:peppol.eu:poacc:bis:{}:3"
SYNTAX = "ubl"
_ENVELOPE = frozenset({"syntax", "version", "customization", "profile", "sender", "receiver"})

HEADER = (
    Leaf("UBLVersionID", "version"),
    Leaf("CustomizationID", "customization"),
    Leaf("ProfileID", "profile"),
    Leaf("ID", "number", required=True),
)
ISSUED = Leaf("IssueDate", "issued", DATE, required=True)
NOTE = Leaf("Note", "note", joined=True)


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A UBL document: the name of its root element and the shape below it."""

    root: str
    shape: Shape

    @property
    def namespace(self):
        return f"{NAMESPACE}{self.root}-2"

    @property
    def tag(self):
        return f"{{{self.namespace}}}{self.root}"


def document(root, cls, identification, *members, load=None, dump=None, also=None):
    """The document ``root``. ``identification``: the customization and profile of an envelope without.

    ``load(values, element, reading)`` and ``dump(obj, values)`` adapt the values in place, where there is
    something to adapt.
    """

    has_currency = any(field.name == "currency" for field in fields(cls))

    def load_document(values, element, reading):
        if has_currency:
            values["currency"] = reading.currency(values.get("currency"))
        if load:
            load(values, element, reading)
        values["envelope"] = _envelope(values, reading)
        values["remarks"] = reading.remarks()
        return shape.build(values, element, reading)

    def dump_document(obj, writing):
        values = shape.values_of(obj) | _identification(obj.envelope, identification)
        if dump:
            dump(obj, values)
        return values

    shape = Shape(
        cls,
        *HEADER,
        *members,
        load=load_document,
        dump=dump_document,
        also={"envelope": _ENVELOPE} | (also or {}),
    )
    return DocumentType(root, shape)


def _envelope(values, reading):
    return Envelope(
        syntax=SYNTAX,
        version=values.pop("version", None),
        customization=values.pop("customization", None),
        profile=values.pop("profile", None),
        sender=reading.endpoints.get("sender"),
        receiver=reading.endpoints.get("receiver"),
    )


def _identification(envelope, default):
    """What goes into the header. An envelope that was read from UBL stays as it was, any other is filled."""
    if envelope.test:
        raise FormatError("not_carried", "envelope.test", "a UBL document cannot be a test")
    own = own_envelope(envelope)
    if not own.control == own.group == own.reference is None:
        raise FormatError("not_carried", "envelope.control", "a UBL document has no control number")
    ids = own.customization, own.profile
    if own.syntax is None and not any(ids):
        ids = default
    return {"version": own.version, "customization": ids[0], "profile": ids[1]}


def own_envelope(envelope):
    """The envelope, or an empty one in place of another syntax's: what that says means nothing here."""
    return envelope if envelope.syntax in (None, SYNTAX) else Envelope()
