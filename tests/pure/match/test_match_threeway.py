"""10,000 lines decided by the product and by ``threeway`` from PyPI: one order, one receipt, one bill line each.

``threeway`` (MIT) calls a line matched when what was billed and what was received differ by no more than one
quantity, and their values by no more than one amount; everything else is "check" or "exception". That is put
here as a policy of ours, and where the two still differ a row of ``DIFFERENCES`` says why.
"""

import random
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from threeway.core import ORPHAN_REASON, UOM_MISMATCH_REASON, RawLine, reconcile

from odoo.addons.healthcare_three_way_match.core.lines import Bill, BillLine, Moved, OrderLine, Unit
from odoo.addons.healthcare_three_way_match.core.match import decide
from odoo.addons.healthcare_three_way_match.core.policy import Policy, Rule
from odoo.addons.healthcare_three_way_match.core.tolerance import NOT_CHECKED, Limit, Tolerance
from odoo.addons.healthcare_three_way_match.core.verdict import Code

LINES = 10_000
QUANTITY, AMOUNT = Decimal(2), Decimal("1.00")
PIECE, BOX, KILO = Unit("EA"), Unit("BOX", Fraction(10)), Unit("KG", base="weight")
UNITS = {"global": {"BOX": {"unit": "EA", "factor": Decimal(10)}}}


def both_sides(limit):
    return Rule(Tolerance(limit, limit))


# Neither looks at what was ordered: threeway names it as a reason only, so ours is told not to.
POLICY = Policy(
    rules={
        Code.QTY_REC: both_sides(Limit.value(absolute=QUANTITY)),
        Code.NOT_RECEIVED: both_sides(Limit.value(absolute=QUANTITY)),
        Code.PRICE: both_sides(Limit.value(absolute=AMOUNT)),
        Code.QTY_ORD: Rule(Tolerance(NOT_CHECKED, NOT_CHECKED)),
    }
)


@dataclass(frozen=True)
class Line:
    """One line in both worlds; without an order ``ordered`` is None."""

    ordered: Decimal | None
    received: Decimal
    billed: Decimal
    order_price: Decimal
    bill_price: Decimal
    bill_unit: Unit = PIECE

    @property
    def price_money(self):
        return self.billed * self.bill_unit_pieces * self.price_gap

    @property
    def price_gap(self):
        return self.bill_price / self.bill_unit_pieces - self.order_price

    @property
    def bill_unit_pieces(self):
        return Decimal(int(self.bill_unit.factor))

    @property
    def too_many(self):
        return self.billed * self.bill_unit_pieces - self.received


def value_of_a_tolerated_quantity(line, theirs, ours):
    """Two pieces too many are tolerated as a quantity; threeway then asks for their money again, as a value.

    With us a quantity's tolerance is about the quantity (as Oracle's), a price's about the price.
    """
    return (
        theirs
        and not ours
        and 0 < abs(line.too_many) <= QUANTITY
        and abs(line.price_money) <= AMOUNT
    )


def dear_but_fewer(line, theirs, ours):
    """Too dear by more than the amount, but fewer pieces than received: threeway's values cancel out.

    We do not let missing pieces pay for a wrong price; nor the reverse.
    """
    return ours == {"PRICE"} and not theirs and line.too_many and abs(line.price_money) > AMOUNT


def nothing_billed(line, theirs, ours):
    """Received and not billed yet: an open receipt for threeway, nothing to decide for a match of a bill."""
    return theirs and not ours and line.billed == 0


def prices_stay_in_their_unit(line, theirs, ours):
    """threeway converts quantities between units, never prices: a box's price is held against a piece's."""
    return line.bill_unit is BOX and bool(theirs) != bool(ours)


DIFFERENCES = (
    value_of_a_tolerated_quantity, dear_but_fewer, nothing_billed, prices_stay_in_their_unit,
)  # fmt: skip


def test_the_product_agrees_with_threeway():
    """Who is clean for one is clean for the other, but for the rows above; each row occurs."""
    lines = [random_line(random.Random(f"threeway {number}")) for number in range(LINES)]
    explained, unexplained = Counter(), []
    for line, theirs in zip(lines, by_threeway(lines), strict=True):
        ours = by_us(line)
        if bool(theirs) == bool(ours):
            explained["agrees"] += 1
            continue
        reason = next((row.__name__ for row in DIFFERENCES if row(line, theirs, ours)), None)
        explained[reason] += 1
        if reason is None:
            unexplained.append((line, theirs, ours))
    assert not unexplained, f"{len(unexplained)}, the first: {unexplained[:5]}"
    assert set(explained) == {"agrees", *(row.__name__ for row in DIFFERENCES)}, explained
    assert explained["agrees"] > LINES * 0.7, explained


