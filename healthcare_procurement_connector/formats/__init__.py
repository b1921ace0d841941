"""Bytes in the syntaxes of partners, to and from the canonical documents of ``core.documents``.

A format is a row of ``FORMATS``; whoever brings another one adds its row.
"""

from . import csv_format, cxml, edifact, json_format, ubl, x12
from .base import Format
from .detection import detect
from .errors import FormatError

__all__ = ["FORMATS", "Format", "FormatError", "acknowledge", "detect", "parse", "render"]

FORMATS = {
    each.code: each
    for each in (
        ubl.FORMAT,
        cxml.FORMAT,
        x12.FORMAT,
        edifact.FORMAT,
        json_format.FORMAT,
        csv_format.FORMAT,
    )
}


def parse(raw, format=None, **options):
    """The documents in ``raw``, in the format named or else the one its bytes show.

    ``strict=True`` raises on what is otherwise read with a remark: a value given twice, an obsolete code,
    totals that do not add up, something missing that the format demands.
    """
    return _format(format or detect(raw)).parse(raw, **options)


def render(document, format, **options):
    """``document`` as bytes. FormatError if it holds a value that the format has no place for."""
    return _format(format).render(document, **options)


def acknowledge(raw, control, format=None, **options):
    """The functional acknowledgements to send for what came in, numbered from ``control`` on.

    Each is a receipt with the envelope to render it in. FormatError if ``raw`` cannot be taken apart at all.
    """
    found = _format(format or detect(raw))
    if found.acknowledge is None:
        raise FormatError(
            "unsupported_type", "", f"{found.name} has no functional acknowledgements"
        )
    return found.acknowledge(raw, control, **options)


def _format(code):
    if code not in FORMATS:
        raise FormatError("unsupported_format", "", f"no reader or writer for {code}")
    return FORMATS[code]
