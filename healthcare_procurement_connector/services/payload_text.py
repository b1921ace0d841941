"""Makes a message's bytes readable for a person; what is shown is text, never markup."""

import re

from lxml import etree

_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\sencoding=["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"\ufeff?\s*<\?xml[^>]*\?>")
# A line that nobody can read across.
_LONG_LINE = 1000


def readable(raw):
    """Indented XML, or the text as it stands; never raises."""
    try:
        root = etree.fromstring(raw, _parser())
        return etree.tostring(root, pretty_print=True, encoding="unicode")
    except (etree.XMLSyntaxError, ValueError):
        return raw.decode("utf-8", errors="replace")


def _parser():
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True
    )


def editable(raw):
    """The bytes as text to edit, exactly, but for XML all on one line: that is indented.

    ValueError where they are no text.
    """
    if b"\x00" in raw:
        raise ValueError("bytes with NULs are no text to edit")
    text = raw.decode(_encoding(raw)).replace("\r\n", "\n")
    longest = max(map(len, text.splitlines()), default=0)
    return _indented(raw, text) if longest > _LONG_LINE else text


def _indented(raw, text):
    try:
        tree = etree.fromstring(raw, _parser()).getroottree()
    except (etree.XMLSyntaxError, ValueError):
        return text
    declaration = _DECLARATION.match(text)
    body = etree.tostring(tree, pretty_print=True, encoding="unicode")
    return f"{declaration[0].strip()}\n{body}" if declaration else body


def encoded(text, before):
    """Text that was edited, as bytes in the encoding and with the line ends of the bytes ``before``."""
    plain = text.replace("\r\n", "\n")
    if b"\r\n" in before:
        plain = plain.replace("\n", "\r\n")
    return plain.encode(_encoding(before))


def _encoding(raw):
    """What an XML declaration says, else UTF-8, else Latin-1: the first one that the bytes fit."""
    declared = _DECLARED.match(raw)
    for name in (declared[1].decode("ascii") if declared else "utf-8", "utf-8"):
        try:
            raw.decode(name)
            return name
        except (LookupError, UnicodeDecodeError):
            continue
    return "latin-1"
