"""Makes a message's bytes readable for a person; what is shown is text, never markup."""

import re

from lxml import etree

_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\sencoding=["']([A-Za-z0-9._-]+)["']""")


def readable(raw):
    """Indented XML, or the text as it stands; never raises."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True
    )
    try:
        return etree.tostring(etree.fromstring(raw, parser), pretty_print=True, encoding="unicode")
    except (etree.XMLSyntaxError, ValueError):
        return raw.decode("utf-8", errors="replace")


def decoded(raw):
    """The bytes as text to edit, exactly; ValueError where they are no text."""
    if b"\x00" in raw:
        raise ValueError("bytes with NULs are no text to edit")
    return raw.decode(_encoding(raw)).replace("\r\n", "\n")


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
