"""What must be right before numbers are compared, and what was agreed beside them: order, units, tax, day."""

from collections.abc import Iterator
from fractions import Fraction

from .facts import Facts
from .rates import Basis
from .verdict import Code, Finding


def check_order_state(facts: Facts) -> Iterator[Finding]:
    """Nobody owes what was not ordered, or is not ordered any more."""
    if not facts.order.confirmed:
        yield facts.finding(Code.PO_STATE, facts.line.amount, detail=(facts.order.order,))


def check_supplier_of_order(facts: Facts) -> Iterator[Finding]:
    """Goods of one supplier's order are not owed to another: what one delivered, two could be paid for."""
    if facts.line.ordered_from is not None:
        detail = (facts.order.order, facts.line.ordered_from)
        yield facts.finding(Code.OTHER_SUPPLIER, facts.line.amount, detail=detail)


def check_currency(facts: Facts) -> Iterator[Finding]:
    """Prices in two currencies are not compared at a rate nobody agreed on, or that nobody knows."""
    if not facts.same_currency:
        detail: tuple[str, ...] = (facts.bill.currency, facts.order.currency)
        if facts.policy.rate is not Basis.HOLD:
            detail += (facts.policy.rate.value,)
        yield facts.finding(Code.CURRENCY, facts.line.amount, detail=detail)


def check_unit(facts: Facts) -> Iterator[Finding]:
    """A kilogram does not compare with a box."""
    if not facts.comparable:
        units = (facts.line.unit.name, facts.order.unit.name)
        yield facts.finding(Code.UOM_PACK, facts.line.amount, detail=units)


def check_tax(facts: Facts) -> Iterator[Finding]:
    """The rate on the bill against that on the order, worth what it makes on this line."""
    billed, ordered = facts.line.tax_rate, facts.order.tax_rate
    if billed is None or ordered is None or billed == ordered:
        return
    expected = facts.line.amount * ordered / 100
    difference = facts.line.amount * (billed - ordered) / 100
    tolerance = facts.policy.rule(Code.TAX).tolerance
    side = tolerance.broken_side(difference, expected, difference)
    if side:
        stake = max(difference, Fraction(0))
        yield facts.finding(
            Code.TAX,
            stake,
            gross=stake,
            claimed=billed,
            expected=ordered,
            limit=tolerance.side(side),
            side=side,
        )


def check_date(facts: Facts) -> Iterator[Finding]:
    """Days by which the bill comes before (above) or after (below) the goods are due."""
    if facts.bill.day is None or facts.order.promised is None:
        return
    early = Fraction((facts.order.promised - facts.bill.day).days)
    tolerance = facts.policy.rule(Code.DATE).tolerance
    side = tolerance.broken_side(early, Fraction(0), early)
    if side:
        yield facts.finding(
            Code.DATE,
            facts.line.amount,
            claimed=early,
            limit=tolerance.side(side),
            side=side,
            detail=(facts.bill.day.isoformat(), facts.order.promised.isoformat()),
        )
