"""What else was agreed or is known: contracts, blanket orders, and bills that may be the same one."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .exact import Number
from .rates import Rates

# Compared, never looked into: (0, when posted, id) for posted bills, (1, id) for drafts.
Rank = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Contract:
    """What a contract in force on the order's day asks for one base unit at most."""

    reference: str
    price: Fraction
    currency: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a line of another bill, or of a posted ``credit`` note (negative), draws on a blanket order.

    In the blanket order's currency, unless ``rates`` lead from that to the bill's own; ``received``: whether goods
    are, of that line.
    """

    bill: int
    rank: Rank
    amount: Number
    corrects: int | None = None
    rates: Rates | None = None
    received: bool = True
    credit: bool = False


@dataclass(frozen=True, slots=True)
class Blanket:
    """An order up to a value, or for a time, on which several bills draw; None where it sets no bound."""

    key: Hashable
    name: str
    currency: str
    value: Number | None = None
    start: date | None = None
    end: date | None = None
    drawn: tuple[Drawn, ...] = ()


@dataclass(frozen=True, slots=True)
class Twin:
    """Another bill of the same supplier that may be this one again.

    ``same_number``: its number is equal but for case, blanks and punctuation. Else its amount and its lines are.
    """

    label: str
    rank: Rank
    same_number: bool
