"""Bytes to messages: characters, separators, envelopes, control references and counts.

pydifact (MIT, kept up) would read the segments, and the tests have it read what we write. It is not used here:
it goes through the text character by character in Python, which takes longer than all that we do, and it tells
neither where a segment stood nor which character set UNB names.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from ...core.documents import Envelope
from ..errors import FormatError
from ..segments.bytes import MAX_BYTES, decoded, guessed, marked
from ..segments.context import Remarks
from ..segments.values import compact_date
from .codes import INTERCHANGE_QUALIFIERS

_SPACE = " \t\r\n"
_LINE_END = "\t\r\n"
# 0001, syntax identifiers, and the encodings they stand for.
CHARACTER_SETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5",
    "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4", "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOW": "utf-8", "UNOX": "iso2022-jp", "UNOY": "utf-8",
}  # fmt: skip
_HEAD = re.compile(rb"UNB[^A-Za-z0-9\s]([A-Z0-9]{4})")
_HEAD_LIMIT = 2048
# The UNA of a further interchange.
_UNA = re.compile(r"(?<![A-Za-z0-9])UNA[^A-Za-z0-9\s]{2}.{3}[^A-Za-z0-9 ](?=\s*UNB)", re.DOTALL)
# From this version of the syntax on, elements may be repeated.
_REPEATS_SINCE = "4"


@dataclass(frozen=True, slots=True)
class Marks:
    """The characters that structure an interchange; "" where there is none."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    repetition: str = ""
    terminator: str = "'"

    def segment(self, text):
        """The segment in ``text``, its elements as lists of components, and whether elements were repeated."""
        release = self.release
        if not release or release not in text:
            first, *elements = text.split(self.element)
            repeated = bool(self.repetition) and self.repetition in text
            if repeated:
                elements = [element.split(self.repetition)[0] for element in elements]
            return [
                first.strip(),
                *[element.split(self.component) for element in elements],
            ], repeated
        first, *elements = split(text, self.element, release)
        repeated = False
        found = [first.strip()]
        for element in elements:
            if self.repetition:
                element, *others = split(element, self.repetition, release)
                repeated = repeated or bool(others)
            components = split(element, self.component, release)
            found.append([_released(component, release) for component in components])
        return found, repeated


@dataclass(slots=True)
class Message:
    """A message: its segments from UNH to UNT, the number of UNH in the bytes, what it came in.

    ``faults`` are what in its frame does not fit, a text by (code, place).
    """

    type: str
    segments: list
    first: int
    envelope: Envelope
    prepared: date | None
    faults: dict = field(default_factory=dict)


@dataclass(slots=True)
class Interchange:
    """``header`` is the UNB, empty where there is none; ``groups`` hold the messages, by the reference in UNG."""

    header: list
    messages: list = field(default_factory=list)
    groups: int = 0
    faults: dict = field(default_factory=dict)


def split(text, mark, release):
    """``text`` at each ``mark`` that is not released; release characters stay.

    >>> split("a+b?+c+d??+e", "+", "?")
    ['a', 'b?+c', 'd??', 'e']
    """
    parts = text.split(mark)
    if not release or release + mark not in text:
        return parts
    found, pending = [], []
    for part in parts:
        pending.append(part)
        released = len(part) - len(part.rstrip(release))
        if released % 2 == 0:
            found.append(mark.join(pending))
            pending = []
    if pending:
        found.append(mark.join(pending))
    return found


def _released(text, release):
    if release not in text:
        return text
    parts = iter(text.split(release))
    found = [next(parts)]
    for part in parts:
        # Nothing between two release characters: the second one is meant.
        found.append(part or release + next(parts, ""))
    return "".join(found)


# Text ------------------------------------------------------------------------------------------------------


def text_of(raw, max_bytes=MAX_BYTES):
    """The text and what was odd about its encoding, None if nothing was."""
    text = marked(raw, max_bytes)
    if text is not None:
        return text.lstrip(_SPACE + "\ufeff"), None
    named = _HEAD.search(raw[:_HEAD_LIMIT])
    encoding = CHARACTER_SETS.get(named[1].decode() if named else "")
    if encoding is None or encoding == "ascii":
        odd = None if raw.isascii() or encoding is None else "characters beyond UNOA and UNOB"
        return guessed(raw).lstrip(_SPACE), odd
    if encoding.startswith("iso8859") and not raw.isascii():
        # What is valid as UTF-8 was not meant to be anything else, whatever UNB says.
        try:
            return raw.decode("utf-8").lstrip(_SPACE), "UTF-8, which UNB does not say"
        except UnicodeDecodeError:
            pass
    return decoded(raw, encoding).lstrip(_SPACE), None


