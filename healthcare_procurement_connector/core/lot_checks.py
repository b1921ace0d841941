"""Which lots on a ship notice a person must see before the truck arrives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

RECALLED, EXPIRED, SHORT_DATED = "recalled", "expired", "short_dated"


@dataclass(frozen=True, slots=True)
class AnnouncedLot:
    """A lot or serial number of ``product`` (our id) on a ship notice; ``shelf_life`` is how many days it must have
    left on the day it arrives, 0: any."""

    product: int
    lot: str | None
    expiry: date | None
    shelf_life: int = 0


@dataclass(frozen=True, slots=True)
class Recall:
    """``lot`` None: all lots of the product."""

    product: int
    lot: str | None = None


def finding(lot: AnnouncedLot, recalls: Iterable[Recall], arrival: date) -> str | None:
    """RECALLED before EXPIRED before SHORT_DATED; None where there is nothing to say.

    >>> vial = AnnouncedLot(1, "A-1", date(2027, 1, 1), shelf_life=90)
    >>> finding(vial, [], date(2026, 9, 1)) is None
    True
    >>> finding(vial, [], date(2026, 12, 1)), finding(vial, [], date(2027, 1, 2))
    ('short_dated', 'expired')
    >>> finding(vial, [Recall(1, "a-1 ")], date(2026, 9, 1))
    'recalled'
    """
    for recall in recalls:
        if recall.product == lot.product and _same(recall.lot, lot.lot):
            return RECALLED
    if lot.expiry is None:
        return None
    if lot.expiry < arrival:
        return EXPIRED
    if lot.expiry < arrival + timedelta(days=lot.shelf_life):
        return SHORT_DATED
    return None


def _same(recalled: str | None, lot: str | None) -> bool:
    """Lot numbers are typed from labels: blanks and case do not tell lots apart."""
    return recalled is None or (lot is not None and _key(recalled) == _key(lot))


def _key(lot: str) -> str:
    return "".join(lot.split()).casefold()
