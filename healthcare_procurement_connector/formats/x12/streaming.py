"""832, segment by segment: an interchange of one catalogue, however long."""

from dataclasses import replace
from functools import partial

from ..errors import FormatError
from ..segments.bytes import encoding_of
from ..segments.context import Reading
from ..streams import LineSegments, UnreadLine, pieces_of, texts_of
from .catalogue import CATALOGUE
from .interchange import Reader, Separators, trimmed

TYPE = "832"
_FIRST_OF_LINE = "LIN"
_AFTER_LINES = ("CTT", "SE")


def open_catalogue(file, *, units=None):
    """(the catalogue without its lines, its lines one by one); FormatError in place of lines that are cut off."""
    numbered = _Segments(file)
    reader, body, first = _read_head(numbered)
    transaction = reader.transaction

    def reading(segments, at):
        return Reading(
            segments,
            at,
            envelope=transaction.envelope,
            prepared=transaction.prepared,
            units=units,
        )

    head = reading(body, transaction.first + 1)
    values = CATALOGUE.read(head)
    head.at = 0
    catalogue = CATALOGUE.load(values, body[0] if body else transaction.segments[0], head)
    catalogue = replace(catalogue, envelope=transaction.envelope, remarks=head.remarks())
    return catalogue, _lines(numbered, reader, first, reading)


class _Segments:
    """The segments, each with its number from 1 on."""

    def __init__(self, file):
        encoding = encoding_of(file)
        start = next(texts_of(file, encoding), "").lstrip(" \t\r\n\ufeff")
        separators = Separators(start)
        texts = texts_of(file, encoding)
        pieces = pieces_of(texts, lambda text: text.split(separators.terminator))
        self.header = separators.header
        self.faults = separators.faults
        self._all = self._numbered(pieces, separators)

    def __iter__(self):
        return self._all

    def _numbered(self, pieces, separators):
        at = 0
        for piece in pieces:
            line = trimmed(piece)
            for segment in separators.in_line(line) if line else ():
                at += 1
                yield at, self.header if at == 1 else segment


def _read_head(numbered):
    """(what the frames say, the segments before the lines, the first line if there is any)."""
    reader = Reader(numbered.header, numbered.faults)
    next(iter(numbered))
    body = []
    for at, segment in numbered:
        tag = segment[0]
        if reader.transaction is None or tag in ("ST", "SE", "GE", "IEA"):
            if tag == "SE":
                # A catalogue without lines.
                first = LineSegments(segment, at)
                return reader, body, first
            reader.take(segment, at)
            _check_type(reader.transaction, at)
        elif tag == _FIRST_OF_LINE or tag in _AFTER_LINES:
            return reader, body, LineSegments(segment, at)
        else:
            body.append(segment)
    raise FormatError("not_well_formed", "IEA", "cut off: no SE at the end")


def _check_type(transaction, at):
    if transaction is not None and transaction.type != TYPE:
        reason = f"transaction set {transaction.type[:20]!a} among catalogues"
        raise FormatError("unsupported_type", f"ST/01 (segment {at})", reason)


def _lines(numbered, reader, line, reading):
    def unread(line):
        return UnreadLine(line.at, partial(_line, line, reading))

    if line.segments[0][0] != _FIRST_OF_LINE:
        reader.take(line.segments[0], line.at)
        line = None
    ended = False
    for at, segment in numbered:
        tag = segment[0]
        starts = tag == _FIRST_OF_LINE and reader.transaction is not None
        if line and not starts and tag not in _AFTER_LINES:
            line.add(segment)
            continue
        if line:
            yield unread(line)
        line = LineSegments(segment, at) if starts else None
        if not starts:
            ended = _take_frame(reader, segment, at)
    if not ended:
        raise FormatError("not_well_formed", "IEA", "cut off: no IEA at the end")


def _take_frame(reader, segment, at):
    """Takes what stands around and behind the lines; whether it ends the interchange."""
    tag = segment[0]
    if tag in ("ST", "ISA"):
        raise FormatError("unsupported_type", f"{tag} (segment {at})", "a second catalogue")
    reader.take(segment, at)
    return tag == "IEA"


def _line(line, reading):
    told = reading(line.segments, line.at)
    return CATALOGUE.read(told)["lines"][0]
