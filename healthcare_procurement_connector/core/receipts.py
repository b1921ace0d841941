"""Functional acknowledgements: which go out, and what one that comes in says of a message of ours."""

from collections.abc import Iterable
from typing import NamedTuple

from .documents import Receipt, ReceiptError
from .interchange import normal

# When one goes out, by a route's option: for which statuses.
POLICIES = {
    "always": frozenset({"received", "accepted", "errors", "partial", "rejected"}),
    "on_error": frozenset({"errors", "partial", "rejected"}),
    "never": frozenset(),
}
# What is known of the acknowledgement of a message that went out.
RECEIPTS = {
    "received": "Received",
    "accepted": "Accepted",
    "errors": "Accepted with errors",
    "partial": "Partly accepted",
    "rejected": "Rejected",
    "missing": "Missing",
}
ACCEPTED = frozenset({"accepted", "errors"})
REFUSED = frozenset({"partial", "rejected"})

_X12_SET = {  # 718
    "1": "transaction set not supported", "2": "trailer missing",
    "3": "control numbers of header and trailer differ", "4": "number of segments differs",
    "5": "segments in error", "6": "unknown transaction set", "7": "control number missing or invalid",
    "23": "control number not unique in its group",
}  # fmt: skip
_X12_GROUP = {  # 716
    "1": "group not supported", "2": "version not supported", "3": "trailer missing",
    "4": "control numbers of header and trailer differ", "5": "number of sets differs",
    "6": "control number invalid", "19": "control number not unique",
}  # fmt: skip
_X12_SEGMENT = {  # 720
    "1": "unknown segment", "2": "unexpected segment", "3": "mandatory segment missing",
    "4": "loop repeated too often", "5": "segment repeated too often", "6": "segment not defined here",
    "7": "segment out of order", "8": "elements in error",
}  # fmt: skip
_X12_ELEMENT = {  # 723
    "1": "mandatory element missing", "2": "conditional element missing", "3": "too many elements",
    "4": "too short", "5": "too long", "6": "invalid character", "7": "invalid code", "8": "invalid date",
    "9": "invalid time", "10": "excluded by another element",
}  # fmt: skip
_X12_NOTE = {  # I18, of a TA1
    "001": "control numbers of header and trailer differ", "002": "standard not supported",
    "003": "version not supported", "005": "qualifier of the sender invalid", "006": "sender unknown",
    "007": "qualifier of the receiver invalid", "008": "receiver unknown", "009": "receiver not known here",
    "018": "control number invalid", "020": "test indicator invalid", "021": "number of groups differs",
    "022": "invalid structure", "023": "end of file too early", "025": "control number used before",
}  # fmt: skip
_EDIFACT = {  # 0085
    "2": "syntax version not supported", "7": "not the receiver", "12": "invalid value", "13": "missing",
    "14": "value not supported here", "15": "not supported here", "16": "too many parts",
    "17": "no agreement", "18": "error", "20": "character invalid as terminator", "21": "invalid character",
    "22": "invalid character set", "23": "sender unknown", "24": "too old", "25": "no test messages",
    "26": "came before", "28": "references of header and trailer differ", "29": "counts differ",
    "35": "repeated too often", "36": "segment groups repeated too often", "37": "invalid character for its kind",
    "39": "too long", "40": "too short",
}  # fmt: skip


class Told(NamedTuple):
    """What a receipt says of one document, or of a whole interchange (``document`` None)."""

    scope: str
    control: str | None
    document: str | None
    status: str
    errors: tuple[ReceiptError, ...]


def wanted(statuses: Iterable[str], policy: str) -> tuple[int, ...]:
    """The places, from 1, of the receipts that go out.

    >>> wanted(["accepted", "rejected"], "on_error")
    (2,)
    """
    return tuple(place for place, status in enumerate(statuses, 1) if status in POLICIES[policy])


def told_of(receipt: Receipt, document: str | None) -> Told:
    """What ``receipt`` says of our document ``document`` in what it names.

    >>> from .documents import ReceiptLine
    >>> refused = ReceiptLine("0001", "rejected", "850", errors=(ReceiptError("5"),))
    >>> receipt = Receipt(number="1", status="partial", scope="group", control="7", lines=(refused,))
    >>> told_of(receipt, "1").status, told_of(receipt, "2").status
    ('rejected', 'accepted')
    """
    named = {normal(line.control): line for line in receipt.lines}
    line = named.get(normal(document))
    status, errors = receipt.status, receipt.errors
    if line is not None:
        status, errors = line.status, (*errors, *line.errors)
    elif status == "partial" and document is not None and named:
        # It names those that it refuses, and ours is not among them.
        status = "accepted"
    return Told(receipt.scope, normal(receipt.control), document, status, errors)


def words(errors: Iterable[ReceiptError], syntax: str | None, profile: str | None = None) -> str:
    """The partner's codes with what they mean, one after the other.

    >>> words([ReceiptError("5"), ReceiptError("7", "3 PO1/4")], "x12")
    '5: segments in error; 7 at 3 PO1/4: invalid code'
    >>> words([ReceiptError("SV", "/Order/ID", "No number")], "ubl")
    'SV at /Order/ID: No number'
    """
    return "; ".join(_words(error, syntax, profile) for error in errors)


def _words(error: ReceiptError, syntax: str | None, profile: str | None) -> str:
    place = f" at {error.position}" if error.position else ""
    known = _table(error, syntax, profile).get(error.code or "")
    said = ", ".join(filter(None, (known, error.text)))
    return f"{error.code or '-'}{place}" + (f": {said}" if said else "")


def _table(error: ReceiptError, syntax: str | None, profile: str | None) -> dict[str, str]:
    if syntax == "edifact":
        return _EDIFACT
    if syntax != "x12":
        return {}
    if profile == "TA1":
        return _X12_NOTE
    if not error.position:
        return _X12_GROUP | _X12_SET
    return _X12_ELEMENT if "/" in error.position else _X12_SEGMENT
