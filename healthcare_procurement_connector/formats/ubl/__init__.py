"""UBL 2.1, by default as Peppol BIS 3: orders and their answers, despatch advices, invoices and the answers to
them, catalogues, message level responses.

Read is whatever can be read without guessing; what was not understood is told in the document's remarks.
Attributes that only name the keeper of a code list are not. Written is UBL valid by its schema; whether it
also satisfies the Peppol rules lies in what the document says, not in how.
"""

from ...core.documents import Invoice
from ..base import Format
from ..errors import FormatError
from ..xml_reader import MAX_BYTES, load
from . import acknowledging, application_response, catalogue, despatch, invoice, order, response
from .context import Reading, Writing
from .document import own_envelope

_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<{{0}} xmlns="{{1}}" xmlns:cac="{_CAC}" xmlns:cbc="{_CBC}">{{2}}</{{0}}>'
)
_TYPES = (
    *order.TYPES,
    *response.TYPES,
    *despatch.TYPES,
    *invoice.TYPES,
    *catalogue.TYPES,
    *application_response.TYPES,
)
_BY_TAG = {each.tag: each for each in _TYPES}
_BY_CLASS = {each.shape.cls: each for each in _TYPES}
# One root element, several documents.
_BY_CUSTOMIZATION = {
    application_response.ROOT: application_response.of_customization,
    catalogue.ROOT: catalogue.of_customization,
}
# One canonical class, two UBL documents.
_BY_KIND = {"invoice": invoice.INVOICE, "credit_note": invoice.CREDIT_NOTE}


def parse(raw, *, strict=False, max_bytes=MAX_BYTES):
    root = load(raw, max_bytes)
    found = _BY_TAG.get(root.tag)
    if found is None:
        raise FormatError("unsupported_type", "/", f"no reader for {root.tag}")
    customization = (root.findtext(f"{{{_CBC}}}CustomizationID") or "").strip()
    if found.root in _BY_CUSTOMIZATION:
        found = _BY_CUSTOMIZATION[found.root](customization, root)
    return [found.shape.read(root, Reading(strict, customization))]


def render(document):
    wanted = _BY_CLASS.get(type(document))
    if isinstance(document, Invoice):
        wanted = _BY_KIND.get(document.kind)
    if wanted is None:
        raise FormatError(
            "unsupported_type", "", f"UBL is not written for {type(document).__name__}"
        )
    writing = Writing(getattr(document, "currency", None), own_envelope(document.envelope))
    try:
        wanted.shape.write(document, writing)
    except FormatError as error:
        raise error.inside(f"/{wanted.root}") from None
    content = "".join(writing.xml)
    return _DOCUMENT.format(wanted.root, wanted.namespace, content).encode()


def acknowledge(raw, control, *, prepared=None, max_bytes=MAX_BYTES):
    """The message level response to what came in, numbered ``control``; none to one that came in.

    FormatError if the bytes are no UBL at all.
    """
    return acknowledging.receipts(raw, control, prepared, max_bytes, parse)


FORMAT = Format(
    code="ubl",
    name="UBL 2.1 (Peppol BIS 3)",
    content_type="application/xml",
    carries={cls: each.shape.paths for cls, each in _BY_CLASS.items()},
    parse=parse,
    render=render,
    acknowledge=acknowledge,
)
