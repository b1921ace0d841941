"""APERAK, what a partner's application says of one document: a receipt whose scope is the document."""

from ...core.documents import Receipt, ReceiptError
from ..segments.codec import Element, Group, Ignored, Segment, Shape, not_carried
from ..segments.values import coded, text_of
from .codes import ACKNOWLEDGEMENT, APERAK_STATUSES, APPLICATION_ERROR, DOCUMENT_REFERENCES
from .parts import ISSUED, component, notes, reference
from .values import ID

_ERROR = Shape(
    ReceiptError,
    Segment("ERC", Element((1, 0), "code", text_of(8), required=True), Ignored((1, 1), (1, 2))),
    notes("text"),
    reference("LI", "position"),
)


def _load_aperak(values, segment, reading):
    values["scope"] = "document"
    values.setdefault("control", None)
    for qualifier, type_ in DOCUMENT_REFERENCES.items():
        told = values.pop(f"RFF {qualifier}", None)
        if told is None:
            continue
        if values["control"] is None:
            values |= {"control": told, "type": type_}
        else:
            reading.not_understood(segment, f"RFF+{qualifier} {told}")
    status = values.pop("response", None) or FUNCTIONS.get(values.pop("function", None))
    if status is None:
        status = "rejected" if values.get("errors") else "received"
    values["status"] = status
    return APERAK.build(values, segment, reading)


def _dump_aperak(receipt, writing):
    values = APERAK.values_of(receipt, writing)
    if receipt.lines:
        raise not_carried("Receipt.lines", "an APERAK is about one document")
    qualifiers = {type_: qualifier for qualifier, type_ in DOCUMENT_REFERENCES.items()}
    if receipt.type not in qualifiers:
        raise not_carried("Receipt.type", f"APERAK has no reference to {receipt.type!r:.60}")
    values[f"RFF {qualifiers[receipt.type]}"] = receipt.control
    values["name"] = APPLICATION_ERROR if receipt.status == "rejected" else ACKNOWLEDGEMENT
    values["response"] = receipt.status
    return values


# 1225 where 4343 is not given.
FUNCTIONS = {"29": "accepted", "34": "errors", "27": "rejected"}
APERAK = Shape(
    Receipt,
    Segment(
        "BGM",
        component(1, "name", beside=True),
        Element((2, 0), "number", ID, required=True),
        component(3, "function", beside=True),
        component(4, "response", coded(APERAK_STATUSES)),
    ),
    ISSUED,
    notes(),
    *(reference(qualifier, f"RFF {qualifier}") for qualifier in DOCUMENT_REFERENCES),
    Group(_ERROR, "errors", many=True),
    load=_load_aperak,
    dump=_dump_aperak,
    also={"status": None, "scope": None, "control": None, "type": None},
)
