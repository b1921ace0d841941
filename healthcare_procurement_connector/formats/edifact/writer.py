"""Segments to bytes: the envelope around them, separators, release characters, the character set."""

import re
from datetime import datetime, time
from typing import NamedTuple

from ..errors import FormatError
from .codes import INTERCHANGE_QUALIFIERS
from .interchange import Marks

_QUALIFIERS = {scheme: code for code, scheme in reversed(INTERCHANGE_QUALIFIERS.items())} | {
    "0060": "1"
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LATIN, _UNICODE = ("UNOC", "3", "iso8859-1"), ("UNOY", "4", "utf-8")
DEFAULT = ":+.? '"
# CONTRL is a message of the syntax, not of a directory.
_SYNTAX_MESSAGES = {"CONTRL": {"3": ("D", "3"), "4": ("4", "1")}}
AGENCY = "UN"


class Frame(NamedTuple):
    """What is told around the document: ids as (scheme, value), references, when it was prepared."""

    type: str
    version: str
    association: str | None
    sender: tuple
    receiver: tuple
    control: str
    group: str | None
    reference: str
    prepared: datetime
    test: bool


def interchange(segments, frame, separators=None):
    """One interchange with one message, as bytes. ``segments`` are (tag, {(element, component): text}).

    The character set is Latin-1 where it holds the texts, else UTF-8. ``separators`` are the six characters of
    UNA: component, element, decimal mark, release, repetition, terminator.
    """
    rows = [_elements(tag, written) for tag, written in segments]
    _check(rows)
    syntax, version, encoding = _character_set(rows, frame)
    marks = _marks(separators, version)
    sender, receiver = _party(frame.sender, "UNB/02"), _party(frame.receiver, "UNB/03")
    moment = frame.prepared
    directory = _directory(frame, version)
    header = ["UNB", [syntax, version], sender, receiver, [f"{moment:%y%m%d}", f"{moment:%H%M}"],
              [_reference(frame.control, "UNB/05")]]  # fmt: skip
    if frame.test:
        header += [[""]] * 5 + [["1"]]
    reference = _reference(frame.reference, "UNH/01")
    body = [["UNH", [reference], [frame.type, *directory, AGENCY, *_association(frame)]], *rows]
    body.append(["UNT", [str(len(body) + 1)], [reference]])
    if frame.group:
        group = _reference(frame.group, "UNG/05")
        group_header = [
            "UNG",
            [frame.type],
            sender,
            receiver,
            header[4],
            [group],
            [AGENCY],
            directory,
        ]
        body = [group_header, *body, ["UNE", ["1"], [group]]]
    rows = [header, *body, ["UNZ", ["1"], [header[5][0]]]]
    una = "UNA" + (separators or DEFAULT) if separators or version != "3" else "UNA" + DEFAULT
    text = una + "\n" + "".join(_line(row, marks) for row in rows)
    return text.encode(encoding)


def _elements(tag, written):
    width = max((number for number, _component in written), default=0)
    row = [tag, *([] for _ in range(width))]
    for (number, component), text in written.items():
        element = row[number]
        element.extend([""] * (component + 1 - len(element)))
        element[component] = text
    return row


def _line(row, marks):
    tag, *elements = row
    written = [tag, *(_element(element, marks) for element in elements)]
    return marks.element.join(written) + marks.terminator + "\n"


def _element(components, marks):
    return marks.component.join(_released(text, marks) for text in components)


def _released(text, marks):
    for mark in (marks.release, marks.component, marks.element, marks.terminator, marks.repetition):
        if mark and mark in text:
            text = text.replace(mark, marks.release + mark)
    return text


def _marks(separators, version):
    component, element, _decimal, release, repetition, terminator = separators or DEFAULT
    chosen = [component, element, release, terminator]
    if len(set(chosen)) < 4 or any(mark.isalnum() or mark.isspace() for mark in chosen):
        raise FormatError("invalid_text", "UNA", f"not separators: {separators!a:.40}")
    repeats = (repetition.strip() or "*") if version >= "4" else ""
    return Marks(component, element, release, repeats, terminator)


def _check(rows):
    for tag, *elements in rows:
        for number, components in enumerate(elements, 1):
            for text in components:
                if found := _CONTROL.search(text):
                    reason = f"EDIFACT cannot hold {found[0]!a} in an element"
                    raise FormatError("invalid_text", f"{tag}/{number:02}", reason)


def _character_set(rows, frame):
    """Latin-1, unless a text needs more, or would be taken for UTF-8 by whoever looks at the bytes."""
    texts = [text for _tag, *elements in rows for components in elements for text in components]
    texts += [frame.sender[1], frame.receiver[1]]
    whole = "".join(texts)
    if whole.isascii():
        return _LATIN
    try:
        raw = whole.encode("iso8859-1")
    except UnicodeEncodeError:
        return _UNICODE
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _LATIN
    return _UNICODE


def _directory(frame, syntax_version):
    fixed = _SYNTAX_MESSAGES.get(frame.type)
    if fixed:
        return list(fixed[syntax_version])
    version, _, release = frame.version.partition(".")
    if not (release and len(version) <= 3 and len(release) <= 3 and frame.version.isascii()):
        reason = f"a directory such as D.96A, not {frame.version!a:.40}"
        raise FormatError("invalid_text", "UNH/02.2", reason)
    return [version, release]


def _association(frame):
    return [frame.association] if frame.association else []


def _party(pair, place):
    scheme, value = pair
    qualifier = _QUALIFIERS.get(scheme, scheme)
    if not value or len(value) > 35 or value != value.strip() or _CONTROL.search(value):
        raise FormatError("invalid_text", place, f"an id of 1 to 35 characters, not {value!a:.60}")
    if len(qualifier) > 4:
        qualifier = "ZZZ"
    return [value, qualifier] if qualifier else [value]


def _reference(text, place):
    if not (1 <= len(text) <= 14) or text != text.strip() or _CONTROL.search(text):
        raise FormatError("invalid_text", place, f"1 to 14 characters, not {text!a:.40}")
    return text


def moment_of(prepared, issued):
    """When the interchange was prepared: as told, else at the beginning of the document's day."""
    if prepared is not None:
        return prepared
    if issued is None:
        reason = "when it was prepared: neither the option nor the document says"
        raise FormatError("missing", "UNB/04", reason)
    return datetime.combine(issued, time())
