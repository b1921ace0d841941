"""What else was agreed or is known: contracts, and bills that may be the same one."""

from dataclasses import dataclass
from fractions import Fraction

# Compared, never looked into: (0, when posted, id) for posted bills, (1, id) for drafts.
Rank = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """What a contract in force on the order's day asks for one base unit at most."""

    reference: str
    price: Fraction
    currency: str


@dataclass(frozen=True, slots=True)
class Twin:
    """Another bill of the same supplier that may be this one again.

    ``same_number``: its number is equal but for case, blanks and punctuation. Else its amount and its lines are.
    """

    label: str
    rank: Rank
    same_number: bool
