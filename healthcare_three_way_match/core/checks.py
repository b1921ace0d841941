"""The checks on bill lines, as two tables. Each takes facts and gives findings.

LINE_CHECKS look at one line, GROUP_CHECKS at all lines of the bill for one order line.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from .facts import Facts, Group
from .lot_checks import check_lots
from .price_checks import check_contract, check_price, check_price_total
from .quantity_checks import check_accepted, check_ordered, check_received
from .rounding import name_rounding
from .terms_checks import (
    check_currency,
    check_date,
    check_order_state,
    check_supplier_of_order,
    check_tax,
    check_unit,
)
from .verdict import (
    BLANKET_CODES,
    PRICE_CODES,
    QUANTITY_CODES,
    WHOLE_LINE_CODES,
    Code,
    Finding,
)

# How close a price must come to a multiple by a known pack size to be called a pack size error. A
# constant of its own, not the policy's tolerance: the name of a finding must not hang on that.
PACK_SLACK = Fraction(1, 100)

# Beside these a price or a quantity says too little to be named after a pack.
INCOMPARABLE = WHOLE_LINE_CODES - BLANKET_CODES | {Code.UOM_PACK}

LINE_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    check_order_state,
    check_supplier_of_order,
    check_currency,
    check_unit,
    check_price,
    check_contract,
    check_tax,
    check_date,
)

GROUP_CHECKS: tuple[Callable[[Group], Iterator[Finding]], ...] = (
    check_price_total,
    check_ordered,
    check_received,
    check_accepted,
    check_lots,
)


def check_group(group: Group) -> list[Finding]:
    """What is wrong with all lines of an order line together, said of single lines."""
    return [finding for check in GROUP_CHECKS for finding in check(group)]


def check_line(
    facts: Facts, shared: list[Finding], together: Sequence[Facts] = ()
) -> list[Finding]:
    """All findings about one line, said once each; ``shared`` are those of its group, ``together`` its lines."""
    findings = [finding for check in LINE_CHECKS for finding in check(facts)] + shared
    if not findings:
        return findings
    findings = name_rounding(facts, _say_price_once(_say_quantity_once(findings)), together)
    return _name_pack_errors(facts, findings)


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
    """Drop a quantity that another one says as well: held against no more, it stops as much.

    With everything ordered received, two boxes too many are two boxes too many: one hold, not two. With less
    received than ordered, somebody who accepts more than ordered has not been asked about what is missing; nor ever
    about goods of which nothing came.
    """
    kept: list[Finding] = []
    for finding in findings:
        said = any(
            other.code in QUANTITY_CODES
            and other.side == finding.side == "upper"
            and other.expected <= finding.expected
            and other.block >= finding.block
            for other in kept
        )
        if finding.code not in QUANTITY_CODES or finding.code is Code.NOT_RECEIVED or not said:
            kept.append(finding)
    return kept


def _name_pack_errors(facts: Facts, findings: list[Finding]) -> list[Finding]:
    """Call a price or quantity finding a pack size error where a known pack size explains it.

    The block is the stronger of both kinds: a better name must not let anything through.
    """
    named = [f for f in findings if f.code in PRICE_CODES - {Code.ROUNDING}] or [
        f for f in findings if f.code in QUANTITY_CODES
    ]
    if not named or any(f.code in INCOMPARABLE for f in findings):
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