def declared_encoding(start):
    """The encoding by what the beginning of the bytes says; None where that is not certain."""
    named = _HEAD.search(start[:_HEAD_LIMIT])
    encoding = CHARACTER_SETS.get(named[1].decode() if named else "")
    # As in text_of: what names ASCII or Latin-1 is often something else.
    return None if encoding is None or encoding in ("ascii", "iso8859-1", "utf-8") else encoding


def interchanges(raw, max_bytes=MAX_BYTES):
    """The interchanges in ``raw``, at least one."""
    text, odd = text_of(raw, max_bytes)
    marks = Marks()
    found = []
    number = 1
    parts = _parts(text)
    for una, part in parts:
        if una is not None:
            marks = marks_of(una)
        reader = Reader(marks, number, odd)
        number = reader.read(part)
        found.extend(reader.found)
    return found


def _parts(text):
    """The pieces of ``text``, each with the UNA before it if there is one."""
    start, una = (9, text[3:9]) if text.startswith("UNA") else (0, None)
    for match in _UNA.finditer(text, start):
        yield una, text[start : match.start()]
        start, una = match.end(), match[0][3:]
    yield una, text[start:]


def marks_of(una):
    component, element, _decimal, release, repetition, terminator = una.ljust(6)[:6]
    chosen = [component, element, terminator]
    if len(set(chosen)) < 3 or any(mark.isalnum() or mark in _SPACE for mark in chosen[:2]):
        raise FormatError("not_well_formed", "UNA", f"not separators: {una!a}")
    if terminator.isalnum() or terminator in " \t":
        raise FormatError("not_well_formed", "UNA", f"{terminator!a} cannot end segments")
    release = "" if release in _SPACE or release in chosen else release
    repetition = "" if repetition in _SPACE or repetition in (*chosen, release) else repetition
    return Marks(component, element, release, repetition, terminator)


# Envelopes -------------------------------------------------------------------------------------------------


