"""Rates between the money of a bill and that of its order: which are known, and which one a policy means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from .words import Word


class Basis(Word):
    """Whose day's rate a bill in another currency than its order is compared at."""

    HOLD = "hold"  # no rate: it is held for its currency
    ORDER = "order"
    RECEIPT = "receipt"
    BILL = "bill"


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of the bill's currency for one of the order's, on a day."""

    day: date
    value: Fraction


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of the days that a policy may mean; None where there is no such day, or none was kept for it."""

    order: Rate | None = None
    receipt: Rate | None = None
    bill: Rate | None = None

    def of(self, basis: Basis, received: bool) -> Rate | None:
        """The rate of one basis. What is never ``received`` (services) has the bill's day for the receipt's.

        >>> rates = Rates(bill=Rate(date(2026, 3, 1), Fraction(11, 10)))
        >>> rates.of(Basis.RECEIPT, received=True) is None
        True
        >>> rates.of(Basis.RECEIPT, received=False) == rates.bill
        True
        """
        if basis is Basis.RECEIPT:
            return self.receipt if received or self.receipt else self.bill
        return {Basis.ORDER: self.order, Basis.BILL: self.bill}.get(basis)


@dataclass(frozen=True, slots=True)
class Applied:
    """The rate a line was compared at, why, and the money of its order."""

    basis: Basis
    rate: Rate
    currency: str


def receipt_day(arrivals: Iterable[date], bill_day: date | None) -> date | None:
    """The day of the receipt a bill is for: the last one up to the bill's day, else the first one after it.

    What comes later for a later bill changes nothing for this one.

    >>> days = [date(2026, 3, 5), date(2026, 3, 1), date(2026, 4, 1)]
    >>> receipt_day(days, date(2026, 3, 20)), receipt_day(days, date(2026, 2, 1))
    (datetime.date(2026, 3, 5), datetime.date(2026, 3, 1))
    """
    days = sorted(arrivals)
    before = [day for day in days if bill_day is None or day <= bill_day]
    return before[-1] if before else next(iter(days), None)
