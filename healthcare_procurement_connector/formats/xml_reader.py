"""Untrusted bytes to an XML tree: no entities, no document type, no network, no bombs."""

import codecs
import re

from lxml import etree

from .errors import FormatError

MAX_BYTES = 20_000_000
_HEAD_STEP = 512
_HEAD_LIMIT = 65_536
_SPACE = " \t\r\n"
SAFE = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


# Where a message of lxml begins to quote: not in the middle of "Couldn't".
_QUOTED = re.compile(r"(?:\s*(?:(?<!\w)'|[\":]|0x)|(?<=Start Tag)\s).*", re.DOTALL)
# A declaration that only names where a document type is, in front of the root element. Possessive repetition:
# a hostile prologue costs no more than its length.
_DOCTYPE = re.compile(
    r"""\A\ufeff?(?:<\?xml\b[^>]*+>)?+(?:\s++|<!--(?s:.*?)-->|<\?(?s:.*?)\?>)*+
    (?P<declaration><!DOCTYPE\s++[\w.:-]++\s++
    (?:SYSTEM|PUBLIC\s++(?:"[^"<>]*+"|'[^'<>]*+'))\s++(?:"[^"<>]*+"|'[^'<>]*+')\s*+>)""",
    re.VERBOSE,
)
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def load(raw, max_bytes=MAX_BYTES, external_doctype=False):
    """The root element of the document in ``raw``.

    ``external_doctype``: a declaration is passed over that only says where the document type is found, as if it
    were not there: nothing is fetched, and entities that might have been defined there are not known.
    """
    if len(raw) > max_bytes:
        raise FormatError("too_large", "", f"{len(raw)} bytes, at most {max_bytes} are read")
    if external_doctype:
        raw = _without_doctype(bytes(raw))
    try:
        root = etree.fromstring(raw, etree.XMLParser(**SAFE))
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error) from None
    except (LookupError, ValueError) as error:
        raise FormatError("not_well_formed", "", str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise FormatError("forbidden", "line 1", "a document type declaration is not accepted")
    return root


def _without_doctype(raw):
    """The same bytes with blanks in place of the declaration, so that lines keep their numbers."""
    encoding = _WIDE.get(raw[:2], "latin-1")
    size = _HEAD_LIMIT if encoding == "latin-1" else 2 * _HEAD_LIMIT
    head = raw[:size].decode(encoding, "replace")
    found = _DOCTYPE.match(head.removeprefix("\xef\xbb\xbf"))
    if not found:
        return raw
    declaration = found["declaration"]
    blank = "".join(each if each == "\n" else " " for each in declaration)
    return raw.replace(declaration.encode(encoding), blank.encode(encoding), 1)


def root_name(raw):
    """The (namespace, name) of the root element, reading no further than to its start tag."""
    parser = etree.XMLPullParser(events=("start",), **SAFE)
    try:
        for start in range(0, min(len(raw), _HEAD_LIMIT), _HEAD_STEP):
            parser.feed(raw[start : start + _HEAD_STEP])
            for _event, element in parser.read_events():
                name = etree.QName(element)
                return name.namespace or "", name.localname
    except etree.XMLSyntaxError as error:
        raise not_well_formed(error) from None
    except (LookupError, ValueError) as error:
        raise FormatError("not_well_formed", "", str(error)) from None
    raise FormatError("not_well_formed", "line 1", "no root element found")


def not_well_formed(error):
    """What lxml found, without what it quotes: a document may hold secrets, and this is not the place for them."""
    reason = _QUOTED.sub("", error.msg or "") or "not XML"
    return FormatError("not_well_formed", f"line {error.lineno or 1}", reason)


def read_text(element, reading=None):
    """The text of an element that holds nothing else, without the space around it; None if there is none."""
    if len(element):
        raise FormatError(
            "unexpected_structure", position(element), "elements where a value belongs"
        )
    text = element.text
    return (text.strip(_SPACE) or None) if text else None


def path(element):
    """Where an element stands, by names: ``/Order/OrderLine/LineItem``."""
    names = []
    while element is not None:
        names.append(element.tag.rpartition("}")[2])
        element = element.getparent()
    return "/" + "/".join(reversed(names))


def position(element):
    """The path and, in a document that was read, the line."""
    line = element.sourceline
    return f"{path(element)} (line {line})" if line else path(element)
