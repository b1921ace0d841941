"""JSON: every document, as its class has it.

An object is a document, told by its property ``document``; a list holds several. What is absent is left out,
decimals and dates are texts. The schemas are in ``schemas``, one for each document.

Refused are two values for one name, numbers that are none, encodings that are broken, texts that no database takes.
"""

import codecs
import json

from ..base import Format
from ..errors import FormatError
from ..structure import paths_of
from ..xml_reader import MAX_BYTES
from .codec import read_document, write_document
from .schema import CLASSES, schema_of
from .values import Number

__all__ = ["FORMAT", "parse", "render", "schemas"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def parse(raw, *, strict=False, max_bytes=MAX_BYTES):
    if len(raw) > max_bytes:
        raise FormatError("too_large", "", f"{len(raw)} bytes, at most {max_bytes} are read")
    data = _loaded(_text(bytes(raw)))
    if not isinstance(data, list):
        return [read_document(data, "", strict)]
    if not data:
        raise FormatError("missing", "/", "an empty list: no document")
    return [read_document(each, f"/{index}", strict) for index, each in enumerate(data)]


def _text(raw):
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if encoding is None:
        encoding = json.detect_encoding(raw)
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"not the encoding it seems to be in, {encoding}"
        raise FormatError("not_well_formed", f"byte {error.start}", reason) from None


def _loaded(text):
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        raise FormatError("not_well_formed", position, error.msg) from None
    except RecursionError:
        raise FormatError("not_well_formed", "/", "nested too deeply") from None


def _once(pairs):
    found = {}
    for name, value in pairs:
        if name in found:
            raise FormatError("not_well_formed", "/", f"two values for {name[:60]!a}")
        found[name] = value
    return found


def _constant(text):
    raise FormatError("invalid_number", "/", f"not a number: {text}")


def render(document):
    return json.dumps(write_document(document), ensure_ascii=False).encode()


def schemas():
    """{name of the document: its JSON Schema}."""
    return {name: schema_of(cls) for name, cls in CLASSES.items()}


FORMAT = Format(
    code="json",
    name="JSON",
    content_type="application/json",
    carries={cls: paths_of(cls) for cls in CLASSES.values()},
    parse=parse,
    render=render,
)
