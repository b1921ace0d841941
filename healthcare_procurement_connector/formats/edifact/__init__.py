"""UN/EDIFACT: orders, changes, their answers, despatch advices, invoices, catalogues, acknowledgements.

Every directory is read, D.96A and D.01B are written. What else our documents have no place for becomes remarks.
"""

from dataclasses import replace
from datetime import datetime

from ...core.documents import Envelope
from ..base import Format
from ..errors import FormatError
from ..segments.bytes import MAX_BYTES
from ..segments.context import Reading, Writing
from . import acknowledging
from .document import CARRIES, READ, message_for
from .interchange import interchanges, remarks_of
from .writer import Frame, interchange, moment_of

CODE = "edifact"
VERSIONS = ("D.96A", "D.01B")
_NOTHING = Envelope()
# Directories have the last two digits of their year; texts are longer from 2001 on.
_FIRST_YEAR, _LONGER_SINCE = 88, 2001


def parse(raw, *, strict=False, max_bytes=MAX_BYTES, units=None):
    """The documents of all interchanges in ``raw``; FormatError if one of them cannot be read.

    ``units`` maps a partner's own codes of units to those of Recommendation 20.
    """
    documents = []
    for found in interchanges(raw, max_bytes):
        for message in found.messages:
            documents.append(_read(message, remarks_of(found, message, strict), strict, units))
    if not documents:
        raise FormatError("unsupported_type", "", "an interchange without messages")
    return documents


def render(
    document,
    *,
    version=None,
    association=None,
    separators=None,
    control=None,
    group=None,
    reference=None,
    sender=None,
    receiver=None,
    prepared: datetime | None = None,
    test=None,
    units=None,
):
    """``document`` as an interchange of its own.

    What the options do not say, an envelope that was read says: ids of ``sender`` and ``receiver`` as (scheme,
    value), the ``control`` references of interchange, ``group`` and ``reference`` of the message, ``version``
    and ``association`` code of the directory, ``test``. Without one, the parties' first ids are taken, the number
    1, D.96A. A receipt of a document is written as APERAK, any other as CONTRL. ``separators``: those of UNA.
    """
    own = document.envelope if document.envelope.syntax in (None, CODE) else _NOTHING
    message = message_for(document)
    if message is None:
        name = document.__class__.__name__
        raise FormatError("unsupported_type", "", f"EDIFACT has no message for {name}")
    version = version or own.version or VERSIONS[0]
    reference = reference or own.reference or "1"
    if message.type == "CONTRL":
        reference = document.number
    frame = Frame(
        message.type,
        version,
        association or own.customization,
        sender or own.sender or _first_id(document, message.sender, "UNB/02"),
        receiver or own.receiver or _first_id(document, message.receiver, "UNB/03"),
        str(control or own.control or "1"),
        group or own.group,
        str(reference),
        moment_of(prepared, getattr(document, "issued", None)),
        own.test if test is None else test,
    )
    writing = Writing("EDIFACT", version, ":", units, long=_is_long(version))
    writing.frame = frame
    message.shape.write(document, writing)
    return interchange(writing.segments, frame, separators)


def acknowledge(raw, control, *, prepared=None, max_bytes=MAX_BYTES, units=None):
    """The functional acknowledgements of what came in: a receipt for each interchange, to be rendered as CONTRL.

    They are numbered from ``control`` on, the control reference of the interchange each is rendered in.
    Acknowledgements are not acknowledged. FormatError if the interchange itself cannot be read.
    """

    def read(message):
        return _read(message, None, False, units)

    return acknowledging.receipts(interchanges(raw, max_bytes), str(control), prepared, read)


def _read(message, remarks, strict, units):
    shape = READ.get(message.type)
    if shape is None:
        position = f"UNH/02.1 (segment {message.first})"
        raise FormatError("unsupported_type", position, f"no reader for {message.type[:20]!a}")
    header, *body, _trailer = message.segments
    reading = Reading(
        body,
        message.first + 1,
        envelope=message.envelope,
        strict=strict,
        prepared=message.prepared,
        units=units,
        remarks=remarks,
        long=_is_long(message.envelope.version or ""),
    )
    values = shape.read(reading)
    reading.at = 0
    document = shape.load(values, body[0] if body else header, reading)
    return replace(document, envelope=message.envelope, remarks=reading.remarks())


def _is_long(version):
    """Whether texts are as long as in directories of this century."""
    digits = version.rpartition(".")[2][:2]
    if not (digits.isascii() and digits.isdigit()):
        return False
    year = int(digits) + (1900 if int(digits) >= _FIRST_YEAR else 2000)
    return year >= _LONGER_SINCE


def _first_id(document, field, name):
    party = getattr(document, field) if field else None
    if party is None or not party.ids:
        raise FormatError("missing", name, f"no id of the {field or 'party'} to send by")
    return party.ids[0]


FORMAT = Format(
    code=CODE,
    name="UN/EDIFACT",
    content_type="application/edifact",
    carries=CARRIES,
    parse=parse,
    render=render,
    acknowledge=acknowledge,
)
