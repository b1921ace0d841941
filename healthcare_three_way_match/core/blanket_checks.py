"""The blanket orders that a bill draws on: their value, over all bills, and their time."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from .claims import Taken
from .exact import exact
from .facts import Facts, spread
from .lines import Bill
from .rates import Basis, Rates
from .terms import Blanket, Drawn
from .verdict import Code, Finding


def check_blankets(lines: Sequence[Facts], sums: Mapping[int, Taken]) -> Iterator[Finding]:
    """``lines`` are all lines of a bill that name an order; ``sums`` what others took, by order line."""
    by_blanket: dict[Hashable, list[tuple[Blanket, Facts]]] = {}
    for facts in lines:
        blanket = facts.order.blanket
        if blanket is not None:
            by_blanket.setdefault(blanket.key, []).append((blanket, facts))
            yield from _check_period(blanket, facts)
    for drawing in by_blanket.values():
        yield from _check_value(drawing[0][0], [facts for _blanket, facts in drawing], sums)


def _check_value(
    blanket: Blanket, lines: list[Facts], sums: Mapping[int, Taken]
) -> Iterator[Finding]:
    """All bills up to this one against the value (SAP's LA), said of the lines that draw last.

    Summed up in the blanket order's money, and said in the bill's.
    """
    lines = [facts for facts in lines if _money_of(blanket, facts) is not None]
    if blanket.value is None or not lines:
        return
    bill, limit = lines[0].bill, exact(blanket.value)
    worth = [_money_of(blanket, facts) or Fraction(1) for facts in lines]
    amounts = [facts.line.amount / each for facts, each in zip(lines, worth, strict=True)]
    asked = sum(amounts, start=Fraction(0))
    # What credit notes allow on this bill lowers its findings, so it must not lower the sum as well.
    allowances = {
        facts.order.key: sums[facts.order.key].allowance / each
        for facts, each in zip(lines, worth, strict=True)
    }
    allowed = sum(allowances.values(), start=Fraction(0))
    total = _drawn_before(blanket, bill, lines[0].policy.rate) + allowed + asked
    excess = total - limit
    tolerance = lines[0].policy.rule(Code.BLANKET_VALUE).tolerance
    if asked <= 0 or tolerance.broken_side(excess, limit, excess) != "upper":
        return
    for index, share in spread(min(excess, asked), amounts):
        yield lines[index].finding(
            Code.BLANKET_VALUE,
            share * worth[index],
            claimed=total * worth[index],
            expected=limit * worth[index],
            detail=(blanket.name,),
        )


def _money_of(blanket: Blanket, facts: Facts) -> Fraction | None:
    """So much of the bill's money is one of the blanket order's; None where nothing says so."""
    at = facts.line.at
    if at is not None:
        return at.rate.value if at.currency == blanket.currency else None
    return Fraction(1) if facts.bill.currency == blanket.currency else None


def _drawn_before(blanket: Blanket, bill: Bill, basis: Basis) -> Fraction:
    """By bills before this one, less what credit notes gave back of anything but later bills."""
    others = [drawn for drawn in blanket.drawn if drawn.bill != bill.key]
    later = {d.bill for d in others if not d.credit and d.rank > bill.rank}
    rates = {drawn.bill: drawn.rates for drawn in blanket.drawn if not drawn.credit}
    return sum(
        (
            # What a credit note takes back counts as it was asked.
            _in_blankets_money(drawn, rates.get(drawn.corrects or 0) or drawn.rates, basis)
            for drawn in others
            if drawn.bill not in later and drawn.corrects not in later
        ),
        start=Fraction(0),
    )


def _in_blankets_money(drawn: Drawn, rates: Rates | None, basis: Basis) -> Fraction:
    """At the rate of its day; nothing where no rate is asked for: it is held for its currency then."""
    if drawn.rates is None or rates is None:
        return exact(drawn.amount)
    rate = rates.of(basis, drawn.received)
    return exact(drawn.amount) / rate.value if rate else Fraction(0)


def _check_period(blanket: Blanket, facts: Facts) -> Iterator[Finding]:
    """Days by which the bill comes after the blanket order ended (above) or before it began (below)."""
    day = facts.bill.day
    outside = _days_outside(blanket, day) if day else 0
    tolerance = facts.policy.rule(Code.BLANKET_PERIOD).tolerance
    side = tolerance.broken_side(Fraction(outside), Fraction(0), Fraction(outside))
    if side and day:
        bound = blanket.end if outside > 0 else blanket.start
        yield facts.finding(
            Code.BLANKET_PERIOD,
            facts.line.amount,
            claimed=Fraction(outside),
            limit=tolerance.side(side),
            side=side,
            detail=(blanket.name, day.isoformat(), bound.isoformat() if bound else ""),
        )


def _days_outside(blanket: Blanket, day: date) -> int:
    if blanket.end is not None and day > blanket.end:
        return (day - blanket.end).days
    if blanket.start is not None and day < blanket.start:
        return (day - blanket.start).days
    return 0
