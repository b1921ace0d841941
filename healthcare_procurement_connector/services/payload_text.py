"""Makes a message's bytes readable for a person; what is shown is text, never markup."""

from lxml import etree


def readable(raw):
    """Indented XML, or the text as it stands; never raises."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True
    )
    try:
        return etree.tostring(etree.fromstring(raw, parser), pretty_print=True, encoding="unicode")
    except (etree.XMLSyntaxError, ValueError):
        return raw.decode("utf-8", errors="replace")
