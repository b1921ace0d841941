"""When two documents are the same one: in business, and to the byte."""

import hashlib
import re

_PUNCTUATION = re.compile(r"(?P<between>(?<=\d)[\W_]+(?=\d))|[\W_]+")


def normalise_number(number: str) -> str:
    """A document number without what people and programs add or leave out: case, blanks, punctuation.

    Between two digits a separator stays, whichever it is: there it tells numbers apart.

    >>> normalise_number(" inv-2026/0017 ") == normalise_number("INV 2026 0017")
    True
    >>> normalise_number("2026-1-11") == normalise_number("2026-11-1")
    False
    >>> normalise_number("17") == normalise_number("017")
    False
    """
    return _PUNCTUATION.sub(lambda match: "-" if match["between"] else "", number.upper())


def normalise_id(value: str) -> str:
    """A GLN, VAT number or account number as it is compared.

    >>> normalise_id("be 0477.472.701")
    'BE0477472701'
    """
    return "".join(character for character in value.upper() if character.isalnum())


def identity_key(document_type: str, partner_id: int, number: str) -> str:
    """The document's identity in business: who says it, what kind, which number."""
    return f"{document_type}:{partner_id}:{normalise_number(number)}"


def content_hash(raw: bytes) -> str:
    """Of the bytes exactly as they came."""
    return hashlib.sha256(raw).hexdigest()
