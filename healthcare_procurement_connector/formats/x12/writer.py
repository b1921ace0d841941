"""Segments to bytes: the envelope around them, the separators between them."""

import re
from datetime import datetime, time
from typing import NamedTuple

from ..errors import FormatError
from .codes import GROUP_TYPES, INTERCHANGE_SCHEMES

# Separators of elements, repetitions, components, segments: the usual ones, others for texts that have one of
# those, and control characters, which no text has. A reader takes them from the ISA.
CHOICES = ("*|\x1d", "^`\x1e", ">:\x1f", "~!\x1c")
_QUALIFIERS = {scheme: code for code, scheme in INTERCHANGE_SCHEMES.items()}
_MUTUAL = "ZZ"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# The version from which on ISA11 separates repetitions instead of naming a standard.
_REPEATS_SINCE = "00402"
_STANDARD = "U"
_ENVELOPE_VERSIONS = {"004010": "00401", "005010": "00501"}


class Frame(NamedTuple):
    """What is told around the document: ids as (scheme, value), numbers as texts, when it was prepared."""

    type: str
    version: str
    sender: tuple
    receiver: tuple
    control: str
    group: str
    reference: str
    prepared: datetime
    test: bool


def interchange(segments, frame, separators=None, encoding="utf-8"):
    """One interchange with one group with one transaction set, as bytes.

    ``segments`` are (tag, {element: text}). Separators that are given must not occur in the texts; without,
    such ones are chosen.
    """
    told = "".join([text for _tag, written in segments for text in written.values()])
    if _CONTROL.search(told):
        raise _uncontrolled(segments)
    told += frame.reference + frame.sender[1] + frame.receiver[1]
    element, repetition, component, terminator = _separators(told, separators)
    sender, receiver = _party(frame.sender, "ISA06"), _party(frame.receiver, "ISA08")
    control = _control(frame.control, 9, "ISA13")
    group = str(int(_control(frame.group, 9, "GS06")))
    version = _ENVELOPE_VERSIONS.get(frame.version, frame.version[:5])
    repeats = repetition if version >= _REPEATS_SINCE else _STANDARD
    moment = frame.prepared
    body = [[frame.type and "ST", frame.type, frame.reference]]
    body += [_elements(tag, written) for tag, written in segments]
    body.append(["SE", str(len(body) + 1), frame.reference])
    application = sender[1].strip(), receiver[1].strip()
    rows = [
        ["ISA", "00", " " * 10, "00", " " * 10, *sender, *receiver, f"{moment:%y%m%d}",
         f"{moment:%H%M}", repeats, version, control, "0", "T" if frame.test else "P", component],
        ["GS", GROUP_TYPES[frame.type], *application, f"{moment:%Y%m%d}".zfill(8), f"{moment:%H%M}",
         group, "X", frame.version],
        *body,
        ["GE", "1", group],
        ["IEA", "1", control],
    ]  # fmt: skip
    line_end = "\n" if terminator == CHOICES[3][0] else ""
    text = "".join([f"{element.join(row)}{terminator}{line_end}" for row in rows])
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        reason = f"{encoding} cannot hold {text[error.start]!a}"
        raise FormatError("invalid_text", "", reason) from None


def _elements(tag, written):
    row = [tag, *[""] * max(written, default=0)]
    for at, text in written.items():
        row[at] = text
    return row


def _uncontrolled(segments):
    """The error of the first element with a character that X12 cannot hold."""
    tag, at, found = next(
        (tag, at, found)
        for tag, written in segments
        for at, text in written.items()
        if (found := _CONTROL.search(text))
    )
    reason = f"X12 cannot hold {found[0]!a} in an element"
    return FormatError("invalid_text", f"{tag}/{at:02}", reason)


def _separators(told, separators):
    """Those asked for, or ones that are not in ``told``, all that is written."""
    if separators is None:
        return [next(mark for mark in marks if mark not in told) for marks in CHOICES]
    if len(set(separators)) != len(CHOICES) or any(mark.isalnum() for mark in separators):
        reason = (
            f"separators of elements, repetitions, components, segments: not {separators!a:.40}"
        )
        raise FormatError("invalid_text", "ISA", reason)
    for mark in separators:
        if mark in told:
            raise FormatError("invalid_text", "ISA", f"a text has the separator {mark!a}")
    return separators


def _party(pair, name):
    scheme, value = pair
    qualifier = _QUALIFIERS.get(scheme, scheme)
    if len(qualifier) != 2:
        qualifier = _MUTUAL
    if not value or len(value) > 15 or value != value.strip():
        raise FormatError("invalid_text", name, f"an id of 1 to 15 characters, not {value!a:.40}")
    if _CONTROL.search(value):
        raise FormatError("invalid_text", name, f"not an id: {value!a:.40}")
    return qualifier, value.ljust(15)


def _control(text, width, name):
    if not (text.isascii() and text.isdigit()) or len(text.lstrip("0")) > width:
        raise FormatError("invalid_number", name, f"a number of {width} digits, not {text!a:.40}")
    return text.zfill(width)[-width:]


def moment_of(prepared, issued):
    """When the interchange was prepared: as told, else at the beginning of the document's day."""
    if prepared is not None:
        return prepared
    if issued is None:
        reason = "when it was prepared: neither the option nor the document says"
        raise FormatError("missing", "ISA09", reason)
    return datetime.combine(issued, time())
