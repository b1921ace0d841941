"""Bytes to text: X12 says nothing of its encoding, EDIFACT names one, and a byte order mark is surer than both."""

import codecs

from ..errors import FormatError
from ..streams import head_of, is_encoded_in

MAX_BYTES = 20_000_000
# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def marked(raw, max_bytes):
    """``raw`` as text if its first bytes tell the encoding, else None; FormatError if it is too long."""
    if len(raw) > max_bytes:
        raise FormatError("too_large", "", f"{len(raw)} bytes, at most {max_bytes} are read")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return decoded(raw[len(mark) :], encoding)
    for zero, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(raw) > 1 and raw[zero] == 0 and raw[1 - zero]:
            return decoded(raw, encoding)
    return None


def decoded(raw, encoding):
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not {encoding}"
        raise FormatError("not_well_formed", "", reason) from None


def guessed(raw):
    """UTF-8 if it can be that, else Latin-1, which anything can be."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def encoding_of(file):
    """The encoding that ``marked`` and ``guessed`` find, of a file that is read block by block."""
    start = head_of(file)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    for zero, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 1 and start[zero] == 0 and start[1 - zero]:
            return encoding
    return "utf-8" if is_encoded_in(file, "utf-8") else "latin-1"
