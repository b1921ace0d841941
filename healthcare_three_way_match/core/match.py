"""The decision: a bill against its order lines, receipts and other bills.

    order line ----- received ---+
        |                        |
        +---- other bills -------+---> decide(bill, policy) -> Verdict
        |                        |
    bill line ------ policy -----+

Nothing here reads a clock, a database or a rounded number, so the same facts give the same verdict,
in whatever order they arrived.
"""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from .checks import Facts, check_line
from .claims import Taken, taken
from .exact import exact, money
from .lines import Bill, BillLine, OrderLine
from .policy import Mode, Policy
from .verdict import (
    QUANTITY_CODES,
    WHOLE_LINE_CODES,
    Block,
    Code,
    Finding,
    LineVerdict,
    Verdict,
)


def decide(bill: Bill, policy: Policy) -> Verdict:
    """What is wrong with a bill, line by line, and what that stops.

    >>> from decimal import Decimal
    >>> from .lines import Moved
    >>> order = OrderLine(1, "P00042", 10, price=Decimal("4.00"), received=(Moved(8),))
    >>> bill = Bill(7, (BillLine(70, 10, price=Decimal("4.00"), order=order),))
    >>> [(f.code.value, f.block.name, int(f.stake)) for f in decide(bill, Policy()).all_findings]
    [('QTY_REC', 'POSTING', 8)]
    """
    orders: dict[int, OrderLine] = {}
    by_order: dict[int, list[BillLine]] = defaultdict(list)
    for line in bill.lines:
        if line.order is not None:
            orders[line.order.key] = line.order
            by_order[line.order.key].append(line)
    sums = {key: taken(bill, order, tuple(by_order[key])) for key, order in orders.items()}
    verdicts = _settle(bill, _line_verdicts(bill, policy, sums), sums)
    return Verdict(bill.key, tuple(verdicts), tuple(_bill_findings(bill, policy)), bill.rounding)


def _line_verdicts(bill: Bill, policy: Policy, sums: dict[int, Taken]) -> list[LineVerdict]:
    """Each line, later ones counting the quantity that earlier ones of this bill take."""
    before = {key: total.quantity for key, total in sums.items()}
    verdicts = []
    for line in bill.lines:
        if line.order is None:
            verdicts.append(_unmatched(bill, line, policy))
            continue
        order = line.order
        facts = Facts(bill, line, order, policy, before[order.key], _received(order))
        verdicts.append(_compare(facts))
        if facts.comparable:
            before[order.key] += facts.now
    return verdicts


def _received(order: OrderLine) -> Fraction:
    return sum((move.unit.to_base(move.quantity) for move in order.received), start=Fraction(0))


def _compare(facts: Facts) -> LineVerdict:
    order, comparable = facts.order, facts.comparable
    return LineVerdict(
        line=facts.line.key,
        order_line=order.key,
        unit=order.unit.name,
        ordered=order.binding_quantity,
        received=facts.in_order_unit(facts.received) if order.three_way else None,
        billed_before=facts.in_order_unit(facts.before),
        billed_now=facts.in_order_unit(facts.now) if comparable else None,
        order_price=order.binding_price,
        bill_price=facts.bill_price if comparable and facts.same_currency else None,
        amount=facts.line.amount,
        findings=tuple(check_line(facts)),
    )


def _unmatched(bill: Bill, line: BillLine, policy: Policy) -> LineVerdict:
    """A line without an order, on a bill of which other lines may have one."""
    verdict = LineVerdict(
        line.key,
        unit=line.unit.name,
        billed_now=exact(line.quantity),
        bill_price=exact(line.price),
        amount=line.amount,
    )
    if not any(other.order for other in bill.lines) or not line.amount:
        return verdict  # said once, for the whole bill
    finding = Finding(
        Code.NO_PO,
        _no_order_block(bill, policy),
        line.key,
        claimed=line.amount,
        unit=line.unit.name,
        stake=max(line.amount, Fraction(0)),
        gross=max(line.amount * line.tax_ratio, Fraction(0)),
    )
    return replace(verdict, findings=(finding,))


