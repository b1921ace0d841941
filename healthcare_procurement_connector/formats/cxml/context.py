"""What one reading or one writing of a cXML document knows beside the element at hand."""

from ..xml_context import Reading as XmlReading
from ..xml_context import Writing as XmlWriting
from ..xml_reader import path

__all__ = ["SECRETS", "Reading", "Writing"]

# What proves who the sender is: never kept, not even in a remark.
SECRETS = frozenset({"SharedSecret", "DigitalSignature", "CredentialMac", "Signature"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
# Attributes that only repeat or only name what the rest says: (element, attribute).
_SILENT = frozenset(
    {
        ("Extrinsic", "name"),
        ("OrderReference", "orderDate"),
        ("OrderIDInfo", "orderDate"),
        ("DocumentReference", "payloadID"),
        ("PostalAddress", "name"),
        ("ItemIn", "lineNumber"),
        ("Contact", "role"),
    }
)


class Writing(XmlWriting):
    CURRENCY = "currency"


class Reading(XmlReading):
    reads_attributes = True

    def __init__(self, strict, envelope, credentials, day=None):
        super().__init__(strict)
        self.envelope = envelope
        self.credentials = credentials
        # The day of the message, for documents that have none of their own.
        self.day = day
        # Of several contacts for one party the most fitting role counts: field to its place in the table.
        self.ranks = {}
        self._counts = {}

    def attribute_not_understood(self, element, name):
        text = element.get(name).strip()
        if text and name != _LANGUAGE and (element.tag, name) not in _SILENT:
            self._remarks.tell("not_understood", f"{path(element)}/@{name}", text)

    def text_of(self, element):
        """The texts in an element; where there are none, what its attributes say."""
        text = "".join(_texts(element)).strip()
        told = (f"{name} {value}" for name, value in element.items() if name != _LANGUAGE)
        return text or " ".join(told)

    def count(self, element):
        """Which one of its kind an element is, if each is counted once."""
        self._counts[element.tag] = self._counts.get(element.tag, 0) + 1
        return str(self._counts[element.tag])


def _texts(element):
    if element.tag in SECRETS:
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
