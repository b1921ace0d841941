"""Differences that are nothing but rounding to the bill's currency: named so, and not held for a price."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from .exact import exact, money
from .facts import Facts
from .tolerance import State
from .verdict import Code, Finding

# The prices that may be right but for rounding; a sum over bills is no single amount that was rounded.
ROUNDED = frozenset({Code.PRICE, Code.CONTRACT})


def name_rounding(
    facts: Facts, findings: list[Finding], together: Sequence[Facts]
) -> list[Finding]:
    """Call a price finding rounding where that alone explains it, within rounding's own tolerance.

    It does where the amount, or the unit price, is exactly the right one rounded to the currency's smallest step.
    The amount is that of all lines for the order line that are too dear (``together`` are all of them), so that
    splitting a line makes nothing smaller. What it stops is never more than what the price would have stopped.
    """
    named = [f for f in findings if f.code in ROUNDED]
    if not named or not all(_only_rounding(facts, finding, together) for finding in named):
        return findings
    worst = max(named, key=lambda finding: finding.stake)
    rule = facts.policy.rule(Code.ROUNDING)
    renamed = replace(
        worst,
        code=Code.ROUNDING,
        block=min(facts.policy.block(Code.ROUNDING), max(f.block for f in named)),
        limit=rule.tolerance.upper,
        detail=(),
        row=rule.row,
    )
    return [renamed] + [f for f in findings if f not in named]


def _only_rounding(facts: Facts, finding: Finding, together: Sequence[Facts]) -> bool:
    limit = facts.policy.rule(Code.ROUNDING).tolerance.upper
    if finding.side != "upper" or limit.state is not State.VALUE:
        return False
    each = finding.expected / facts.order.unit.factor
    asked = owed = Fraction(0)
    for line in together:
        if line.comparable and line.line.amount > line.now * each:
            asked += line.line.amount
            owed += line.now * each
    if limit.broken_by(asked - owed, owed, asked - owed):
        return False
    step = facts.bill.rounding
    # Findings speak of the order's unit, the bill of its own.
    right = each * facts.line.unit.factor
    return money(owed, step) == money(asked, step) or exact(facts.line.price) == exact(
        money(right, step)
    )
