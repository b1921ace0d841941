"""What a syntax with interchanges asks for beside the document: versions, numbers, identifiers."""

from typing import NamedTuple

from .documents import Envelope

# The versions that are written, the default first.
VERSIONS = {"x12": ("004010", "005010"), "edifact": ("D.96A", "D.01B")}
# ISA13 has nine digits, UNB 0020 room for more.
LARGEST_NUMBER = 999_999_999
# What an identifier in ISA06 and in UNB 0004 may have.
LONGEST_ID = {"x12": 15, "edifact": 35}
_REFERENCES = {"x12": "0001", "edifact": "1"}


class Controls(NamedTuple):
    """Under what a document travelled: the references of interchange, group and document, None where there is none."""

    interchange: str | None = None
    group: str | None = None
    document: str | None = None


def controls_for(syntax: str, number: int) -> Controls:
    """Those of an interchange of one document.

    >>> controls_for("x12", 7)
    Controls(interchange='7', group='7', document='0001')
    >>> controls_for("edifact", 7)
    Controls(interchange='7', group=None, document='1')
    """
    return Controls(str(number), str(number) if syntax == "x12" else None, _REFERENCES.get(syntax))


def normal(control: str | None) -> str | None:
    """A reference as it is compared: partners fill numbers with zeros, or take them away.

    >>> normal("000000012"), normal("ABC01"), normal("000"), normal(None)
    ('12', 'ABC01', '0', None)
    """
    text = (control or "").strip()
    if text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    return text or None


def controls_of(envelope: Envelope) -> Controls:
    """Those that a document which was read travelled under."""
    return Controls(*map(normal, (envelope.control, envelope.group, envelope.reference)))
