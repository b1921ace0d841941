"""What the readers of large catalogues share: blocks of bytes, texts of them, pieces of those, lines one by one."""

import codecs
from collections.abc import Callable
from typing import NamedTuple

from ..core.documents import CatalogueLine
from .errors import FormatError

BLOCK = 65_536
# More than any line of a catalogue has, and little enough to be kept in memory.
MAX_LINE = 1_000_000


class ReadLine(NamedTuple):
    """A line of a catalogue, by where it begins (line or segment): what it says, or why it cannot be read."""

    row: int
    line: CatalogueLine | None
    error: FormatError | None


class UnreadLine(NamedTuple):
    """A line by where it begins; ``read()`` says what it says, until the next line is asked for."""

    row: int
    read: Callable[[], CatalogueLine]


def blocks_of(file):
    """The bytes of ``file`` from its beginning on, a block at a time."""
    file.seek(0)
    return iter(lambda: file.read(BLOCK), b"")


def head_of(file):
    """The first block of ``file``."""
    file.seek(0)
    return file.read(BLOCK)


def is_encoded_in(file, encoding):
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in blocks_of(file):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def texts_of(file, encoding):
    """The text of ``file``, a block at a time."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in blocks_of(file):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        reason = f"byte {error.object[error.start]:#04x} is not {encoding}"
        raise FormatError("not_well_formed", "", reason) from None


def pieces_of(texts, split):
    """The pieces that ``split`` divides the whole text into; of a block's last piece the end may be in the next.

    >>> list(pieces_of(["a'b", "c'", "d"], lambda text: text.split("'")))
    ['a', 'bc', 'd']
    """
    rest = ""
    for text in texts:
        *pieces, rest = split(rest + text)
        yield from pieces
        if len(rest) > MAX_LINE:
            raise FormatError("too_large", "", f"more than {MAX_LINE} characters without an end")
    yield rest


class LineSegments:
    """The segments of the line that is being read, and where it begins; refused where they are too many."""

    def __init__(self, first, at):
        self.segments = [first]
        self.at = at
        self._size = 0

    def add(self, segment):
        self._size += sum(map(len, map("".join, segment))) + 1
        if self._size > MAX_LINE:
            where = f"{self.segments[0][0]} (segment {self.at})"
            raise FormatError("too_large", where, f"more than {MAX_LINE} characters in one line")
        self.segments.append(segment)


def read_line(unread):
    try:
        return ReadLine(unread.row, unread.read(), None)
    except FormatError as error:
        return ReadLine(unread.row, None, error)
