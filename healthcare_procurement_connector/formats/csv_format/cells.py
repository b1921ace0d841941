"""Rows of cells: encodings, delimiters, and texts that a spreadsheet would take for formulas."""

import codecs
import csv
import re

from ..errors import FormatError

DELIMITERS = ";,\t|"
# More than any line of a catalogue has, and little enough to be kept in memory.
MAX_ROW = 1_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What a formula begins with in one spreadsheet or another, full-width signs included; and the apostrophe that
# says "text", so that one that was there before is not taken for it.
_FORMULA = re.compile("['=+\\-@\t\r\n＝＋－＠]")
_QUOTED = re.compile(r'"[^"]*"')


# Texts -------------------------------------------------------------------------------------------------------


def safe(text):
    """A text as it may stand in a cell: an apostrophe before what could be a formula.

    >>> safe("=1+1"), safe("'tis"), safe("gloves")
    ("'=1+1", "''tis", 'gloves')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell):
    """The text of a cell: the inverse of ``safe``.

    >>> plain("'=1+1"), plain("''tis"), plain("'tis")
    ('=1+1', "'tis", "'tis")
    """
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell


# Bytes -------------------------------------------------------------------------------------------------------


def decoded(raw, encoding=None):
    """The text, in the encoding given, else that of its mark, else UTF-8, else Windows-1252."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            raw, encoding = raw[len(mark) :], encoding or name
            break
    for name in (encoding,) if encoding else ("utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except LookupError:
            raise FormatError("not_well_formed", "", f"no encoding {name[:60]!a}") from None
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            failed = FormatError("not_well_formed", f"line {line}", f"not in the encoding {name}")
    raise failed


def lines_of(text):
    """The lines of a text with their ends; a carriage return alone ends one where there is no line feed."""
    end = "\n" if "\n" in text else "\r"
    start = 0
    while start < len(text):
        stop = text.find(end, start) + 1 or len(text)
        yield text[start:stop]
        start = stop


# Rows --------------------------------------------------------------------------------------------------------


class _Lines:
    """The lines for one reader: each counted, decoded and looked at; one that is refused stops no other."""

    def __init__(self, lines, encoding):
        self._lines = iter(lines)
        self._encoding = encoding
        self.number = 0
        self.size = 0

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self._lines)
        self.number += 1
        try:
            text = line if isinstance(line, str) else decoded(line, self._encoding)
        except FormatError as error:
            raise error.at(self.place) from None
        self.size += len(text)
        if self.size > MAX_ROW:
            reason = f"more than {MAX_ROW} characters in one row"
            raise FormatError("too_large", self.place, reason)
        if "\0" in text:
            raise FormatError("invalid_text", self.place, "a zero in the text")
        return text

    @property
    def place(self):
        return f"line {self.number}"


def rows_of(lines, delimiter=None, encoding=None):
    """(line number, cells) for each row that is not empty; (line number, FormatError) for one that cannot be read.

    Takes any number of lines, texts or bytes, and keeps one row of them. Without a delimiter the first line shows
    which one it is.
    """
    lines = _Lines(lines, encoding)
    first = next(lines, None)
    if first is None:
        return
    reader = csv.reader(
        _Again(first, lines), delimiter=delimiter or delimiter_of(first), strict=True
    )
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = FormatError("not_well_formed", lines.place, str(error))
        except FormatError as error:
            cells = error
        lines.size = 0
        if isinstance(cells, FormatError) or any(cells):
            yield lines.number, cells


class _Again:
    """The lines with the first one, that was looked at already, before them. No generator: it goes on after errors."""

    def __init__(self, first, lines):
        self._first = first
        self._lines = lines

    def __iter__(self):
        return self

    def __next__(self):
        first, self._first = self._first, None
        return next(self._lines) if first is None else first


def delimiter_of(line):
    """The delimiter that comes most often outside of quotes.

    >>> delimiter_of('number;"a, b, c";price')
    ';'
    """
    bare = _QUOTED.sub("", line)
    return max(DELIMITERS, key=bare.count) if any(each in bare for each in DELIMITERS) else ","


class Written:
    """Rows as text: what Python's writer takes for a file."""

    def __init__(self, delimiter):
        self.parts = []
        self._writer = csv.writer(self, delimiter=delimiter, lineterminator="\r\n")

    def write(self, text):
        self.parts.append(text)

    def row(self, cells):
        self._writer.writerow(cells)
