"""Which syntax is it? Told from the bytes alone: names, headers and media types of partners lie."""

import codecs
import re

from . import xml_reader
from .errors import FormatError

UBL_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
_HEAD = 4096
# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
_PATTERNS = (
    # Not \s: control characters that it takes for white space are separators of X12.
    ("x12", re.compile(r"ISA[^A-Za-z0-9 \t\r\n]")),
    ("edifact", re.compile(r"UNA.{6}\s*[A-Z]{3}|UN[BGH][^A-Za-z0-9\s]", re.DOTALL)),
    ("json", re.compile(r"[\[{]")),
)
_CSV = re.compile(r"[^\n]*[,;\t|]")


def detect(raw):
    """The code of the format ``raw`` is written in; FormatError if it is none we know of.

    >>> detect(b'UNB+UNOA:1+SENDER+RECEIVER+200101:1200+1')
    'edifact'
    >>> detect('\\ufeff{"number": "P1"}'.encode("utf-16-le"))
    'json'
    """
    head = _text(bytes(raw[:_HEAD])).lstrip()
    if head.startswith("<"):
        return _xml(raw)
    for code, pattern in _PATTERNS:
        if pattern.match(head):
            return code
    if _CSV.match(head) and not _CONTROL.search(head):
        return "csv"
    raise FormatError("unsupported_format", "", "neither UBL, cXML, X12, EDIFACT, JSON nor CSV")


def _xml(raw):
    namespace, name = xml_reader.root_name(raw)
    if namespace.startswith(UBL_NAMESPACE):
        return "ubl"
    if name == "cXML":
        return "cxml"
    raise FormatError("unsupported_format", f"/{name}", f"XML, but neither UBL nor cXML: {name}")


def _text(head):
    """The beginning as text, in the encoding its first bytes tell; Latin-1 never fails."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    for zero, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(head) > 1 and head[zero] == 0 and head[1 - zero]:
            return head.decode(encoding, "replace")
    return head.decode("latin-1")
