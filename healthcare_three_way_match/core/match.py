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
from collections.abc import Hashable, Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from .advance_checks import check_advances
from .bill_checks import charge_findings, check_bill, exemption, no_order
from .blanket_checks import check_blankets
from .checks import check_group, check_line
from .claims import Taken, taken
from .currency import in_bills_money
from .exact import exact, money
from .facts import Facts, Group
from .lines import Bill, BillLine, Moved, OrderLine
from .policy import Policy, Way
from .verdict import GOODS_CODES, WHOLE_LINE_CODES, Code, Finding, LineVerdict, Verdict, family


def decide(bill: Bill, policy: Policy) -> Verdict:
    """What is wrong with a bill, line by line, and what that stops.

    >>> from decimal import Decimal
    >>> from .lines import Moved
    >>> order = OrderLine(1, "P00042", 10, price=Decimal("4.00"), received=(Moved(8),))
    >>> bill = Bill(7, (BillLine(70, 10, price=Decimal("4.00"), order=order),))
    >>> [(f.code.value, f.block.name, int(f.stake)) for f in decide(bill, Policy()).all_findings]
    [('QTY_REC', 'POSTING', 8)]
    """
    bill = in_bills_money(bill, policy)
    orders: dict[int, OrderLine] = {}
    by_order: dict[int, list[BillLine]] = defaultdict(list)
    for line in bill.lines:
        if line.order is not None:
            orders[line.order.key] = line.order
            by_order[line.order.key].append(line)
    whole = policy.at(bill.subject)
    sums = {key: taken(bill, order, tuple(by_order[key])) for key, order in orders.items()}
    verdicts = _settle(bill, _line_verdicts(bill, policy, sums), sums)
    return Verdict(bill.key, tuple(verdicts), tuple(check_bill(bill, whole)), bill.rounding)


def _line_verdicts(bill: Bill, policy: Policy, sums: dict[int, Taken]) -> list[LineVerdict]:
    """Each line with what is wrong with it; what order lines find is said of the lines that cause it."""
    facts = {
        line.key: Facts(bill, line, line.order, policy.at(line.order.subject))
        for line in bill.lines
        if line.order
    }
    by_order: dict[int, list[Facts]] = defaultdict(list)
    for each in facts.values():
        by_order[each.order.key].append(each)
    shared = _shared_findings(bill, by_order, sums)
    whole = policy.at(bill.subject)
    charges = charge_findings(bill, whole)
    before = {key: total.quantity for key, total in sums.items()}
    verdicts = []
    for line in bill.lines:
        if line.key not in facts:
            verdicts.append(_unmatched(bill, line, whole, charges))
            continue
        each = facts[line.key]
        findings = check_line(each, shared[line.key], by_order[each.order.key])
        verdicts.append(_beside(each, before[each.order.key], findings))
        if each.comparable:
            before[each.order.key] += each.now
    return verdicts


def _shared_findings(
    bill: Bill, by_order: dict[int, list[Facts]], sums: dict[int, Taken]
) -> dict[int, list[Finding]]:
    """{line: what order lines, their orders, and the blanket orders behind them, find on it}."""
    in_bill_order = {line.key: number for number, line in enumerate(bill.lines)}
    facts = [each for lines in by_order.values() for each in lines]
    facts.sort(key=lambda each: in_bill_order[each.line.key])
    found = [*check_blankets(facts, sums), *check_advances(facts)]
    for key, lines in by_order.items():
        order = lines[0].order
        received, accepted = _moved(order, order.received), _accepted(order)
        group = Group(bill, order, lines[0].policy, tuple(lines), sums[key], received, accepted)
        found += check_group(group)
    by_line: dict[int, list[Finding]] = defaultdict(list)
    for finding in found:
        by_line[finding.line or 0].append(finding)
    return by_line


