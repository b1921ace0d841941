"""The checks on one bill line, as a table. Each takes the facts and gives findings."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from .facts import Facts
from .price_checks import check_contract, check_price, check_price_total
from .quantity_checks import check_ordered, check_received
from .terms_checks import check_currency, check_date, check_order_state, check_tax, check_unit
from .verdict import PRICE_CODES, QUANTITY_CODES, WHOLE_LINE_CODES, Code, Finding

# How close a price must come to a multiple by a known pack size to be called a pack size error. A
# constant of its own, not the policy's tolerance: the name of a finding must not hang on that.
PACK_SLACK = Fraction(1, 100)

LINE_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    check_order_state,
    check_currency,
    check_unit,
    check_price,
    check_price_total,
    check_contract,
    check_tax,
    check_date,
    check_ordered,
    check_received,
)


def check_line(facts: Facts) -> list[Finding]:
    """All findings about one line, said once each."""
    findings = [finding for check in LINE_CHECKS for finding in check(facts)]
    if not findings:
        return findings
    return _name_pack_errors(facts, _say_price_once(_say_quantity_once(findings)))


def _say_price_once(findings: list[Finding]) -> list[Finding]:
    """Drop "too dear in all" and "above the contract" where "above the order" says as much and stops as much."""
    price = next((f for f in findings if f.code is Code.PRICE), None)
    if price is None:
        return findings
    return [
        f
        for f in findings
        if f is price or f.code not in PRICE_CODES or f.stake > price.stake or f.block > price.block
    ]


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
    named = [f for f in findings if f.code in PRICE_CODES] or [
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
