"""The blanket orders that a bill draws on: their value, over all bills, and their time."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from .claims import Taken
from .exact import exact
from .facts import Facts, spread
from .terms import Blanket
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
    """All bills up to this one against the value (SAP's LA), said of the lines that draw last."""
    bill = lines[0].bill
    if blanket.value is None or bill.currency != blanket.currency:
        return
    limit = exact(blanket.value)
    asked = sum((facts.line.amount for facts in lines), start=Fraction(0))
    # What credit notes allow on this bill lowers its findings, so it must not lower the sum as well.
    allowed = sum((sums[key].allowance for key in {f.order.key for f in lines}), start=Fraction(0))
    total = _drawn_before(blanket, bill.key, bill.rank) + allowed + asked
    excess = total - limit
    tolerance = lines[0].policy.rule(Code.BLANKET_VALUE).tolerance
    if asked <= 0 or tolerance.broken_side(excess, limit, excess) != "upper":
        return
    for index, share in spread(min(excess, asked), [facts.line.amount for facts in lines]):
        yield lines[index].finding(
            Code.BLANKET_VALUE, share, claimed=total, expected=limit, detail=(blanket.name,)
        )


def _drawn_before(blanket: Blanket, key: int, rank: tuple[int | str, ...]) -> Fraction:
    """By bills before this one, less what credit notes gave back of anything but later bills."""
    later = {d.bill for d in blanket.drawn if d.bill != key and d.amount > 0 and d.rank > rank}
    return sum(
        (
            exact(drawn.amount)
            for drawn in blanket.drawn
            if drawn.bill not in later and drawn.bill != key and drawn.corrects not in later
        ),
        start=Fraction(0),
    )


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