def _no_order_block(bill: Bill, policy: Policy) -> Block:
    """A bill that must have an order is held whatever the policy says of those that need none."""
    if bill.must_have_order and policy.mode is Mode.ENFORCE:
        return Block.POSTING
    return policy.block(Code.NO_PO)


def _bill_findings(bill: Bill, policy: Policy) -> list[Finding]:
    total = sum((line.amount for line in bill.lines), start=Fraction(0))
    gross = sum((line.amount * line.tax_ratio for line in bill.lines), start=Fraction(0))
    findings = []
    if not any(line.order for line in bill.lines):
        findings.append(
            Finding(Code.NO_PO, _no_order_block(bill, policy), stake=total, gross=gross)
        )
    if bill.payee and account_key(bill.payee) not in set(map(account_key, bill.accounts)):
        findings.append(
            Finding(
                Code.BANK,
                policy.block(Code.BANK),
                stake=total,
                gross=gross,
                detail=(account_key(bill.payee),),
            )
        )
    return findings


def account_key(number: str) -> str:
    """A payee account without what people put in to read it.

    >>> account_key("be68 5390-0754 7034")
    'BE68539007547034'
    """
    return "".join(sign for sign in number.upper() if sign.isalnum())


def _settle(bill: Bill, verdicts: list[LineVerdict], sums: dict[int, Taken]) -> list[LineVerdict]:
    """Lower what is at stake by the money that credit notes gave for it; drop what is paid back.

    Money is given in whole cents, so the stake is rounded to cents before it is compared with it.
    """
    line_pools: dict[int | None, Fraction] = {key: total.allowance for key, total in sums.items()}
    pool = exact(bill.allowance)
    if not pool and not any(line_pools.values()):
        return verdicts
    settled = []
    for verdict in verdicts:
        owed = _owed(verdict.findings, bill.rounding)
        own = min(owed, line_pools.get(verdict.order_line, Fraction(0)))
        rest = min(owed - own, pool)
        if verdict.order_line in line_pools:
            line_pools[verdict.order_line] -= own
        pool -= rest
        kept = _share(verdict.findings, own + rest, bill.rounding)
        settled.append(replace(verdict, findings=tuple(kept)))
    return settled


def _owed(findings: tuple[Finding, ...], rounding: Decimal) -> Fraction:
    """The money in question on a line: findings that speak of the same money count once."""
    stakes = [(finding.code, exact(money(finding.stake, rounding))) for finding in findings]
    quantity = max((stake for code, stake in stakes if code in QUANTITY_CODES), default=Fraction(0))
    other = sum(
        (stake for code, stake in stakes if code not in QUANTITY_CODES | WHOLE_LINE_CODES),
        start=Fraction(0),
    )
    return max([other + quantity, *(stake for code, stake in stakes if code in WHOLE_LINE_CODES)])


def _share(findings: tuple[Finding, ...], given: Fraction, rounding: Decimal) -> list[Finding]:
    """Findings less the money given: prices first, then each quantity finding by what is left.

    A finding about the whole line speaks of all its money, so all that was given lowers it.
    """
    left, parts = given, {}
    for finding in sorted(findings, key=lambda finding: finding.code in QUANTITY_CODES):
        owed = exact(money(finding.stake, rounding))
        whole = finding.code in WHOLE_LINE_CODES
        parts[finding.code] = min(owed, given if whole else left), owed
        if not whole and finding.code not in QUANTITY_CODES:
            left -= parts[finding.code][0]
    return [part for f in findings for part in _reduced(f, *parts[f.code])]


def _reduced(finding: Finding, given: Fraction, owed: Fraction) -> list[Finding]:
    if not given:
        return [finding]
    if given >= owed:
        return []
    left = finding.stake - given
    return [replace(finding, stake=left, gross=finding.gross * left / finding.stake)]
