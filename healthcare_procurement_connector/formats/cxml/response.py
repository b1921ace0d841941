"""Response and StatusUpdateRequest: what became of a request, as a functional receipt.

A Response answers the request it comes back for and names none; a StatusUpdateRequest tells later what became of
the request it names.
"""

import re

from ...core.documents import Receipt, ReceiptError
from ..errors import FormatError
from ..xml_reader import position, read_text
from ..xml_writer import attribute, escaped
from .codec import Attribute, Wrap
from .document import DocumentType, document

SCOPE = "document"
STATUS = "Status"
# Done; taken, a status update follows; there is nothing to tell.
SUCCESS = {"200": "accepted", "201": "received", "204": "accepted"}
_SUCCESS = {
    status: (code, text)
    for status, code, text in (
        ("accepted", "200", "OK"),
        ("received", "201", "Accepted"),
    )
}
_REFUSED = re.compile(r"[45][0-9]{2}")


class _Status:
    """(code, text, explanation) of the element ``Status``."""

    def read(self, element, reading):
        code = (element.get("code") or "").strip()
        if code not in SUCCESS and not _REFUSED.fullmatch(code):
            reason = f"{code[:60]!a} is no status"
            raise FormatError("unknown_code", f"{position(element)}/@code", reason)
        return code, (element.get("text") or "").strip() or None, read_text(element)

    def write_as(self, name, value, writing, keep=False):
        code, text, explanation = value
        told = attribute("code", code) + attribute("text", text or "")
        writing.put(f'<{name}{told} xml:lang="en">{escaped(explanation or "")}</{name}>')


class _StatusMember:
    tag = STATUS
    required = False
    fields = ()

    def __init__(self):
        self._kind = _Status()

    def read(self, element, values, reading):
        values["told"] = self._kind.read(element, reading)

    def write(self, values, writing):
        self._kind.write_as(self.tag, values["told"], writing)


def _load(values, element, reading):
    if "told" not in values:
        raise FormatError("missing", position(element), "no Status")
    code, text, explanation = values.pop("told")
    values |= {"scope": SCOPE, "status": SUCCESS.get(code, "rejected")}
    values.setdefault("control", None)
    if reading.envelope.control:
        values["number"] = reading.envelope.control
    if reading.day:
        values["issued"] = reading.day
    if code in SUCCESS:
        values["note"] = explanation
    else:
        values["errors"] = (ReceiptError(code, None, explanation or text),)


def _dump(receipt, values, writing):
    if receipt.scope != SCOPE:
        raise FormatError("not_carried", "scope", f"cXML answers no {receipt.scope}")
    if receipt.status in _SUCCESS:
        if receipt.errors:
            raise FormatError("not_carried", "errors", "a status of success has no errors")
        values["told"] = (*_SUCCESS[receipt.status], receipt.note)
        return
    if receipt.status != "rejected":
        raise FormatError("not_carried", "status", f"cXML has no status for {receipt.status!r}")
    if len(receipt.errors) != 1 or receipt.note is not None:
        raise FormatError("not_carried", "errors", "a Status tells one error and nothing beside it")
    (error,) = receipt.errors
    if error.position is not None or not _REFUSED.fullmatch(error.code or ""):
        reason = "a Status tells an error by a code of 400 to 599, without a position"
        raise FormatError("not_carried", "errors", reason)
    values["told"] = (error.code, None, error.text)


ALSO = {
    "number": None,
    "status": None,
    "scope": None,
    "issued": None,
    "note": None,
    "errors": frozenset({"code", "text"}),
}
RESPONSE = document(Receipt, _StatusMember(), load=_load, dump=_dump, also=ALSO | {"control": None})
UPDATE = document(
    Receipt,
    Wrap("DocumentReference", Attribute("payloadID", "control", required=True)),
    _StatusMember(),
    load=_load,
    dump=_dump,
    also=ALSO,
)


class _Answer(DocumentType):
    """A Response that holds nothing but its status: the shape begins at the body itself."""

    def write(self, document, writing):
        self.shape.write(document, writing)


ANSWER = _Answer(STATUS, RESPONSE, body="Response")
LATER = DocumentType("StatusUpdateRequest", UPDATE)
TYPES = (ANSWER, LATER)


def of_receipt(receipt):
    """With a number it answers a request named by it, without one the request at hand."""
    return ANSWER if receipt.control is None else LATER


def is_receipt(body):
    """Whether a Response tells nothing but a status: one of failure counts for all that stands beside it."""
    status = body.find(STATUS)
    failed = status is not None and (status.get("code") or "").strip() not in SUCCESS
    return failed or all(each.tag == STATUS for each in body)
