"""cXML 1.2: orders and their answers, ship notices, invoices, PunchOut, statuses.

Read is whatever can be read without guessing; what was not understood is told in the document's remarks. The
document type that every file names is passed over: it is never fetched. Written is what the DTDs declare; what
cXML has no element for goes into extrinsics, which partners that do not know them pass over.

Dates are days: written as noon in Greenwich, read as they stand.
"""

from ...core.documents import Receipt
from ..base import Format
from ..errors import FormatError
from ..xml_reader import MAX_BYTES, load
from . import confirmation, invoice, order, punchout, response, ship_notice
from .context import Reading, Writing
from .envelope import own_envelope, read_header, written, written_response
from .secret import shown_secrets, with_secret, without_secrets
from .values import DAY

__all__ = ["FORMAT", "parse", "render", "shown_secrets", "with_secret", "without_secrets"]

_TYPES = (
    *order.TYPES,
    *confirmation.TYPES,
    *ship_notice.TYPES,
    *invoice.TYPES,
    *punchout.TYPES,
    *response.TYPES,
)
_BODIES = ("Request", "Message", "Response")
_BY_ELEMENT = {(each.body, each.element): each for each in _TYPES if each is not response.ANSWER}
_BY_CLASS = {each.shape.cls: each for each in reversed(_TYPES)}


def parse(raw, *, strict=False, max_bytes=MAX_BYTES):
    root = load(raw, max_bytes, external_doctype=True)
    if root.tag != "cXML":
        raise FormatError("unsupported_type", "/", f"no reader for {root.tag}")
    body = next((each for each in root if each.tag in _BODIES), None)
    if body is None:
        raise FormatError("missing", "/cXML", "neither Request, Message nor Response")
    found, element = _content(body)
    header = read_header(root, body)
    credentials = dict(zip(found.sides(), (header.sender, header.receiver), strict=True))
    reading = Reading(strict, header.envelope, credentials, _day(root))
    for strange, text in header.strange:
        reading.not_understood(strange, text)
    for other in body:
        if other is not element and other.tag != response.STATUS:
            reading.not_understood(other)
    return [found.shape.read(element, reading)]


def _content(body):
    """The type of what the body holds, and the element that its shape begins at."""
    if body.tag == "Response" and response.is_receipt(body):
        return response.ANSWER, body
    for element in body:
        if (body.tag, element.tag) == ("Request", order.ELEMENT):
            return order.of_element(element), element
        if (body.tag, element.tag) in _BY_ELEMENT:
            return _BY_ELEMENT[body.tag, element.tag], element
    names = ", ".join(each.tag for each in body) or "nothing"
    raise FormatError("unsupported_type", f"/cXML/{body.tag}", f"no reader for {names}")


def _day(root):
    text = (root.get("timestamp") or "").strip()
    try:
        return DAY.parse(text, None) if text else None
    except FormatError as error:
        raise error.at("/cXML/@timestamp") from None


def render(document, *, timestamp=None):
    """``timestamp``, an aware datetime, says when the message is made: else noon of the day of issue."""
    wanted = _BY_CLASS.get(type(document))
    if isinstance(document, Receipt):
        wanted = response.of_receipt(document)
    if wanted is None:
        raise FormatError(
            "unsupported_type", "", f"cXML is not written for {type(document).__name__}"
        )
    envelope = own_envelope(document.envelope)
    writing = Writing(getattr(document, "currency", None), envelope)
    try:
        wanted.write(document, writing)
        frame = written_response if wanted.body == "Response" else written
        return frame(wanted, document, envelope, "".join(writing.xml), timestamp).encode()
    except FormatError as error:
        raise error.inside(f"/cXML/{wanted.body}") from None


FORMAT = Format(
    code="cxml",
    name="cXML 1.2",
    content_type="text/xml",
    carries={cls: each.shape.paths for cls, each in _BY_CLASS.items()},
    parse=parse,
    render=render,
)
