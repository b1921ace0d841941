"""Application response: the buyer's answer to an invoice, or what a reader says of a document it was sent.

Both have the same root; the customization tells them apart.
"""

from ...core.documents import Clarification, InvoiceResponse, Receipt, ReceiptError
from ..errors import FormatError
from ..xml_reader import position, read_text
from ..xml_writer import attribute, escaped
from .codec import Branch, Leaf, Shape, Wrap
from .document import ISSUED, NOTE, PEPPOL_PROFILE, PEPPOL_TRANSACTION, document
from .parties import EndpointParty, company
from .values import DATE, REFERENCE, UNKNOWN, Kind, coded

ROOT = "ApplicationResponse"
ANSWERING = (
    PEPPOL_TRANSACTION.format("invoice_response"),
    PEPPOL_PROFILE.format("invoice_response"),
)
RECEIVING = (PEPPOL_TRANSACTION.format("mlr"), PEPPOL_PROFILE.format("mlr"))
# What begins a customization -> the canonical class; MLS is what takes the place of MLR.
CUSTOMIZATIONS = {
    ANSWERING[0]: InvoiceResponse,
    RECEIVING[0]: Receipt,
    "urn:peppol:edec:mls:": Receipt,
}

# UNCL4343, the subset of T111.
STATUSES = {
    "AB": "received",
    "IP": "in_process",
    "UQ": "under_query",
    "CA": "conditional",
    "RE": "rejected",
    "AP": "accepted",
    "PD": "paid",
}
# UNCL4343, the subset of T71.
VERDICTS = {"AB": "received", "AP": "accepted", "RE": "rejected"}
KINDS = {"OPStatusReason": "reason", "OPStatusAction": "action"}
_LISTS = {kind: name for name, kind in KINDS.items()}
INVOICE_CODE = "380"
SCOPE = "document"


# Invoice response ------------------------------------------------------------------------------------------


def _read_code(element, reading):
    """(kind, code); a code of no list is a reason."""
    name = element.get("listID") or "OPStatusReason"
    if name not in KINDS:
        reading.not_understood(element)
        return None
    code = read_text(element)
    return code and (KINDS[name], code)


def _write_code(value, writing):
    kind, code = value
    if kind not in _LISTS:
        raise FormatError("not_carried", "", f"UBL has no list of codes for {kind!r}")
    return attribute("listID", _LISTS[kind]), escaped(code)


def _load_clarification(values, element, reading):
    if not values:
        return None
    kind, code = values.pop("coded", ("reason", None))
    return Clarification(kind, code, values.get("text"))


def _dump_clarification(clarification, writing):
    if clarification.code is None and clarification.kind != "reason":
        raise FormatError("not_carried", "", f"no code for the {clarification.kind}")
    told = (clarification.kind, clarification.code) if clarification.code else None
    return {"coded": told, "text": clarification.text}


CLARIFICATION = Shape(
    Clarification,
    Leaf("StatusReasonCode", "coded", Kind(_read_code, _write_code)),
    Leaf("StatusReason", "text", joined=True),
    load=_load_clarification,
    dump=_dump_clarification,
    also={"kind": None, "code": None},
)


def _check_customization(values, cls):
    """Without its customization nobody could tell what the document is."""
    told = values["customization"] or ""
    if not any(told.startswith(start) for start, own in CUSTOMIZATIONS.items() if own is cls):
        raise FormatError(
            "missing", "envelope.customization", f"{told or 'none'} is no {cls.__name__}"
        )


def _dump_answer(answer, values):
    _check_customization(values, InvoiceResponse)
    values["code"] = INVOICE_CODE


def _load_answer(values, element, reading):
    code = values.pop("code", None)
    if code not in (None, INVOICE_CODE):
        reading.not_understood(element, f"answers a document of type {code}")


INVOICE_RESPONSE = document(
    ROOT,
    InvoiceResponse,
    ANSWERING,
    ISSUED,
    NOTE,
    Branch("SenderParty", company("sender"), "buyer", required=True),
    Branch("ReceiverParty", company("receiver"), "seller", required=True),
    Wrap(
        "DocumentResponse",
        Wrap(
            "Response",
            Leaf("ResponseCode", "status", coded(STATUSES), required=True),
            Leaf("EffectiveDate", "effective", DATE),
            Branch("Status", CLARIFICATION, "clarifications", many=True),
        ),
        Wrap(
            "DocumentReference",
            Leaf("ID", "invoice_number", required=True),
            Leaf("IssueDate", "invoice_issued", DATE),
            Leaf("DocumentTypeCode", "code"),
        ),
    ),
    load=_load_answer,
    dump=_dump_answer,
)


# Message level response ------------------------------------------------------------------------------------


def _load_error(values, element, reading):
    values.pop("verdict", None)
    return ReceiptError(**values)


def _dump_error(error, writing):
    return ERROR.values_of(error) | {"position": error.position or UNKNOWN}


ERROR = Shape(
    ReceiptError,
    Wrap("LineReference", Leaf("LineID", "position", REFERENCE), required=True),
    Wrap(
        "Response",
        Leaf("ResponseCode", "verdict"),
        Leaf("Description", "text", joined=True),
        Wrap("Status", Leaf("StatusReasonCode", "code")),
        required=True,
    ),
    load=_load_error,
    dump=_dump_error,
)


def _load_receipt(values, element, reading):
    """Accepted in spite of what was found is "errors"."""
    values["scope"] = SCOPE
    values.setdefault("control", None)
    if values.get("status") == "accepted" and values.get("errors"):
        values["status"] = "errors"


def _dump_receipt(receipt, values):
    _check_customization(values, Receipt)
    if receipt.scope != SCOPE:
        raise FormatError("not_carried", "Receipt.scope", f"UBL answers no {receipt.scope}")
    if receipt.status == "errors":
        if not receipt.errors:
            raise FormatError("missing", "Receipt.errors", "accepted with errors, but with which")
        values["status"] = "accepted"
    elif receipt.status == "accepted" and receipt.errors:
        raise FormatError("not_carried", "Receipt.errors", "accepted, and yet there are errors")


RECEIPT = document(
    ROOT,
    Receipt,
    RECEIVING,
    ISSUED,
    EndpointParty("SenderParty", "sender"),
    EndpointParty("ReceiverParty", "receiver"),
    Wrap(
        "DocumentResponse",
        Wrap(
            "Response",
            Leaf("ResponseCode", "status", coded(VERDICTS), required=True),
            Leaf("Description", "note", joined=True),
        ),
        Wrap(
            "DocumentReference",
            Leaf("ID", "control", required=True),
            Leaf("DocumentTypeCode", "type"),
        ),
        Branch("LineResponse", ERROR, "errors", many=True),
    ),
    load=_load_receipt,
    dump=_dump_receipt,
    also={"scope": None},
)
TYPES = (INVOICE_RESPONSE, RECEIPT)


def of_customization(customization, root):
    """Which of both a document is; FormatError if it answers something else."""
    if not customization:
        raise FormatError("missing", position(root), "no customization tells what is answered")
    for start, cls in CUSTOMIZATIONS.items():
        if customization.startswith(start):
            return next(each for each in TYPES if each.shape.cls is cls)
    raise FormatError(
        "unsupported_type", position(root), f"no reader for an answer by {customization}"
    )
