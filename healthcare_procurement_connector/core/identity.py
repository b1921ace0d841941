"""When two documents are the same one: in business, and to the byte."""

import hashlib


def normalise_number(number: str) -> str:
    """A document number without what people and programs add or leave out: case, blanks, punctuation.

    >>> normalise_number(" inv-2026/0017 ") == normalise_number("INV 2026 0017")
    True
    >>> normalise_number("17") == normalise_number("017")
    False
    """
    return "".join(character for character in number.upper() if character.isalnum())


def normalise_id(value: str) -> str:
    """A GLN, VAT number or account number as it is compared.

    >>> normalise_id("be 0477.472.701")
    'BE0477472701'
    """
    return normalise_number(value)


def identity_key(document_type: str, partner_id: int, number: str) -> str:
    """The document's identity in business: who says it, what kind, which number."""
    return f"{document_type}:{partner_id}:{normalise_number(number)}"


def content_hash(raw: bytes) -> str:
    """Of the bytes exactly as they came."""
    return hashlib.sha256(raw).hexdigest()
