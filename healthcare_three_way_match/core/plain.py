"""The short way for lines that are exactly as ordered and received: most of them.

What ``match.decide`` would say of such a line is known without comparing number by number, whatever the policy
tolerates. On a bill whose lines each name an order line of their own, and that no credit note speaks of as a whole,
lines do not touch each other: those that are not as ordered are decided by themselves. ``decide_plain`` never says
anything else than ``decide`` (a property test holds it to that), so it is only ever a matter of time.

A fact that is not named here must be absent: whoever adds one to ``lines`` or ``verdict`` loses the short way
for bills that have it, not the check.
"""

from dataclasses import MISSING, Field, fields, replace
from fractions import Fraction
from typing import Any

from .bill_checks import check_bill
from .exact import exact
from .lines import Bill, BillLine, OrderLine
from .match import decide, rows_of
from .policy import Policy, Way
from .tolerance import State
from .verdict import Code, LineVerdict, Verdict

LOOKED_AT = {
    Bill: {
        "key", "lines", "rank", "currency", "must_have_order", "payee", "accounts", "rounding", "day", "stated",
        "twins", "supplier_block", "subject", "journal", "entered",
    },
    BillLine: {"key", "quantity", "unit", "price", "order", "net", "gross", "tax_rate", "account"},
    OrderLine: {
        "key", "order", "quantity", "unit", "price", "currency", "confirmed", "three_way", "received", "claims",
        "packs", "promised", "tax_rate", "agreed", "subject",
    },
    Policy: {"mode", "rules", "way", "way_row", "scoped", "ways", "exemptions", "rate"},
}  # fmt: skip
SAID = {
    "line", "order_line", "unit", "ordered", "received", "billed_before", "billed_now", "order_price", "bill_price",
    "amount", "findings", "rows", "exempt", "accepted", "at",
}  # fmt: skip
_NOTHING = Fraction(0)


def _others(cls: type) -> tuple[tuple[str, Any], ...]:
    """(name, value when absent) of what is not looked at."""
    return tuple(
        (each.name, _value_when_absent(each))
        for each in fields(cls)
        if each.compare and each.name not in LOOKED_AT[cls]
    )


def _value_when_absent(field: Field[Any]) -> Any:
    factory = field.default_factory
    return field.default if factory is MISSING else factory()


_OTHERS = {cls: _others(cls) for cls in LOOKED_AT}
SAYS_ALL = {each.name for each in fields(LineVerdict)} == SAID


def decide_soon(bill: Bill, policy: Policy) -> Verdict:
    """What ``decide`` says, sooner where it can be."""
    return decide_plain(bill, policy) or decide(bill, policy)


def decide_plain(bill: Bill, policy: Policy) -> Verdict | None:
    """What ``decide`` says of a bill whose lines do not touch each other; None where they may.

    >>> from .lines import Claim, Moved
    >>> order = OrderLine(1, "P1", 10, price=4, received=(Moved(10),), claims=(Claim(7, (1, 7), 10, price=4),))
    >>> bill = Bill(7, (BillLine(70, 10, price=4, order=order),))
    >>> decide_plain(bill, Policy()) == decide(bill, Policy())
    True
    >>> decide_plain(Bill(7, (BillLine(70, 11, price=4),)), Policy()) is None
    True
    """
    if not SAYS_ALL or not absent(bill) or not absent(policy):
        return None
    asked = _Asked(policy)
    verdicts, seen = [], set()
    for line in bill.lines:
        order = line.order
        if order is None or order.key in seen or order.blanket or order.advance:
            return None  # what one line draws, or takes off, is another's affair
        seen.add(order.key)
        at = policy.at(order.subject)
        if at is not asked.policy:
            asked = _Asked(at)
        verdict = _plain_line(bill, line, order, asked)
        if verdict is None or asked.dated and not _in_time(bill, order, at):
            [verdict] = decide(replace(bill, lines=(line,)), policy).lines
        verdicts.append(verdict)
    return Verdict(
        bill.key, tuple(verdicts), tuple(check_bill(bill, policy.at(bill.subject))), bill.rounding
    )


def _plain_line(
    bill: Bill, line: BillLine, order: OrderLine, asked: "_Asked"
) -> LineVerdict | None:
    quantity, price = exact(line.quantity), exact(line.price)
    same = (
        order.confirmed
        and bill.currency == order.currency
        and line.unit == order.unit
        and quantity > 0
        and quantity == order.quantity
        and price == order.price
        and (order.agreed is None or _still_agreed(order, quantity, price))
        and (line.tax_rate == order.tax_rate or line.tax_rate is None or order.tax_rate is None)
        and all(claim.bill == bill.key and not claim.credit for claim in order.claims)
        and absent(line)
        and absent(order)
    )
    if not same:
        return None
    received = None
    if order.three_way and asked.policy.way is not Way.TWO:
        if any(move.unit != order.unit for move in order.received):
            return None
        received = sum((exact(move.quantity) for move in order.received), start=_NOTHING)
        if received != quantity:
            return None
    return LineVerdict(
        line=line.key,
        order_line=order.key,
        unit=order.unit.name,
        ordered=quantity,
        received=received,
        billed_before=_NOTHING,
        billed_now=quantity,
        order_price=price,
        bill_price=price,
        amount=line.amount,
        rows=asked.rows,
    )


def _still_agreed(order: OrderLine, quantity: Fraction, price: Fraction) -> bool:
    """Whether the order was not raised since the bill came."""
    return quantity == order.binding_quantity and price == order.binding_price


class _Asked:
    """What a policy says of every line of one subject."""

    __slots__ = ("dated", "policy", "rows")

    def __init__(self, policy: Policy) -> None:
        tolerance = policy.rule(Code.DATE).tolerance
        self.policy = policy
        self.rows = rows_of(policy)
        self.dated = {tolerance.upper.state, tolerance.lower.state} != {State.NOT_CHECKED}


def _in_time(bill: Bill, order: OrderLine, policy: Policy) -> bool:
    if bill.day is None or order.promised is None:
        return True
    early = Fraction((order.promised - bill.day).days)
    return policy.rule(Code.DATE).tolerance.broken_side(early, _NOTHING, early) is None


def absent(values: Bill | BillLine | OrderLine | Policy) -> bool:
    """Whether everything of it that is not looked at is not there."""
    for name, nothing in _OTHERS[type(values)]:
        if getattr(values, name) != nothing:
            return False
    return True
