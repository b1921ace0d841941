"""The checks on a whole bill, and on its lines without an order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

from .exact import exact
from .exemption import Exemption, exempting
from .facts import spread
from .lines import Bill, BillLine
from .policy import Mode, Policy
from .verdict import Block, Code, Finding

NONE = Fraction(0)


def check_bill(bill: Bill, policy: Policy) -> list[Finding]:
    """All findings about the whole bill."""
    return [finding for check in BILL_CHECKS for finding in check(bill, policy)]


def _finding(
    bill: Bill, policy: Policy, code: Code, *detail: str, block: Block | None = None
) -> Finding:
    """A finding that puts all of the bill's money in question."""
    stops = policy.block(code) if block is None else block
    row = policy.rule(code).row
    return Finding(code, stops, stake=bill.net, gross=bill.gross, detail=detail, row=row)


def check_order(bill: Bill, policy: Policy) -> Iterator[Finding]:
    """A bill that names no order at all, and has a line that needs one."""
    if any(line.order for line in bill.lines):
        return
    if not bill.lines or any(exemption(bill, line, policy) is None for line in bill.lines):
        yield _finding(bill, policy, Code.NO_PO, block=_no_order_block(bill, policy))


def check_payee(bill: Bill, policy: Policy) -> Iterator[Finding]:
    """It asks to be paid on an account that was not the supplier's."""
    if bill.payee and account_key(bill.payee) not in set(map(account_key, bill.accounts)):
        yield _finding(bill, policy, Code.BANK, account_key(bill.payee))


def check_supplier(bill: Bill, policy: Policy) -> Iterator[Finding]:
    """Nothing of this supplier is to be posted."""
    if bill.supplier_block is not None:
        yield _finding(bill, policy, Code.SUPPLIER_BLOCK, bill.supplier_block)


def check_duplicate(bill: Bill, policy: Policy) -> Iterator[Finding]:
    """It may be another bill once more; the one that came first stays free of this."""
    earlier = [twin for twin in bill.twins if twin.rank < bill.rank]
    if earlier:
        twin = min(earlier, key=lambda each: (not each.same_number, each.rank))
        kind = "number" if twin.same_number else "content"
        yield _finding(bill, policy, Code.DUPLICATE, twin.label, kind)


def check_totals(bill: Bill, policy: Policy) -> Iterator[Finding]:
    """The bill against the document it was made from: a line that was changed to fit the order shows here.

    A rounding step per line is not a difference: suppliers round line by line or once.
    """
    if bill.stated is None:
        return
    stated = exact(bill.stated)
    difference = bill.gross - stated
    if abs(difference) <= exact(bill.rounding) * max(len(bill.lines), 1):
        return
    tolerance = policy.rule(Code.TOTALS).tolerance
    side = tolerance.broken_side(difference, stated, difference)
    if side:
        yield replace(
            _finding(bill, policy, Code.TOTALS),
            claimed=bill.gross,
            expected=stated,
            stake=abs(difference),
            gross=abs(difference),
            limit=tolerance.side(side),
            side=side,
        )


BILL_CHECKS: tuple[Callable[[Bill, Policy], Iterator[Finding]], ...] = (
    check_supplier,
    check_duplicate,
    check_order,
    check_payee,
    check_totals,
)


def no_order(bill: Bill, line: BillLine, policy: Policy) -> Finding | None:
    """A line without an order, on a bill of which other lines have one."""
    if not line.amount or not any(other.order for other in bill.lines):
        return None  # said once, for the whole bill
    if exemption(bill, line, policy):
        return None
    return Finding(
        Code.NO_PO,
        _no_order_block(bill, policy),
        line.key,
        claimed=line.amount,
        unit=line.unit.name,
        stake=max(line.amount, Fraction(0)),
        gross=max(line.amount * line.tax_ratio, Fraction(0)),
    )


def charge_findings(bill: Bill, policy: Policy) -> dict[int, Finding]:
    """{line: finding} for freight and other charges that no order names, each charge code by its sum.

    Charges are tolerated up to a share of the goods or an amount; written as two lines they are no cheaper.
    Allowances lower the sum of their own code alone: cheap handling is no reason for dear freight.
    """
    if not any(line.order for line in bill.lines):
        return {}
    goods = sum((line.amount for line in bill.lines if line.order), start=Fraction(0))
    by_code: dict[str, list[BillLine]] = {}
    for line in bill.lines:
        if line.charge and line.order is None:
            by_code.setdefault(line.charge, []).append(line)
    tolerance = policy.rule(Code.CHARGE).tolerance
    found = {}
    for code, lines in by_code.items():
        total = sum((line.amount for line in lines), start=Fraction(0))
        side = tolerance.broken_side(total, goods, total)
        if side is None:
            continue
        # Less than nothing costs nothing; it is said where somebody asked to be told.
        shares = spread(total, [line.amount for line in lines]) if side == "upper" else [(0, NONE)]
        for index, share in shares:
            line = lines[index]
            found[line.key] = Finding(
                Code.CHARGE,
                policy.block(Code.CHARGE),
                line.key,
                claimed=total,
                stake=share,
                gross=share * line.tax_ratio,
                limit=tolerance.side(side),
                side=side,
                detail=(code,),
                row=policy.rule(Code.CHARGE).row,
            )
    return found


def exemption(bill: Bill, line: BillLine, policy: Policy) -> Exemption | None:
    """What lets a line go without an order. Nothing does on a bill that must have one."""
    if line.order or bill.must_have_order:
        return None
    return exempting(
        policy.exemptions, bill.subject.supplier, line.account, bill.journal, bill.entered
    )


def _no_order_block(bill: Bill, policy: Policy) -> Block:
    """A bill that must have an order is held whatever the policy says of those that need none."""
    if bill.must_have_order and policy.mode is Mode.ENFORCE:
        return Block.POSTING
    return policy.block(Code.NO_PO)


def account_key(number: str) -> str:
    """A payee account without what people put in to read it.

    >>> account_key("be68 5390-0754 7034")
    'BE68539007547034'
    """
    return "".join(sign for sign in number.upper() if sign.isalnum())
