"""The message level response to a document that came in: whether it could be read."""

from ...core.documents import Envelope, Receipt, ReceiptError
from ..errors import FormatError
from ..xml_reader import load
from .application_response import RECEIVING, SCOPE
from .document import SYNTAX

_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
# Of the list of status reasons of Peppol: the syntax is violated.
_SYNTAX_VIOLATION = "SV"


def receipts(raw, control, prepared, max_bytes, read):
    """A receipt for the document, none for a receipt; ``read`` reads the bytes or raises.

    None either for a document without number or electronic addresses: nobody could be told.
    """
    root = load(raw, max_bytes)
    number = (root.findtext(f"{_CBC}ID") or "").strip()
    # Whoever sends a document stands in it before whoever gets it.
    addresses = [_address(each) for each in root.iter(f"{_CBC}EndpointID")]
    status, errors, kind = "accepted", (), None
    try:
        (document,) = read(raw)
    except FormatError as error:
        reason = f"{error.code}: {error.reason}"[:500]
        status, errors = (
            "rejected",
            (ReceiptError(_SYNTAX_VIOLATION, error.position or None, reason),),
        )
    else:
        kind = type(document)
    if kind is Receipt or not number or len(addresses) < 2:
        return []
    return [
        Receipt(
            number=control,
            envelope=Envelope(
                syntax=SYNTAX,
                customization=RECEIVING[0],
                profile=RECEIVING[1],
                sender=addresses[1],
                receiver=addresses[0],
            ),
            status=status,
            scope=SCOPE,
            control=number,
            issued=prepared.date() if prepared else None,
            errors=errors,
        )
    ]


def _address(element):
    return (element.get("schemeID") or "").strip(), (element.text or "").strip()