def test_both_name_the_same_reason():
    """Where threeway's reason is one of ours too, it is found by both, unless another reason came first."""
    lines = [random_line(random.Random(f"threeway {number}")) for number in range(LINES)]
    named = Counter()
    for line, theirs in zip(lines, by_threeway(lines), strict=True):
        ours = by_us(line)
        if theirs == ORPHAN_REASON:
            assert ours == {"NO_PO"}, line
        elif theirs == UOM_MISMATCH_REASON:
            assert "UOM_PACK" in ours, line
        elif theirs == "Invoiced but nothing received" and line.too_many > QUANTITY:
            assert ours & {"NOT_RECEIVED", "UOM_PACK"}, line
        elif theirs == "Billed for more than was received" and line.too_many > QUANTITY:
            assert ours & {"QTY_REC", "UOM_PACK"}, line
        elif theirs == "Invoice price differs from the PO price" and too_dear(line):
            assert ours & {"PRICE", "UOM_PACK"}, line
        else:
            continue
        named[theirs] += 1
    assert len(named) == 5, named
    assert min(named.values()) > 20, named


def too_dear(line):
    """By more than the amount, in either direction; what is less may be named too, but not because of it."""
    return line.bill_unit is PIECE and abs(line.price_money) > AMOUNT


def by_threeway(lines):
    """Its reason for each line; nothing where the line is matched, or nothing happened on it yet."""
    orders, receipts, bills = [], [], []
    for number, line in enumerate(lines):
        key = (f"P{number:05}", "ITEM")
        if line.ordered is not None:
            orders.append(RawLine(*key, line.ordered, line.order_price, PIECE.name))
        if line.received:
            receipts.append(RawLine(*key, line.received, None, PIECE.name))
        bills.append(RawLine(*key, line.billed, line.bill_price, line.bill_unit.name))
    result = reconcile(
        orders, receipts, bills, qty_tolerance=QUANTITY, value_tolerance=AMOUNT, uom_map=UNITS
    )
    return [
        "" if each.status in ("matched", "not_started") else each.reason for each in result.lines
    ]


def by_us(line):
    """The codes of our findings."""
    order = None
    if line.ordered is not None:
        moves = (Moved(line.received),) if line.received else ()
        order = OrderLine(1, "P1", line.ordered, PIECE, line.order_price, received=moves)
    bill_line = BillLine(1, line.billed, line.bill_unit, line.bill_price, order)
    return {finding.code.value for finding in decide(Bill(1, (bill_line,)), POLICY).all_findings}


def random_line(dice):
    """A line near the borders of both tolerances."""
    hair = Decimal(dice.choice(["0", "0", "0.000001", "-0.000001"]))
    ordered = Decimal(dice.choice([5, 10, 100]))
    received = ordered * dice.choice([0, 1, 1, 1, 1, Decimal("0.5"), Decimal("1.1")])
    billed = received + dice.choice([0, 0, 0, 0, 1, -1, QUANTITY, -QUANTITY, 3, -3, 5])
    billed = max(billed + hair * dice.choice([0, 1]), Decimal(0))
    if dice.random() < 0.03:
        billed = Decimal(0)
    price = Decimal(dice.choice(["0.01", "0.40", "4", "12.34"]))
    gap = Decimal(0)
    if billed and dice.random() < 0.5:
        # So much dearer, or cheaper, that the amount is just reached.
        gap = (AMOUNT / billed).quantize(Decimal("0.000001")) * dice.choice(
            [1, -1, 2, Decimal("0.5")]
        )
    bill_price = max(price + gap + hair, Decimal(0))
    unit = PIECE
    if dice.random() < 0.05:
        unit, billed, bill_price = BOX, billed / 10, bill_price * 10
    elif dice.random() < 0.02:
        unit = KILO
    return Line(
        None if dice.random() < 0.02 else ordered, received, billed, price, bill_price, unit
    )
