"""The checks on one bill line. Each takes the facts and the policy, and gives findings."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .exact import exact
from .lines import Bill, BillLine, OrderLine
from .policy import Policy
from .verdict import QUANTITY_CODES, WHOLE_LINE_CODES, Code, Finding

# How close a price must come to a multiple by a known pack size to be called a pack size error. A
# constant of its own, not the policy's tolerance: the name of a finding must not hang on that.
PACK_SLACK = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Facts:
    """One bill line with what is known about its order line, in base units.

    ``before`` is what earlier bills, and earlier lines of this bill, have taken.
    """

    bill: Bill
    line: BillLine
    order: OrderLine
    policy: Policy
    before: Fraction
    received: Fraction

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

    def in_order_unit(self, base_quantity: Fraction) -> Fraction:
        """As the order counts."""
        return base_quantity / self.order.unit.factor

    def finding(self, code: Code, stake: Fraction = Fraction(0), **numbers: Any) -> Finding:
        """A finding about this line, with its money with and without tax."""
        numbers.setdefault("limit", self.policy.rule(code).tolerance.upper)
        return Finding(
            code,
            self.policy.block(code),
            self.line.key,
            unit=self.order.unit.name,
            stake=stake,
            gross=stake * self.line.tax_ratio,
            **numbers,
        )


def check_order_state(facts: Facts) -> Iterator[Finding]:
    """Nobody owes what was not ordered, or is not ordered any more."""
    if not facts.order.confirmed:
        yield facts.finding(Code.PO_STATE, facts.line.amount, detail=(facts.order.order,))


def check_currency(facts: Facts) -> Iterator[Finding]:
    """Prices in two currencies are not compared at a rate nobody agreed on."""
    if not facts.same_currency:
        currencies = (facts.bill.currency, facts.order.currency)
        yield facts.finding(Code.CURRENCY, facts.line.amount, detail=currencies)


def check_unit(facts: Facts) -> Iterator[Finding]:
    """A kilogram does not compare with a box."""
    if not facts.comparable:
        units = (facts.line.unit.name, facts.order.unit.name)
        yield facts.finding(Code.UOM_PACK, facts.line.amount, detail=units)


def check_price(facts: Facts) -> Iterator[Finding]:
    """The unit price in percent, what it makes on this line in money."""
    if not (facts.comparable and facts.same_currency):
        return
    quantity = facts.in_order_unit(facts.now)
    expected = facts.order.binding_price
    difference = facts.bill_price - expected
    money = quantity * difference
    if money == 0:
        return
    # A line that takes goods back costs us when its price is lower: the money gives the direction.
    signed = abs(difference) if money > 0 else -abs(difference)
    tolerance = facts.policy.rule(Code.PRICE).tolerance
    side = tolerance.broken_side(signed, expected, money)
    if side:
        yield facts.finding(
            Code.PRICE,
            max(money, Fraction(0)),
            claimed=facts.bill_price,
            expected=expected,
            limit=tolerance.side(side),
            side=side,
            detail=_raised(expected, exact(facts.order.price)),
        )


def check_ordered(facts: Facts) -> Iterator[Finding]:
    """All bills together against the order."""
    expected = facts.order.binding_quantity
    detail = _raised(expected, exact(facts.order.quantity))
    yield from _check_quantity(facts, Code.QTY_ORD, expected, detail)


def check_received(facts: Facts) -> Iterator[Finding]:
    """All bills together against what arrived and stayed."""
    if not facts.order.three_way:
        return
    code = Code.QTY_REC if facts.received else Code.NOT_RECEIVED
    yield from _check_quantity(facts, code, facts.in_order_unit(facts.received))


def _raised(binding: Fraction, current: Fraction) -> tuple[str, ...]:
    """What the order says now, where it was raised after the bill came."""
    return (str(current),) if current > binding else ()


def _check_quantity(
    facts: Facts, code: Code, expected: Fraction, detail: tuple[str, ...] = ()
) -> Iterator[Finding]:
    if not facts.comparable or facts.now <= 0:
        return
    total = facts.in_order_unit(facts.before + facts.now)
    excess = total - expected
    tolerance = facts.policy.rule(code).tolerance
    side = tolerance.broken_side(excess, expected, excess)
    if not side:
        return
    owed_too_much = max(min(excess, facts.in_order_unit(facts.now)), Fraction(0))
    price = facts.order.binding_price if facts.same_currency else facts.bill_price
    yield facts.finding(
        code,
        owed_too_much * price,
        claimed=total,
        expected=expected,
        limit=tolerance.side(side),
        side=side,
        detail=detail,
    )


LINE_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    check_order_state,
    check_currency,
    check_unit,
    check_price,
    check_ordered,
    check_received,
)


def check_line(facts: Facts) -> list[Finding]:
    """All findings about one line, said once each."""
    findings = [finding for check in LINE_CHECKS for finding in check(facts)]
    return _name_pack_errors(facts, _say_quantity_once(findings)) if findings else findings


def _say_quantity_once(findings: list[Finding]) -> list[Finding]:
    """Drop "more than received" where "more than ordered" says the same and stops as much.

    With everything received, two boxes too many are two boxes too many: one hold, not two.
    """
    ordered = next((f for f in findings if f.code is Code.QTY_ORD and f.side == "upper"), None)
    if ordered is None:
        return findings
    return [
        f
        for f in findings
        if f.code not in QUANTITY_CODES
        or f is ordered
        or f.side != "upper"
        or f.stake > ordered.stake
        or f.block > ordered.block
    ]


def _name_pack_errors(facts: Facts, findings: list[Finding]) -> list[Finding]:
    """Call a price or quantity finding a pack size error where a known pack size explains it.

    The block is the stronger of both kinds: a better name must not let anything through.
    """
    named = [f for f in findings if f.code is Code.PRICE] or [
        f for f in findings if f.code in QUANTITY_CODES
    ]
    if not named or any(f.code in WHOLE_LINE_CODES | {Code.UOM_PACK} for f in findings):
        return findings
    ratio = _pack_ratio(facts)
    if ratio is None:
        return findings
    worst = max(named, key=lambda finding: finding.stake)
    renamed = replace(
        worst,
        code=Code.UOM_PACK,
        block=max(facts.policy.block(Code.UOM_PACK), *(f.block for f in named)),
        claimed=facts.bill_price,
        expected=facts.order.binding_price,
        detail=(str(ratio),),
    )
    return [renamed] + [f for f in findings if f not in named]


def _pack_ratio(facts: Facts) -> Fraction | None:
    """The ratio of two known pack sizes that explains the price, if one does."""
    expected = facts.order.binding_price
    if expected <= 0 or facts.bill_price <= 0:
        return None
    sizes = {*facts.order.packs, facts.order.unit.factor, facts.line.unit.factor}
    ratios = sorted({a / b for a in sizes for b in sizes if a != b})
    off = facts.bill_price / expected
    return next((r for r in ratios if abs(off - r) <= PACK_SLACK * r), None)
