"""One bill line with everything that is held against it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .exact import exact
from .lines import Bill, BillLine, OrderLine
from .policy import Policy
from .verdict import Code, Finding


@dataclass(frozen=True, slots=True)
class Facts:
    """One bill line with what is known about its order line, in base units.

    ``before`` is what earlier bills, and earlier lines of this bill, have taken; ``spent`` the money they ask;
    ``shared`` whether there are any.
    """

    bill: Bill
    line: BillLine
    order: OrderLine
    policy: Policy
    before: Fraction
    received: Fraction
    spent: Fraction = Fraction(0)
    shared: bool = False

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
