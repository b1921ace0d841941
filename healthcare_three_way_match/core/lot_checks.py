"""Lots and expiry: what the bill, or the despatch advice, names against what was received."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from .facts import Facts, Group, spread
from .lots import ArrivedLot, Lot, lot_key
from .tolerance import State
from .verdict import Code, Finding

# What may be wrong with a lot; of several on one line the one about most money is said, of equal ones the first.
EXPIRED, ELSEWHERE, OTHER_EXPIRY = "expired", "not_received", "other_expiry"


def check_lots(group: Group) -> Iterator[Finding]:
    """One finding a line at most. Where no lots are received, there is nothing to compare with."""
    tolerance = group.policy.rule(Code.LOT_EXPIRY).tolerance
    if not group.order.lots or tolerance.upper.state is State.NOT_CHECKED:
        return
    found: dict[int | None, Finding] = {}
    for finding in (*_expired(group), *_named_on_bill(group), *_announced(group)):
        said = found.get(finding.line)
        if said is None or finding.stake > said.stake:
            found[finding.line] = finding
    yield from found.values()


def _expired(group: Group) -> Iterator[Finding]:
    """Goods that could not be used any more when they came are not owed, like goods that did not come."""
    bad = [lot for lot in group.order.lots if lot.expired]
    expired = sum((lot.quantity for lot in bad), start=Fraction(0))
    excess = min(group.billed - (group.received - expired), expired)
    detail = (EXPIRED, *_names(bad), *_days(bad))
    yield from _of_goods(group, excess, detail, group.received - expired)


def _named_on_bill(group: Group) -> Iterator[Finding]:
    """Nothing says how much of each lot the bill is for, so the whole line is in question."""
    for facts in group.lines:
        kind, lots = _wrong(facts.line.lots, group.order.lots)
        if kind:
            stake = max(facts.line.amount, Fraction(0))
            yield facts.finding(Code.LOT_EXPIRY, stake, detail=(kind, *_names(lots)))


def _announced(group: Group) -> Iterator[Finding]:
    """Announced lots are looked for once as much has come as was announced; the bill's own word goes first."""
    said = group.order.announced
    coming = sum((lot.quantity or Fraction(0) for lot in said), start=Fraction(0))
    if group.received < coming or any(facts.line.lots for facts in group.lines):
        return
    kind, lots = _wrong(said, group.order.lots)
    if kind:
        missing = sum((lot.quantity or Fraction(0) for lot in lots), start=Fraction(0))
        yield from _of_goods(group, missing, (kind, *_names(lots)), group.received - missing)


def _of_goods(
    group: Group, quantity: Fraction, detail: tuple[str, ...], expected: Fraction
) -> Iterator[Finding]:
    """So many base units of what is billed are in question, those billed last first."""
    asked = [facts.now for facts in group.counted]
    for index, share in spread(min(quantity, group.now), asked):
        facts: Facts = group.counted[index]
        yield facts.finding(
            Code.LOT_EXPIRY,
            facts.in_order_unit(share) * facts.price,
            claimed=facts.in_order_unit(group.billed),
            expected=facts.in_order_unit(expected),
            detail=detail,
        )


def _wrong(named: Iterable[Lot], arrived: Iterable[ArrivedLot]) -> tuple[str, list[Lot]]:
    """(what is wrong, with which of the named lots); the word is empty where all is well."""
    known = {lot_key(lot.name): lot for lot in arrived}
    missing = [lot for lot in named if lot_key(lot.name) not in known]
    if missing:
        return ELSEWHERE, missing
    others = [
        lot
        for lot in named
        if lot.expiry and known[lot_key(lot.name)].expiry not in (None, lot.expiry)
    ]
    return (OTHER_EXPIRY, others) if others else ("", [])


def _names(lots: Iterable[Lot | ArrivedLot]) -> tuple[str]:
    return (", ".join(sorted({lot.name for lot in lots})),)


def _days(lots: Iterable[ArrivedLot]) -> tuple[str, ...]:
    """When the first of them expired."""
    return tuple(sorted(lot.expiry.isoformat() for lot in lots if lot.expiry)[:1])
