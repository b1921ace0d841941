"""Bytes to transaction sets: separators, envelopes, control numbers and counts.

No library serves: pyx12 reads HIPAA versions only, others want an ISA of 106 bytes, which a third of those that
arrive do not have. The separators are taken from the ISA alone. What is cut off (no SE, GE or IEA) is refused;
counts and control numbers that do not fit are refused in strict reading and told otherwise.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from ...core.documents import Envelope
from ..errors import FormatError
from ..segments.bytes import MAX_BYTES, guessed, marked
from ..segments.context import Remarks
from ..segments.values import compact_date
from .codes import INTERCHANGE_SCHEMES

ISA_LENGTH = 106
_ISA_ELEMENTS = 16
# Not str.strip(): separators may be control characters that it takes for white space.
_SPACE = " \t\r\n"
_LINE_END = "\t\r\n"
# What does not stand within a transaction set.
_FRAMES = frozenset({"ST", "SE", "GE", "IEA"})
_TAG_AT_END = re.compile(r"[A-Z][A-Z0-9]{1,2}$")


@dataclass(slots=True)
class Transaction:
    """A transaction set: its segments from ST to SE, the number of ST in the bytes, what it came in.

    ``faults`` are what in its frame does not fit, a text by (code, place).
    """

    type: str
    segments: list
    first: int
    envelope: Envelope
    prepared: date | None
    group_type: str
    faults: dict = field(default_factory=dict)


@dataclass(slots=True)
class Interchange:
    """``header`` is the ISA, ``notes`` are what stands beside the groups (TA1), each with its number."""

    header: list
    groups: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    faults: dict = field(default_factory=dict)


@dataclass(slots=True)
class FunctionalGroup:
    header: list
    transactions: list = field(default_factory=list)
    faults: dict = field(default_factory=dict)


def text_of(raw, max_bytes=MAX_BYTES):
    text = marked(raw, max_bytes)
    return (guessed(raw) if text is None else text).lstrip(_SPACE + "\ufeff")


def interchanges(raw, max_bytes=MAX_BYTES):
    """The interchanges in ``raw``, at least one."""
    text = text_of(raw, max_bytes)
    found = []
    number = 1
    while text or not found:
        separators = Separators(text)
        end = separators.end(text)
        segments = separators.segments(text[:end])
        found.append(_interchange(segments, separators, number))
        number += len(segments)
        text = text[end:].lstrip(_SPACE)
    return found


class Separators:
    """What separates elements, components and segments in one interchange."""

    def __init__(self, text):
        if not text.startswith("ISA") or len(text) < 4 or text[3].isalnum():
            raise FormatError("not_well_formed", "ISA (segment 1)", "no ISA at the beginning")
        self.faults = {}
        self.element = text[3]
        parts = text.split(self.element, _ISA_ELEMENTS + 1)
        if len(parts) < _ISA_ELEMENTS + 2:
            raise FormatError(
                "not_well_formed", "ISA (segment 1)", "no 16 elements and what follows"
            )
        self.component, self.terminator = self._last(parts[_ISA_ELEMENTS], text)
        if not self.terminator or self.terminator.isalnum() or self.terminator == self.element:
            reason = f"{self.terminator!a} cannot end segments"
            raise FormatError("not_well_formed", "ISA (segment 1)", reason)
        header = self.element.join(parts[:_ISA_ELEMENTS])
        self.length = len(header) + 2 + len(self.component)
        self.header = [part.strip(_SPACE) for part in parts[:_ISA_ELEMENTS]] + [self.component]
        self._unfinished = re.compile(rf"\n\s*(?=[A-Z][A-Z0-9]{{1,2}}{re.escape(self.element)})")

    def _last(self, tail, text):
        """ISA16 and the terminator, from what stands between the separator before ISA16 and the next one."""
        tail = _TAG_AT_END.sub("", tail)
        marks = tail.strip(_SPACE)
        if len(marks) > 1:
            return marks[0], marks[1]
        if marks and text.rstrip(_SPACE).endswith(marks):
            # Of an ISA without ISA16 the only mark is the terminator.
            return "", marks
        return marks, "\n" if "\n" in tail else "\r" if "\r" in tail else ""

    def end(self, text):
        """Where the interchange ends: after its IEA."""
        mark, element = re.escape(self.terminator), re.escape(self.element)
        trailer = re.search(f"{mark}[{_SPACE}]*IEA{element}[^{mark}]*{mark}?", text)
        if trailer is None:
            raise FormatError("not_well_formed", "IEA", "cut off: no IEA at the end")
        return trailer.end()

    def segments(self, text):
        """The segments as lists of elements. One whose end was forgotten is ended where its line ends."""
        lines = [line for piece in text.split(self.terminator) if (line := trimmed(piece))]
        lines[0] = self.element.join(self.header)
        if "\n" not in "".join(lines):
            return [line.split(self.element) for line in lines]
        return [segment for line in lines for segment in self.in_line(line)]

    def in_line(self, line):
        """The segment in what stands between two ends; several where an end was forgotten."""
        element = self.element
        if "\n" in line and len(parts := self._unfinished.split(line)) > 1:
            place = parts[0][:3].strip(_SPACE)
            self.faults["not_well_formed", place] = "no end of the segment but that of the line"
            return [part.rstrip(_LINE_END).split(element) for part in parts]
        return [line.split(element)]


def trimmed(piece):
    """A segment's text. Spaces at the end may belong to a text that goes on in the next segment."""
    return piece.lstrip(_SPACE).rstrip(_LINE_END)


