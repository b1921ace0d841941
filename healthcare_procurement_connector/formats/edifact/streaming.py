"""PRICAT, segment by segment: an interchange of one catalogue, however long."""

from dataclasses import replace
from functools import partial

from ..errors import FormatError
from ..segments.bytes import encoding_of
from ..segments.context import Reading
from ..streams import LineSegments, UnreadLine, head_of, pieces_of, texts_of
from .catalogue import CATALOGUE, SUB_LINE, lines_of
from .interchange import Marks, Reader, declared_encoding, marks_of, split

TYPE = "PRICAT"
_FIRST_OF_LINE = "LIN"
_SPACE = " \t\r\n"


def open_catalogue(file, *, units=None):
    """(the catalogue without its lines, its lines one by one); FormatError in place of lines that are cut off."""
    numbered = _Segments(file)
    reader, body, first = _read_head(numbered)
    message = reader.message

    def reading(segments, at):
        return Reading(
            segments, at, envelope=message.envelope, prepared=message.prepared, units=units
        )

    head = reading(body, message.first + 1)
    values = CATALOGUE.read(head)
    head.at = 0
    catalogue = CATALOGUE.load(values, body[0] if body else message.segments[0], head)
    catalogue = replace(catalogue, envelope=message.envelope, remarks=head.remarks())
    return catalogue, _lines(numbered, reader, first, reading)


class _Segments:
    """The segments, each with its number from 1 on; the UNA is none."""

    def __init__(self, file):
        encoding = declared_encoding(head_of(file)) or encoding_of(file)
        start = next(texts_of(file, encoding), "").lstrip(_SPACE + "\ufeff")
        una = start[3:9] if start.startswith("UNA") else None
        marks = marks_of(una) if una else Marks()
        opening = split(start[9:] if una else start, marks.terminator, marks.release)[:1]
        self.marks = Reader(marks, 1, None).of_version(opening)
        self._all = self._numbered(texts_of(file, encoding), una)

    def __iter__(self):
        return self._all

    def _numbered(self, texts, una):
        marks = self.marks
        at = 0
        for piece in pieces_of(
            _without_una(texts, una), lambda text: split(text, marks.terminator, marks.release)
        ):
            line = piece.lstrip(_SPACE).rstrip("\t\r\n")
            if line:
                at += 1
                yield at, marks.segment(line)[0]


def _without_una(texts, una):
    first = next(texts, "").lstrip(_SPACE + "\ufeff")
    yield first[9:] if una else first
    yield from texts


def _read_head(numbered):
    """(what the frames say, the segments before the lines, the first line)."""
    reader = Reader(numbered.marks, 1, None)
    body = []
    for at, segment in numbered:
        reader.number = at
        tag = segment[0]
        if reader.message is None:
            reader.take(segment)
            if reader.message is not None and reader.message.type != TYPE:
                reason = f"{reader.message.type[:20]!a} among catalogues"
                raise FormatError("unsupported_type", f"UNH/02.1 (segment {at})", reason)
        elif tag in (_FIRST_OF_LINE, "UNT"):
            return reader, body, LineSegments(segment, at)
        elif tag in ("UNH", "UNE", "UNZ", "UNB"):
            reader.take(segment)
        else:
            body.append(segment)
    raise FormatError("not_well_formed", "UNT", "cut off: no UNT at the end")


def _lines(numbered, reader, line, reading):
    def unread(line):
        return UnreadLine(line.at, partial(_line, line, reading))

    if line.segments[0][0] == "UNT":
        reader.number = line.at
        reader.take(line.segments[0])
        line = None
    for at, segment in numbered:
        reader.number = at
        tag = segment[0]
        if reader.message is None:
            if tag in ("UNH", "UNB") or tag.startswith("UNA"):
                reason = "a second message"
                raise FormatError("unsupported_type", f"{tag} (segment {at})", reason)
            reader.take(segment)
        elif tag == "UNT" or (tag == _FIRST_OF_LINE and not _is_sub_line(segment)):
            yield unread(line)
            line = LineSegments(segment, at)
            if tag == "UNT":
                reader.take(segment)
        elif tag in ("UNH", "UNE", "UNZ", "UNB"):
            reader.take(segment)
        else:
            line.add(segment)
    reader.end()


def _is_sub_line(segment):
    return len(segment) > 4 and segment[4][:1] == [SUB_LINE]


def _line(line, reading):
    told = reading(line.segments, line.at)
    lines = lines_of(CATALOGUE.read(told)["lines"], line.segments[0], told)
    if len(lines) != 1:
        reason = "packs of a line that does not stand before them"
        raise FormatError("unexpected_structure", told.position(line.segments[0]), reason)
    return lines[0]
