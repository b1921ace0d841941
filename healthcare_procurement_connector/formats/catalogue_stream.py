"""Catalogues of any length from a file, line by line, with the memory of a few lines.

``parse`` holds the whole document and refuses the whole where one line is bad. Here a bad line is told, and those
after it are read. A file holds one catalogue: an interchange of several is for ``parse``.
"""

from dataclasses import replace
from functools import partial
from itertools import islice

from ..core.documents import Catalogue
from . import json_format
from .csv_format import open_catalogue as open_csv
from .detection import detect
from .edifact.streaming import open_catalogue as open_edifact
from .errors import FormatError
from .streams import ReadLine, UnreadLine, blocks_of, head_of, read_line
from .ubl.streaming import open_catalogue as open_ubl
from .x12.streaming import open_catalogue as open_x12

__all__ = ["STREAMS", "ReadLine", "open_catalogue"]


def _open_json(file):
    """Whole, and so only as long as ``parse`` reads: nobody but ourselves sends catalogues in JSON."""
    found = json_format.FORMAT.parse(b"".join(blocks_of(file)))
    if len(found) != 1 or not isinstance(found[0], Catalogue):
        raise FormatError("unsupported_type", "", "not one catalogue")
    lines = found[0].lines
    head = replace(found[0], lines=())
    return head, (UnreadLine(place, partial(_same, line)) for place, line in enumerate(lines, 1))


def _same(line):
    return line


# Each gives the catalogue without its lines and an iterator of UnreadLine.
STREAMS = {
    "ubl": open_ubl,
    "x12": open_x12,
    "edifact": open_edifact,
    "csv": open_csv,
    "json": _open_json,
}


def open_catalogue(file, format=None, *, skip=0, **options):
    """(a Catalogue that tells all but its lines, an iterator of ReadLine).

    The first ``skip`` lines are passed over without being read, which takes a fraction of the time.
    ``file`` is binary and seekable, and must stay open while lines are read. FormatError if it is no catalogue;
    also while lines are read, where the file is cut off or no longer well formed: nothing is known of what
    would have come after.
    """
    code = format or detect(head_of(file))
    if code not in STREAMS:
        raise FormatError("unsupported_format", "", f"no catalogues in {code}")
    file.seek(0)
    head, lines = STREAMS[code](file, **options)
    return head, map(read_line, islice(lines, skip, None))
