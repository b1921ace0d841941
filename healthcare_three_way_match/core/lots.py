"""Lots: which arrived, which the supplier said were coming, which the bill names."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot the bill or a despatch advice names; ``quantity`` in base units where one was said."""

    name: str
    expiry: date | None = None
    quantity: Fraction | None = None


@dataclass(frozen=True, slots=True)
class ArrivedLot:
    """What of a lot arrived and stayed, in base units; ``day`` is when the last of it came."""

    name: str
    quantity: Fraction
    day: date
    expiry: date | None = None

    @property
    def expired(self) -> bool:
        """Whether it could not be used any more on the day it came.

        >>> ArrivedLot("L1", Fraction(1), date(2026, 3, 2), date(2026, 3, 1)).expired
        True
        """
        return self.expiry is not None and self.expiry < self.day


def lot_key(name: str) -> str:
    """A lot's name as it is compared: without case and blanks."""
    return "".join(name.split()).upper()


def named_lots(text: str) -> tuple[Lot, ...]:
    """The lots a person wrote down, one after the other, each with its expiry where that was said.

    >>> named_lots("A-17 2027-01-31, b 18;")
    (Lot(name='A-17', expiry=datetime.date(2027, 1, 31), quantity=None), Lot(name='b 18', expiry=None, quantity=None))
    """
    lots = []
    for part in text.replace(";", ",").split(","):
        name, _blank, last = part.strip().rpartition(" ")
        try:
            expiry = date.fromisoformat(last)
        except ValueError:
            name, expiry = part.strip(), None
        if name:
            lots.append(Lot(name, expiry))
    return tuple(lots)
