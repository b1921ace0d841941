"""A catalogue that arrives: its head is read at the door, its lines by the run it becomes."""

import io
import re

from ...formats import FormatError, detect
from ...formats.catalogue_stream import open_catalogue

# Where each document of an interchange begins.
_DOCUMENTS = {
    "ubl": re.compile(rb"<[\w:]*Catalogue[\s>]"),
    "x12": re.compile(rb"(?<![A-Za-z0-9])ST([^A-Za-z0-9])\d{3}\1"),
    "edifact": re.compile(rb"(?<![A-Za-z0-9])UNH[^A-Za-z0-9]"),
}


def catalogue_head(raw):
    """[the catalogue without its lines]; None where the bytes are something else, or several documents."""
    try:
        found = _DOCUMENTS.get(detect(raw))
        if found is None or len(found.findall(raw)) != 1:
            return None
        return [open_catalogue(io.BytesIO(raw))[0]]
    except FormatError:
        # Whoever reads it in one piece says why.
        return None