class Reader:
    """Goes through the segments of a text and sorts them into interchanges, groups and messages."""

    def __init__(self, marks, number, odd):
        self.marks = marks
        self.number = number
        self.odd = odd
        self.found = []
        self.interchange = None
        self.group = None
        self.message = None

    def read(self, text):
        """Read all of ``text``; the number of the segment after the last."""
        pieces = split(text, self.marks.terminator, self.marks.release)
        rest = pieces.pop().strip(_SPACE)
        if rest:
            where = f"{rest[:3]} (segment {self.number + len(pieces)})"
            raise FormatError("not_well_formed", where, "cut off: the last segment has no end")
        marks = self.of_version(pieces)
        for piece in pieces:
            piece = piece.lstrip(_SPACE).rstrip(_LINE_END)
            if piece:
                segment, repeated = marks.segment(piece)
                self.take(segment)
                if repeated and self.message is not None:
                    self.message.faults["not_understood", segment[0]] = "a repeated element"
                self.number += 1
        self.end()
        return self.number

    def of_version(self, pieces):
        """Before version 4 of the syntax the mark of repetitions is a character like others."""
        header = next((piece for piece in pieces if piece.lstrip(_SPACE).startswith("UNB")), "")
        version = header.split(self.marks.element)[1:2]
        told = version[0].split(self.marks.component)[1:2] if version else []
        marks = self.marks
        repetition = (marks.repetition or "*") if told and told[0] >= _REPEATS_SINCE else ""
        return Marks(marks.component, marks.element, marks.release, repetition, marks.terminator)

    def take(self, segment):
        tag = segment[0]
        if self.message is not None:
            self._in_message(tag, segment)
        elif tag == "UNB":
            self._open(segment)
        elif tag == "UNG":
            self._begin()
            self.group = [segment, 0]
            self.interchange.groups += 1
        elif tag == "UNH":
            self._begin()
            self._begin_message(segment)
        elif tag == "UNE" and self.group is not None:
            self._close(segment, self.group[1], _text(self.group[0], 5), "UNG")
            self.group = None
        elif tag == "UNZ" and self.interchange is not None and self.group is None:
            count = self.interchange.groups or len(self.interchange.messages)
            self._close(segment, count, _text(self.interchange.header, 5), "UNB")
            self.found.append(self.interchange)
            self.interchange = None
        else:
            where = f"{tag[:3]} (segment {self.number})"
            raise FormatError("unexpected_structure", where, "stands outside of any message")

    def _open(self, segment):
        if self.interchange is not None:
            if self.interchange.messages:
                raise _cut_off("UNB", self.number, "UNZ")
            self.interchange = None
            self._open(segment)
            self.interchange.faults["repeated", "UNB"] = "another UNB before it"
            return
        self.interchange = Interchange(segment)
        if self.odd:
            self.interchange.faults["encoding", "UNB"] = self.odd

    def _begin(self):
        """A message without an interchange around it: some send it so."""
        if self.interchange is None:
            self.interchange = Interchange([])
            self.interchange.faults["missing", "UNB"] = "no interchange around the message"

    def _begin_message(self, segment):
        header = self.interchange.header
        identifier = segment[2] if len(segment) > 2 else []
        type_, version, release, _agency, association = [*identifier, "", "", "", "", ""][:5]
        envelope = Envelope(
            syntax="edifact",
            version=".".join(filter(None, (version, release))) or None,
            customization=association.strip() or None,
            profile=type_.strip() or None,
            sender=_party(header, 2),
            receiver=_party(header, 3),
            control=_text(header, 5) or None,
            group=(_text(self.group[0], 5) or None) if self.group else None,
            reference=_text(segment, 1) or None,
            test=_text(header, 11) in ("1", "2") if header else None,
        )
        self.message = Message(type_.strip(), [segment], self.number, envelope, _day(header))

    def _in_message(self, tag, segment):
        message = self.message
        message.segments.append(segment)
        if tag == "UNT":
            reference = _text(message.segments[0], 1)
            message.faults |= _faults(segment, len(message.segments), reference, "UNH")
            self.interchange.messages.append(message)
            if self.group is not None:
                self.group[1] += 1
            self.message = None
        elif tag in ("UNH", "UNE", "UNZ", "UNB"):
            raise _cut_off(tag, self.number, "UNT")

    def _close(self, segment, count, reference, named):
        self.interchange.faults |= _faults(segment, count, reference, named)

    def end(self):
        if self.message is not None:
            raise _cut_off("UNT", self.number, "UNT")
        if self.interchange is not None and self.interchange.header:
            raise _cut_off("UNZ", self.number, "UNZ")
        if self.interchange is not None:
            self.found.append(self.interchange)


def _cut_off(tag, at, expected):
    return FormatError("not_well_formed", f"{tag} (segment {at})", f"cut off: no {expected} before")


def _text(segment, number, component=0):
    if number < len(segment) and component < len(segment[number]):
        return segment[number][component].strip()
    return ""


def _party(header, number):
    value, qualifier = _text(header, number), _text(header, number, 1)
    return (INTERCHANGE_QUALIFIERS.get(qualifier, qualifier), value) if value else None


def _day(header):
    try:
        return compact_date(_text(header, 4))
    except FormatError:
        return None


def _faults(segment, count, reference, named):
    """What the segment that closes something says that is not so."""
    tag = segment[0]
    told, again = _text(segment, 1), _text(segment, 2)
    faults = {}
    if not (told.isascii() and told.isdigit() and len(told) < 12 and int(told) == count):
        faults["inconsistent", f"{tag}/01.1"] = f"{told} counted {count}"
    if again != reference:
        faults["inconsistent", f"{tag}/02.1"] = f"{again} is not {named} {reference}"
    return faults


def remarks_of(interchange, message, strict):
    """The remarks that a document begins with: what the frames around it say that is not so."""
    remarks = Remarks()
    for (code, place), text in (interchange.faults | message.faults).items():
        if strict and code != "not_understood":
            raise FormatError(code, place, text)
        remarks.add(code, place, text)
    return remarks
