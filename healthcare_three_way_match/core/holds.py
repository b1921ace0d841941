"""What becomes of findings: holds that open, are disputed, are released, and do not come back.

    finding --> open --dispute--> disputed --+
                 |  ^                |       |
                 |  +--got worse-----+       |
         release |                  release  | cause gone (receipt, credit note, corrected number)
                 v                     v     v
              released             released  auto_released

An open hold stops what its finding stops. A dispute lets the bill into the books and keeps the
disputed money back. A release covers the numbers it saw and anything milder, nothing worse. Where it
takes two people, the word of the first changes no state: it stands as long as it would as a release.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from .verdict import UNLIKE_CODES, WHOLE_LINE_CODES, Block, Code, Finding, family

OPEN, DISPUTED = "open", "disputed"
RELEASED, AUTO_RELEASED = "released", "auto_released"
ACTIVE = frozenset({OPEN, DISPUTED})

# (state, what happens) -> next state. What is not here does not happen.
TRANSITIONS = {
    (OPEN, "dispute"): DISPUTED,
    (OPEN, "release"): RELEASED,
    (OPEN, "cause_gone"): AUTO_RELEASED,
    (DISPUTED, "release"): RELEASED,
    (DISPUTED, "cause_gone"): AUTO_RELEASED,
    (DISPUTED, "got_worse"): OPEN,
}


class HoldError(ValueError):
    """This cannot happen to a hold in this state."""


def transition(state: str, event: str) -> str:
    """The next state, or HoldError.

    >>> transition("open", "dispute")
    'disputed'
    >>> ("released", "dispute") in TRANSITIONS
    False
    """
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise HoldError(f"{state}: no {event}") from None


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it is stored. ``key`` is whatever the caller knows it by, ``row`` the policy's row it breaks."""

    key: object
    code: Code
    line: int | None
    state: str = OPEN
    block: Block = Block.POSTING
    claimed: Fraction = Fraction(0)
    stake: Fraction = Fraction(0)
    gross: Fraction = Fraction(0)
    fingerprint: str = ""
    row: object = None

    @property
    def effective_block(self) -> Block:
        """What it stops now: a disputed one no longer stops posting, a closed one nothing."""
        if self.state not in ACTIVE:
            return Block.NOTHING
        return min(self.block, Block.PAYMENT) if self.state == DISPUTED else self.block


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write: findings to open, (hold, finding, state) to update, holds whose cause is gone."""

    open: list[Finding] = field(default_factory=list)
    update: list[tuple[Hold, Finding, str]] = field(default_factory=list)
    close: list[Hold] = field(default_factory=list)


def plan(holds: Iterable[Hold], findings: Iterable[Finding]) -> Plan:
    """Bring stored holds in line with what is found now.

    >>> finding = Finding(Code.PRICE, Block.POSTING, 1, Fraction(11), Fraction(10), stake=Fraction(9))
    >>> plan([], [finding]).open == [finding]
    True
    >>> released = Hold(1, Code.PRICE, 1, RELEASED, claimed=Fraction(11), stake=Fraction(9))
    >>> plan([released], [finding]) == Plan()
    True
    """
    active: dict[tuple[int | None, Code], Hold] = {}
    released: dict[tuple[int | None, Code], list[Hold]] = {}
    for hold in holds:
        if hold.state in ACTIVE:
            active[hold.line, hold.code] = hold
        elif hold.state == RELEASED:
            released.setdefault((hold.line, hold.code), []).append(hold)
    result = Plan()
    for finding in findings:
        key = (finding.line, finding.code)
        if key in active:
            _update(result, active.pop(key), finding)
        elif not any(covers(old, finding) for old in released.get(key, ())):
            result.open.append(finding)
    result.close.extend(active.values())
    return result


def _update(result: Plan, hold: Hold, finding: Finding) -> None:
    same = (hold.fingerprint, hold.block, hold.gross, hold.row)
    if same == (finding.fingerprint, finding.block, finding.gross, finding.row):
        return
    worse = hold.state == DISPUTED and finding.stake > hold.stake
    state = transition(hold.state, "got_worse") if worse else hold.state
    result.update.append((hold, finding, state))


def covers(hold: Hold, finding: Finding) -> bool:
    """Whether a release of ``hold`` still stands for ``finding``.

    It does for the same numbers, and when the bill asks the same and less is at stake, as after a
    part of the missing goods arrived.
    """
    if hold.fingerprint == finding.fingerprint:
        return True
    return (
        finding.line is not None
        and hold.claimed == finding.claimed
        and finding.stake <= hold.stake
        and finding.code not in UNLIKE_CODES
    )


def block(holds: Iterable[Hold]) -> Block:
    """The strongest thing these holds stop."""
    return max((hold.effective_block for hold in holds), default=Block.NOTHING)


def withheld(holds: Iterable[Hold]) -> Fraction | None:
    """The money, with tax, that must stay unpaid; None for all of it.

    On one line, quantity findings speak of the same goods, so the largest counts, and so do findings about the
    price; a price finding comes on top, since it is about the price of what is owed.

    >>> a = Hold(1, Code.PRICE, 5, gross=Fraction(3))
    >>> b = Hold(2, Code.QTY_ORD, 5, gross=Fraction(10))
    >>> c = Hold(3, Code.QTY_REC, 5, DISPUTED, gross=Fraction(12))
    >>> withheld([a, b, c])
    Fraction(15, 1)
    """
    lines: dict[int, list[Hold]] = {}
    for hold in holds:
        if hold.effective_block < Block.PAYMENT:
            continue
        if hold.line is None:
            return None
        lines.setdefault(hold.line, []).append(hold)
    return sum((_line_withheld(found) for found in lines.values()), start=Fraction(0))


def _line_withheld(holds: list[Hold]) -> Fraction:
    largest: dict[frozenset[Code], Fraction] = {}
    for hold in holds:
        kind = family(hold.code)
        largest[kind] = max(largest.get(kind, Fraction(0)), hold.gross)
    whole = largest.pop(WHOLE_LINE_CODES, Fraction(0))
    return max(whole, sum(largest.values(), start=Fraction(0)))