def _unmatched(
    bill: Bill, line: BillLine, policy: Policy, charges: dict[int, Finding]
) -> LineVerdict:
    """A line without an order: a charge of the whole document, or one that should have had an order."""
    found = charges.get(line.key) if line.charge else no_order(bill, line, policy)
    exempt = exemption(bill, line, policy)
    return LineVerdict(
        line.key,
        unit=line.unit.name,
        billed_now=exact(line.quantity),
        bill_price=exact(line.price),
        amount=line.amount,
        findings=(found,) if found else (),
        exempt=exempt.row if exempt else None,
    )


def _moved(order: OrderLine, moves: Iterable[Moved]) -> Fraction:
    """In base units. What moved in a unit that does not compare says nothing about the goods."""
    quantities = (m.unit.to_base(m.quantity) for m in moves if m.unit.compares(order.unit))
    return sum(quantities, start=Fraction(0))


def _accepted(order: OrderLine) -> Fraction | None:
    """In base units; None where goods are not inspected."""
    return None if order.accepted is None else _moved(order, order.accepted)


def _beside(facts: Facts, before: Fraction, findings: list[Finding]) -> LineVerdict:
    """The line beside its order line; earlier lines of the bill are shown as billed before."""
    order, comparable = facts.order, facts.comparable
    received = order.three_way and facts.policy.way is not Way.TWO
    accepted = _accepted(order) if received and facts.policy.way is Way.FOUR else None
    return LineVerdict(
        line=facts.line.key,
        order_line=order.key,
        unit=order.unit.name,
        ordered=order.binding_quantity,
        received=facts.in_order_unit(_moved(order, order.received)) if received else None,
        accepted=None if accepted is None else facts.in_order_unit(accepted),
        billed_before=facts.in_order_unit(before),
        billed_now=facts.in_order_unit(facts.now) if comparable else None,
        order_price=order.binding_price,
        bill_price=facts.bill_price if comparable and facts.same_currency else None,
        amount=facts.line.amount,
        findings=tuple(findings),
        rows=rows_of(facts.policy),
        at=facts.line.at,
    )


def rows_of(policy: Policy) -> tuple[tuple[str, Hashable], ...]:
    """The rows that applied to one subject, by what they say."""
    rows = [(code.value, rule.row) for code, rule in policy.rules.items() if rule.row is not None]
    return (*rows, ("way", policy.way_row)) if policy.way_row is not None else tuple(rows)


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
    largest = _largest(findings, rounding)
    whole = largest.pop(WHOLE_LINE_CODES, Fraction(0))
    return max(whole, sum(largest.values(), start=Fraction(0)))


def _largest(findings: tuple[Finding, ...], rounding: Decimal) -> dict[frozenset[Code], Fraction]:
    """{family of kinds: its largest stake}, quantities last."""
    largest: dict[frozenset[Code], Fraction] = {}
    for finding in sorted(findings, key=lambda finding: finding.code in GOODS_CODES):
        kind, stake = family(finding.code), exact(money(finding.stake, rounding))
        largest[kind] = max(largest.get(kind, Fraction(0)), stake)
    return largest


def _share(findings: tuple[Finding, ...], given: Fraction, rounding: Decimal) -> list[Finding]:
    """Findings less the money given: prices first, then quantities by what is left.

    Findings that speak of the same money are lowered alike. One about the whole line speaks of all its money,
    so all that was given lowers it.
    """
    left = given
    shares = {}
    for kind, stake in _largest(findings, rounding).items():
        if kind == WHOLE_LINE_CODES:
            shares[kind] = given
        else:
            shares[kind] = min(stake, left)
            left -= shares[kind]
    kept = []
    for finding in findings:
        owed = exact(money(finding.stake, rounding))
        kept += _reduced(finding, min(owed, shares[family(finding.code)]), owed)
    return kept


def _reduced(finding: Finding, given: Fraction, owed: Fraction) -> list[Finding]:
    if given <= 0:
        return [finding]
    if given >= owed:
        return []
    left = finding.stake - given
    return [replace(finding, stake=left, gross=finding.gross * left / finding.stake)]
