"""Bill lines with everything that is held against them: one by one, and all those of one order line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .claims import Taken
from .exact import exact
from .lines import Bill, BillLine, OrderLine
from .policy import Policy
from .verdict import Code, Finding


@dataclass(frozen=True, slots=True)
class Facts:
    """One bill line with what is known about its order line."""

    bill: Bill
    line: BillLine
    order: OrderLine
    policy: Policy

    @property
    def comparable(self) -> bool:
        """Quantities count the same thing."""
        return self.line.unit.compares(self.order.unit)

    @property
    def same_currency(self) -> bool:
        """Prices count the same money."""
        return self.bill.currency == self.order.currency

    @property
    def now(self) -> Fraction:
        """Billed by this line, in base units."""
        return self.line.unit.to_base(self.line.quantity)

    @property
    def bill_price(self) -> Fraction:
        """What the bill asks for one order unit."""
        return self.line.unit.price_to_base(self.line.price) * self.order.unit.factor

    @property
    def asked(self) -> Fraction:
        """What the line asks by its price: its amount before it was rounded to cents."""
        return exact(self.line.quantity) * exact(self.line.price)

    @property
    def price(self) -> Fraction:
        """What one order unit is worth: as ordered, or as billed where that is in another currency."""
        return self.order.binding_price if self.same_currency else self.bill_price

    def in_order_unit(self, base_quantity: Fraction) -> Fraction:
        """As the order counts."""
        return base_quantity / self.order.unit.factor

    def finding(self, code: Code, stake: Fraction = Fraction(0), **numbers: Any) -> Finding:
        """A finding about this line, with its money with and without tax."""
        numbers.setdefault("limit", self.policy.rule(code).tolerance.upper)
        numbers.setdefault("gross", stake * self.line.tax_ratio)
        numbers.setdefault("row", self.policy.rule(code).row)
        return Finding(
            code,
            self.policy.block(code),
            self.line.key,
            unit=self.order.unit.name,
            stake=stake,
            **numbers,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """All lines of one bill for one order line, and what others took of it. In base units.

    Quantities and sums are looked at for all of them together: how a supplier splits a line, and in which order
    the parts stand on the bill, changes nothing.
    """

    bill: Bill
    order: OrderLine
    policy: Policy
    lines: tuple[Facts, ...]
    taken: Taken
    received: Fraction
    accepted: Fraction | None = None

    @property
    def counted(self) -> tuple[Facts, ...]:
        """The lines that count the same thing as the order."""
        return tuple(facts for facts in self.lines if facts.comparable)

    @property
    def billed(self) -> Fraction:
        """Billed by all bills so far, this one included."""
        return self.taken.quantity + self.now

    @property
    def now(self) -> Fraction:
        """Billed by this bill."""
        return sum((facts.now for facts in self.counted), start=Fraction(0))

    def in_order_unit(self, base_quantity: Fraction) -> Fraction:
        """As the order counts."""
        return base_quantity / self.order.unit.factor


def spread(total: Fraction, asked: Sequence[Fraction]) -> Iterator[tuple[int, Fraction]]:
    """What of ``total`` each line answers for, from the last one back, none for more than it asks.

    >>> list(spread(Fraction(5), [Fraction(4), Fraction(-1), Fraction(3)]))
    [(2, Fraction(3, 1)), (0, Fraction(2, 1))]
    """
    for index in reversed(range(len(asked))):
        share = min(total, asked[index])
        if share > 0:
            total -= share
            yield index, share
