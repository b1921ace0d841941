"""ANSI ASC X12: purchase orders, their answers, ship notices, invoices, catalogues, acknowledgements.

Every version is read, 004010 and 005010 are written. A composite element, a repetition and what else our
documents have no place for become remarks.
"""

from dataclasses import replace
from datetime import datetime

from ...core.documents import Envelope, Receipt
from ..base import Format
from ..errors import FormatError
from ..segments.bytes import MAX_BYTES
from ..segments.context import Reading, Writing
from . import acknowledging
from .document import CARRIES, READ, WRITTEN
from .interchange import interchanges, remarks_of
from .writer import Frame, interchange, moment_of

CODE = "x12"
VERSIONS = ("004010", "005010")
_NOTHING = Envelope()


def parse(raw, *, strict=False, max_bytes=MAX_BYTES, units=None):
    """The documents of all interchanges in ``raw``; FormatError if one of them cannot be read.

    ``units`` maps a partner's own codes of units to those of Recommendation 20.
    """
    documents = []
    for found in interchanges(raw, max_bytes):
        for group in found.groups:
            for transaction in group.transactions:
                remarks = remarks_of(found, group, transaction, strict)
                documents.append(_read(transaction, remarks, strict, units))
        for segment, number in found.notes:
            documents.append(acknowledging.read_note(found, segment, number))
    if not documents:
        raise FormatError("unsupported_type", "", "an interchange without transaction sets")
    return documents


def render(
    document,
    *,
    version=None,
    type=None,
    separators=None,
    control=None,
    group=None,
    reference=None,
    sender=None,
    receiver=None,
    prepared: datetime | None = None,
    test=None,
    encoding="utf-8",
    units=None,
):
    """``document`` as an interchange of its own.

    What the options do not say, an envelope that was read says: ids of ``sender`` and ``receiver`` as (scheme,
    value), the ``control`` numbers of interchange, ``group`` and ``reference`` of the set, ``version``, ``test``.
    Without one, the parties' first ids are taken, the number 1, version 004010. ``separators`` are those of
    elements, repetitions, components and segments. ``type`` may be "855" or "865" for an answer: without, it is
    an 865 that names a change.
    """
    own = document.envelope if document.envelope.syntax in (None, CODE) else _NOTHING
    answers_change = getattr(document, "change_number", None) is not None
    message = _message(document, type or own.profile or ("865" if answers_change else None))
    version = version or own.version or VERSIONS[0]
    writing = Writing("X12", version, (separators or "*^>~")[2], units)
    writing.prepared = moment_of(prepared, getattr(document, "issued", None))
    message.shape.write(document, writing)
    control = control or own.control or "1"
    reference = reference or own.reference or "0001"
    if isinstance(document, Receipt):
        reference = document.number
    frame = Frame(
        message.type,
        version,
        sender or own.sender or _first_id(document, message.sender, "ISA06"),
        receiver or own.receiver or _first_id(document, message.receiver, "ISA08"),
        str(control),
        str(group or own.group or control),
        _reference(str(reference)),
        writing.prepared,
        own.test if test is None else test,
    )
    return interchange(writing.segments, frame, separators, encoding)


def acknowledge(raw, control, *, prepared=None, max_bytes=MAX_BYTES, units=None):
    """The functional acknowledgements of what came in: a receipt for each group, to be rendered as 997.

    They are numbered from ``control`` on, the control number of the interchange each is rendered in.
    Acknowledgements are not acknowledged. FormatError if the interchange itself cannot be read.
    """

    def read(transaction):
        return _read(transaction, None, False, units)

    return acknowledging.receipts(interchanges(raw, max_bytes), control, prepared, read)


def _read(transaction, remarks, strict, units):
    shape = READ.get(transaction.type)
    if shape is None:
        position = f"ST/01 (segment {transaction.first})"
        reason = f"no reader for transaction set {transaction.type[:20]!a}"
        raise FormatError("unsupported_type", position, reason)
    header, *body, _trailer = transaction.segments
    reading = Reading(
        body,
        transaction.first + 1,
        envelope=transaction.envelope,
        strict=strict,
        prepared=transaction.prepared,
        units=units,
        remarks=remarks,
    )
    return _finished(shape, reading, header)


def _finished(shape, reading, header):
    values = shape.read(reading)
    reading.at = 0
    document = shape.load(values, reading.segments[0] if reading.segments else header, reading)
    return replace(document, envelope=reading.envelope, remarks=reading.remarks())


def _message(document, type):
    messages = WRITTEN.get(document.__class__)
    if messages is None:
        name = document.__class__.__name__
        raise FormatError("unsupported_type", "", f"X12 has no transaction set for {name}")
    return next((message for message in messages if message.type == type), messages[0])


def _first_id(document, field, name):
    party = getattr(document, field) if field else None
    if party is None or not party.ids:
        raise FormatError("missing", name, f"no id of the {field or 'party'} to send by")
    return party.ids[0]


def _reference(text):
    if not (1 <= len(text) <= 9 and text.isascii() and text.isalnum()):
        raise FormatError("invalid_text", "ST02", f"1 to 9 letters or digits, not {text!a:.40}")
    return text


FORMAT = Format(
    code=CODE,
    name="ANSI ASC X12",
    content_type="application/edi-x12",
    carries=CARRIES,
    parse=parse,
    render=render,
    acknowledge=acknowledge,
)
