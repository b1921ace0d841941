"""Functional acknowledgements for what came in: what a CONTRL will say of an interchange."""

import re

from ...core.documents import Envelope, Receipt, ReceiptError, ReceiptLine
from ..errors import FormatError

# 0085, errors, by the code of a FormatError and by what in a frame does not fit.
_ERRORS = {
    "missing": "13",
    "invalid_number": "37",
    "invalid_date": "12",
    "unknown_code": "12",
    "unexpected_structure": "15",
    "unsupported_type": "18",
}
_OTHER_ERROR = "18"
_FAULTS = {"UNT/01.1": "29", "UNT/02.1": "28", "UNE/01.1": "29", "UNE/02.1": "28",
           "UNZ/01.1": "29", "UNZ/02.1": "28"}  # fmt: skip
_POSITION = re.compile(r"\w{3}(?:/(\d+)(?:\.(\d+))?)? \(segment (\d+)\)")
_RECEIPTS = frozenset({"CONTRL"})


def receipts(interchanges, control, prepared, read):
    """A receipt for each interchange that has more than receipts; ``read`` reads a message or raises."""
    found = []
    for interchange in interchanges:
        if any(message.type not in _RECEIPTS for message in interchange.messages):
            number = str(int(control) + len(found)) if control.isdigit() else control
            found.append(_receipt(interchange, number, prepared, read))
    return found


def _receipt(interchange, control, prepared, read):
    lines = [_line(message, read) for message in interchange.messages]
    lines.sort(key=lambda line: line.group is not None)
    codes = [_FAULTS[place] for _code, place in interchange.faults if place in _FAULTS]
    told = interchange.messages[0].envelope
    return Receipt(
        number=control[-14:],
        envelope=Envelope(
            syntax="edifact",
            profile="CONTRL",
            sender=told.receiver,
            receiver=told.sender,
            control=control,
            test=told.test,
        ),
        status=_status({line.status for line in lines}, codes),
        scope="interchange",
        control=told.control,
        issued=prepared.date() if prepared else None,
        errors=tuple(ReceiptError(code) for code in codes[:1]),
        lines=tuple(lines),
    )


def _line(message, read):
    errors = [ReceiptError(_FAULTS[place]) for _code, place in message.faults if place in _FAULTS][
        :1
    ]
    status = "errors" if errors else "accepted"
    try:
        read(message)
    except FormatError as error:
        status = "rejected"
        errors = [_error(error, message)]
    envelope = message.envelope
    return ReceiptLine(envelope.reference, status, message.type, envelope.group, tuple(errors))


def _error(error, message):
    code = _ERRORS.get(error.code, _OTHER_ERROR)
    match = _POSITION.fullmatch(error.position)
    if match is None or error.code == "unsupported_type":
        return ReceiptError(code)
    element, component, number = match.groups()
    place = str(int(number) - message.first + 1)
    if element is not None:
        place += f"/{int(element)}" + (f".{component}" if component else "")
    return ReceiptError(code, place)


def _status(statuses, codes):
    if "rejected" in statuses:
        return "partial" if len(statuses) > 1 else "rejected"
    return "errors" if codes or "errors" in statuses else "accepted"