# Envelopes -------------------------------------------------------------------------------------------------


class Reader:
    """Goes through the segments of one interchange and sorts them into groups and transaction sets."""

    def __init__(self, header, faults):
        self.found = Interchange(header, faults=faults)
        self.group = None
        self.transaction = None

    def take(self, segment, at):
        tag = segment[0]
        if self.transaction is not None:
            self.transaction.segments.append(segment)
            if tag in _FRAMES:
                self._end_transaction(tag, segment, at)
        elif self.group is not None:
            self._in_group(tag, segment, at)
        else:
            self._in_interchange(tag, segment, at)

    def _in_interchange(self, tag, segment, at):
        found = self.found
        if tag == "GS":
            self.group = FunctionalGroup(_padded(segment, 9))
            found.groups.append(self.group)
        elif tag == "TA1":
            found.notes.append((segment, at))
        elif tag == "IEA":
            control = found.header[13]
            found.faults |= _faults(segment, len(found.groups), control, "ISA13")
        else:
            raise _outside(tag, at)

    def _in_group(self, tag, segment, at):
        group = self.group
        if tag == "ST":
            self.transaction = _transaction(self.found.header, group, _padded(segment, 4), at)
            group.transactions.append(self.transaction)
        elif tag == "GE":
            control = group.header[6]
            group.faults |= _faults(segment, len(group.transactions), control, "GS06")
            self.group = None
        elif tag in ("GS", "IEA"):
            raise _cut_off(tag, at, "GE")
        else:
            raise _outside(tag, at)

    def _end_transaction(self, tag, segment, at):
        if tag != "SE":
            raise _cut_off(tag, at, "SE")
        transaction = self.transaction
        reference, count = transaction.segments[0][2], len(transaction.segments)
        transaction.faults |= _faults(segment, count, reference, "ST02")
        self.transaction = None


def _interchange(segments, separators, number):
    reader = Reader(segments[0], separators.faults)
    if separators.length != ISA_LENGTH:
        text = f"{separators.length} characters instead of {ISA_LENGTH}"
        reader.found.faults["inconsistent", "ISA"] = text
    for at, segment in enumerate(segments[1:], number + 1):
        reader.take(segment, at)
    return reader.found


def _outside(tag, at):
    where = f"{tag[:3]} (segment {at})"
    return FormatError("unexpected_structure", where, "stands outside of any transaction set")


def _cut_off(tag, at, expected):
    return FormatError("not_well_formed", f"{tag} (segment {at})", f"cut off: no {expected} before")


def _padded(segment, width):
    return segment + [""] * (width - len(segment))


def _transaction(header, group, segment, at):
    envelope = Envelope(
        syntax="x12",
        version=group.header[8].strip() or None,
        profile=segment[1].strip() or None,
        sender=_party(header[5], header[6]),
        receiver=_party(header[7], header[8]),
        control=header[13].strip() or None,
        group=group.header[6].strip() or None,
        reference=segment[2].strip() or None,
        test=header[15].strip() == "T",
    )
    return Transaction(
        type=segment[1].strip(),
        segments=[segment],
        first=at,
        envelope=envelope,
        prepared=_day(group.header[4].strip()),
        group_type=group.header[1].strip(),
    )


def _day(text):
    """The date of a group; it says when it was sent and no more, so that one that is none does not matter."""
    try:
        return compact_date(text)
    except FormatError:
        return None


def _party(qualifier, value):
    scheme = qualifier.strip()
    return (INTERCHANGE_SCHEMES.get(scheme, scheme), value.strip()) if value.strip() else None


def _faults(segment, count, control, named):
    """What the segment that closes something says that is not so."""
    tag = segment[0]
    segment = _padded(segment, 3)
    faults = {}
    if not _is_number(segment[1], count):
        faults["inconsistent", f"{tag}/01"] = f"{segment[1]} counted {count}"
    if segment[2].strip() != control.strip():
        faults["inconsistent", f"{tag}/02"] = f"{segment[2]} is not {named} {control}"
    return faults


def _is_number(text, count):
    text = text.strip()
    return text.isascii() and text.isdigit() and len(text) < 12 and int(text) == count


def remarks_of(interchange, group, transaction, strict):
    """The remarks that a document begins with: what the frames around it say that is not so."""
    remarks = Remarks()
    faults = interchange.faults | group.faults | transaction.faults
    for (code, place), text in faults.items():
        if strict:
            raise FormatError(code, place, text)
        remarks.add(code, place, text)
    return remarks
