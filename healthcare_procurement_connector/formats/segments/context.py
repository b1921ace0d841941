"""What one reading or one writing of a document knows beside the segment at hand."""

from ...core.documents import Remark
from ..errors import FormatError

_TEXT_LIMIT = 120


class Remarks:
    """Remarks of one kind at one place are told once, with the first text and how often it came."""

    def __init__(self):
        self._told = {}

    def add(self, code, place, text):
        first, count = self._told.get((code, place)) or (_shortened(text), 0)
        self._told[code, place] = first, count + 1

    def all(self):
        return tuple(
            Remark(code, place, text if count == 1 else f"{text} ({count} times)")
            for (code, place), (text, count) in self._told.items()
        )


class Reading:
    """The segments of one document, how far they are read, and what was not understood.

    ``first`` is the number of the first of them in the interchange, counted from 1; ``envelope`` and
    ``prepared``, a date, tell how and when the document was sent. ``units`` are the partner's own codes of
    units, beside or instead of the standard's. ``long``: the version has longer texts. ``currencies`` are
    those of amounts, each with the position of the first.
    """

    def __init__(
        self,
        segments,
        first,
        *,
        envelope,
        strict=False,
        prepared=None,
        units=None,
        remarks=None,
        long=False,
    ):
        self.segments = segments
        self.first = first
        self.envelope = envelope
        self.strict = strict
        self.prepared = prepared
        self.units = units or {}
        self.long = long
        self.currencies = {}
        self.at = 0
        self._lines = 0
        self._remarks = remarks or Remarks()

    def place(self, segment, element=None):
        """Where in any document of this kind: ``PO1/04``."""
        return segment[0] if element is None else f"{segment[0]}/{element_name(element)}"

    def position(self, segment, element=None):
        """Where in this document: ``PO1/04 (segment 12)``."""
        return f"{self.place(segment, element)} (segment {self.first + self.at})"

    def not_understood(self, segment, text=None, element=None):
        """``text`` is what was said; else the element or the whole segment."""
        if text is None:
            told = segment[1:] if element is None else segment[element]
            text = told if isinstance(told, str) else _flat(told)
        self._remarks.add("not_understood", self.place(segment, element), text)

    def remark(self, code, segment, text, element=None):
        self._remarks.add(code, self.place(segment, element), text)

    def deviation(self, code, segment, text, element=None):
        """Something readable that should not be so: an error in strict reading, else a remark."""
        if self.strict:
            raise FormatError(code, self.position(segment, element), _shortened(text))
        self.remark(code, segment, text, element)

    def remark_here(self, code, text):
        """A remark on the segment that is being read."""
        self.remark(code, self.segments[self.at], text)

    def number_line(self, values, segment):
        """Count a line; one without a number of its own gets that of its place."""
        self._lines += 1
        if "number" not in values:
            self.remark("missing", segment, f"number of line {self._lines}")
            values["number"] = str(self._lines)

    def remarks(self):
        return self._remarks.all()


class Writing:
    """The segments so far, each its tag and a dict of place to text, and what is known of the whole.

    ``frame`` and ``prepared`` tell how and when the document is sent, ``changes`` that it changes an order.
    """

    def __init__(self, syntax, version, component, units=None, long=False):
        self.syntax = syntax
        self.version = version
        self.component = component
        self.long = long
        self.units = {own: code for code, own in (units or {}).items()}
        self.segments = []
        self.frame = None
        self.prepared = None
        self.changes = False
        self._number = 0

    def next_number(self):
        self._number += 1
        return str(self._number)


def element_name(element):
    """``04``, or with a component ``04.2``, as the standards number them."""
    if isinstance(element, tuple):
        return f"{element[0]:02}.{element[1] + 1}"
    return f"{element:02}"


def _flat(told):
    return " ".join(each if isinstance(each, str) else ":".join(each) for each in told).strip()


def _shortened(text):
    text = " ".join(text[: 4 * _TEXT_LIMIT].split())
    return text if len(text) <= _TEXT_LIMIT else text[:_TEXT_LIMIT] + "…"
