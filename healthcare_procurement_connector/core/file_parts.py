"""Names and cells that are safe in other people's programs, whatever a partner's text holds."""

import re

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 80
_ENDINGS = (("xml", "xml"), ("json", "json"), ("csv", "csv"), ("x12", "x12"), ("edifact", "edi"))


def safe_name(text: str) -> str:
    """A file name without folders, blanks or hidden files; never empty.

    >>> safe_name("../P 00/12")
    'P_00_12'
    >>> safe_name("..")
    'document'
    """
    return _UNSAFE.sub("_", text).strip("._")[:_LONGEST] or "document"


def safe_cell(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Gloves, size M")
    ("'=HYPERLINK(1)", 'Gloves, size M')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def file_name(document_type: str, number: str, uid: str, content_type: str) -> str:
    """The name of a document's file: for people its type and number, for programs the message's id.

    >>> file_name("order", "P/00012", "5f0c", "application/xml")
    'order-P_00012-5f0c.xml'
    >>> file_name("order_change", "P00012", "5f0c", "application/EDI-X12")
    'order_change-P00012-5f0c.x12'
    """
    said = content_type.lower()
    ending = next((ending for part, ending in _ENDINGS if part in said), "txt")
    return f"{safe_name(document_type)}-{safe_name(number)}-{safe_name(uid)}.{ending}"
