"""What the decision looks at: a bill, the order lines it names, what arrived, what else was billed.

Quantities come with their unit, a unit with its factor to a base unit, so that a box of 100 and a
single glove meet on the same scale. Two units with different bases do not compare, and nothing here
pretends that they do.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .exact import Number, exact
from .lots import ArrivedLot, Lot
from .rates import Applied, Rates
from .scope import NOBODY, Subject
from .terms import Blanket, Contract, Rank, Twin


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: ``factor`` base units of ``base`` each.

    >>> Unit("Box of 100", Fraction(100)).to_base(3)
    Fraction(300, 1)
    """

    name: str
    factor: Fraction = Fraction(1)
    base: Hashable = "unit"

    def to_base(self, quantity: Number) -> Fraction:
        """So many base units."""
        return exact(quantity) * self.factor

    def price_to_base(self, price: Number) -> Fraction:
        """The price of one base unit."""
        return exact(price) / self.factor

    def compares(self, other: "Unit") -> bool:
        """Whether both count the same thing."""
        return self.base == other.base


EACH = Unit("Units")


@dataclass(frozen=True, slots=True)
class Moved:
    """One finished movement of goods for an order line; a return to the supplier is negative."""

    quantity: Number
    unit: Unit = EACH


@dataclass(frozen=True, slots=True)
class Claim:
    """What another bill or a posted credit note asks or gives for the same order line.

    ``rank`` orders bills by when they took their quantity: posted ones as they were posted, drafts
    behind them as they arrived. ``corrects`` is the bill a credit note names. ``currency`` is the price's; None
    for the order's. ``rates``: from the order's currency to it.
    """

    bill: int
    rank: Rank
    quantity: Number
    unit: Unit = EACH
    price: Number = Decimal(0)
    credit: bool = False
    corrects: int | None = None
    currency: str | None = None
    rates: Rates | None = None


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the order said when the bill came, per base unit and in base units."""

    price: Fraction
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Advance:
    """Down payments on an order: their lines, and those of what was bought, each without an ``advance`` of its own."""

    order: Hashable
    name: str
    downs: tuple["OrderLine", ...]
    goods: tuple["OrderLine", ...]


@dataclass(frozen=True, slots=True)
class OrderLine:
    """What was agreed for one line, and what has happened to it since.

    ``price`` is net of discount, per ``unit``. ``three_way`` is off where nothing is received
    (services): billed is then compared with ordered alone. ``packs`` are the sizes, in base units,
    in which this product is known to be sold.

    ``agreed`` is what the order said when the bill came. Raising the order afterwards does not make a bill
    right: who bought could settle their own holds that way. What the bill is held against is the lower
    of both; a second person accepts the difference by releasing the hold.

    ``accepted`` is what passed the inspection, None where goods are not inspected. ``lots`` arrived; the
    supplier's despatch advices ``announced`` theirs.

    ``subject`` is what the rows of a policy may name of it.

    ``advance`` is there where something was paid ahead on its order.

    ``promised`` is the day the goods are due; ``tax_rate`` the taxes' rate in percent, None where they have
    none that could be compared.
    """

    key: int
    order: str
    quantity: Number
    unit: Unit = EACH
    price: Number = Decimal(0)
    currency: str = "EUR"
    confirmed: bool = True
    three_way: bool = True
    received: tuple[Moved, ...] = ()
    accepted: tuple[Moved, ...] | None = None
    lots: tuple[ArrivedLot, ...] = ()
    announced: tuple[Lot, ...] = ()
    claims: tuple[Claim, ...] = ()
    packs: tuple[Fraction, ...] = ()
    agreed: Agreed | None = None
    contract: Contract | None = None
    blanket: Blanket | None = None
    advance: Advance | None = None
    promised: date | None = None
    tax_rate: Fraction | None = None
    subject: Subject = NOBODY

    @property
    def binding_price(self) -> Fraction:
        """The price a bill is held against.

        >>> raised = OrderLine(1, "P1", 10, price=Decimal(6), agreed=Agreed(Fraction(5), Fraction(10)))
        >>> raised.binding_price, raised.binding_quantity
        (Fraction(5, 1), Fraction(10, 1))
        """
        price = exact(self.price)
        return min(price, self.agreed.price * self.unit.factor) if self.agreed else price

    @property
    def binding_quantity(self) -> Fraction:
        """The quantity all bills together are held against."""
        quantity = exact(self.quantity)
        return min(quantity, self.agreed.quantity / self.unit.factor) if self.agreed else quantity


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of the bill. ``net`` and ``gross`` are its amounts without and with tax.

    ``charge`` is the code of a charge or allowance of the whole document (freight), which no order line has.
    ``account`` is where it is booked; ``lots`` are those the bill names. ``rates`` are known where its order is in
    another currency; ``at`` is the one it was compared at, which ``currency.in_bills_money`` says. ``ordered_from`` is
    the supplier its order was placed with, where that is not who sent the bill.
    """

    key: int
    quantity: Number
    unit: Unit = EACH
    price: Number = Decimal(0)
    order: OrderLine | None = None
    net: Number | None = None
    gross: Number | None = None
    tax_rate: Fraction | None = None
    charge: str | None = None
    account: Hashable | None = None
    lots: tuple[Lot, ...] = ()
    rates: Rates | None = None
    at: Applied | None = None
    ordered_from: str | None = None

    @property
    def amount(self) -> Fraction:
        """The line's amount without tax."""
        if self.net is None:
            return exact(self.quantity) * exact(self.price)
        return exact(self.net)

    @property
    def tax_ratio(self) -> Fraction:
        """Amount with tax for one unit of amount without."""
        if self.gross is None or not self.amount:
            return Fraction(1)
        return exact(self.gross) / self.amount


@dataclass(frozen=True, slots=True)
class Bill:
    """A vendor bill as it stands now.

    ``must_have_order``: it came over a connection that carries orders, or it once named an order line
    that it no longer names. ``payee`` is the account the document asks to be paid on, ``accounts`` the
    supplier's accounts that we know. ``allowance`` is what credit notes for this bill give without
    naming an order line. ``stated`` is the total with tax on the document that the supplier sent; ``twins`` are
    other bills that may be this one; ``supplier_block`` is why nothing of this supplier is to be posted.
    ``subject``, ``journal`` and the day it was ``entered`` are what a policy and its exemptions may name.
    """

    key: int
    lines: tuple[BillLine, ...]
    rank: Rank = (1, 0)
    currency: str = "EUR"
    must_have_order: bool = False
    payee: str | None = None
    accounts: tuple[str, ...] = field(default=())
    allowance: Number = Decimal(0)
    rounding: Decimal = Decimal("0.01")
    day: date | None = None
    stated: Number | None = None
    twins: tuple[Twin, ...] = ()
    supplier_block: str | None = None
    subject: Subject = NOBODY
    journal: Hashable | None = None
    entered: date | None = None

    @property
    def net(self) -> Fraction:
        """The sum of all lines without tax."""
        return sum((line.amount for line in self.lines), start=Fraction(0))

    @property
    def gross(self) -> Fraction:
        """The sum of all lines with tax."""
        return sum((line.amount * line.tax_ratio for line in self.lines), start=Fraction(0))
