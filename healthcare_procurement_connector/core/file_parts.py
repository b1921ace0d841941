"""Names and cells that are safe in other people's programs, whatever a partner's text holds."""

import re

_UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_LONGEST = 80


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
