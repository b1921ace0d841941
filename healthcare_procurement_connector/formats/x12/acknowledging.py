"""Functional acknowledgements for what came in: what a 997 will say of each group, and what a TA1 says."""

import re

from ...core.documents import Envelope, Receipt, ReceiptError, ReceiptLine
from ..errors import FormatError
from ..segments.values import compact_date
from .codes import INTERCHANGE_STATUSES

# 718, errors of a transaction set.
_SET_FAULTS = {"SE/01": "4", "SE/02": "3"}
_NOT_SUPPORTED = "1"
_SEGMENTS_IN_ERROR = "5"
# 716, errors of a group.
_GROUP_FAULTS = {"GE/01": "5", "GE/02": "4"}
# 720 and 723, errors of a segment and of an element, by the code of a FormatError.
_SEGMENT_ERRORS = {"missing": "3", "unexpected_structure": "2"}
_OTHER_SEGMENT_ERROR = "8"
_ELEMENT_ERRORS = {
    "missing": "1",
    "invalid_number": "6",
    "invalid_text": "6",
    "invalid_date": "8",
    "unknown_code": "7",
}
_OTHER_ELEMENT_ERROR = "7"
_POSITION = re.compile(r"(\w{2,3})(?:/(\d+)(?:\.(\d+))?)? \(segment (\d+)\)")
_GROUPS_OF_RECEIPTS = frozenset({"FA"})


def receipts(interchanges, control, prepared, read):
    """A receipt for each group that is not one of receipts; ``read`` reads a transaction set or raises."""
    found = []
    for interchange in interchanges:
        for group in interchange.groups:
            if group.header[1].strip() not in _GROUPS_OF_RECEIPTS:
                found.append(
                    _receipt(group, interchange, str(int(control) + len(found)), prepared, read)
                )
    return found


def _receipt(group, interchange, control, prepared, read):
    lines = tuple(_line(transaction, read) for transaction in group.transactions)
    codes = [_GROUP_FAULTS[place] for _code, place in group.faults]
    return Receipt(
        number=control.zfill(4)[-9:],
        envelope=_answering(group, interchange, control),
        status=_status([line.status for line in lines], codes),
        scope="group",
        control=group.header[6].strip(),
        issued=prepared.date() if prepared else None,
        type=group.header[1].strip(),
        errors=tuple(ReceiptError(code) for code in codes),
        lines=lines,
    )


def _answering(group, interchange, control):
    header = interchange.header
    told = group.transactions[0].envelope if group.transactions else Envelope()
    return Envelope(
        syntax="x12",
        version=group.header[8].strip() or None,
        profile="997",
        sender=told.receiver,
        receiver=told.sender,
        control=control,
        group=control,
        test=header[15].strip() == "T",
    )


def _line(transaction, read):
    errors = [ReceiptError(_SET_FAULTS[place]) for _code, place in transaction.faults]
    status = "errors" if errors else "accepted"
    try:
        read(transaction)
    except FormatError as error:
        status = "rejected"
        if error.code == "unsupported_type":
            errors.append(ReceiptError(_NOT_SUPPORTED))
        else:
            errors += [ReceiptError(_SEGMENTS_IN_ERROR), *_located(error, transaction)]
    envelope = transaction.envelope
    return ReceiptLine(envelope.reference, status, transaction.type, errors=tuple(errors))


def _located(error, transaction):
    """What a 997 says of an error: the segment by its number in the set, and the element."""
    match = _POSITION.fullmatch(error.position)
    if match is None:
        return
    tag, element, component, number = match.groups()
    place = f"{int(number) - transaction.first + 1} {tag}"
    if element is None:
        yield ReceiptError(_SEGMENT_ERRORS.get(error.code, _OTHER_SEGMENT_ERROR), place)
        return
    yield ReceiptError(_OTHER_SEGMENT_ERROR, place)
    at = str(int(element)) + (f".{component}" if component else "")
    yield ReceiptError(_ELEMENT_ERRORS.get(error.code, _OTHER_ELEMENT_ERROR), f"{place}/{at}")


def _status(statuses, codes):
    rejected = statuses.count("rejected")
    if statuses and rejected == len(statuses):
        return "rejected"
    if rejected:
        return "partial"
    return "errors" if codes or "errors" in statuses else "accepted"


# TA1 -------------------------------------------------------------------------------------------------------


def read_note(interchange, segment, number):
    """A TA1 as a receipt: what a reader says of the envelope of an interchange."""
    header = interchange.header
    _tag, control, _day, _time, code, note, *_rest = [*segment, *[""] * 6]
    if not control.strip() or code.strip() not in INTERCHANGE_STATUSES:
        raise FormatError("unknown_code", f"TA1/04 (segment {number})", f"status {code[:20]!a}")
    errors = () if note.strip() in ("", "000") else (ReceiptError(note.strip()),)
    return Receipt(
        number=f"{header[13].strip()}/{number}",
        envelope=Envelope(
            syntax="x12",
            profile="TA1",
            sender=("", header[6].strip()),
            receiver=("", header[8].strip()),
            control=header[13].strip(),
            test=header[15].strip() == "T",
        ),
        status=INTERCHANGE_STATUSES[code.strip()],
        scope="interchange",
        control=control.strip(),
        issued=compact_date(header[9].strip()),
        errors=errors,
    )
