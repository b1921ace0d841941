"""What another policy would have held: two verdicts on the same facts, side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from .holds import Hold, withheld
from .lines import Bill
from .verdict import Block, Finding, Verdict
from .words import Word


class Kind(Word):
    """What becomes of a hold."""

    ADDED = "added"
    REMOVED = "removed"
    STRICTER = "stricter"  # stops posting where it stopped payment only
    MILDER = "milder"


@dataclass(frozen=True, slots=True)
class Change:
    """One hold that is there under one policy and not, or otherwise, under the other."""

    kind: Kind
    finding: Finding


def compare(before: Verdict | None, after: Verdict | None) -> list[Change]:
    """What changes from one verdict on a bill to another; None: the bill is not looked at.

    >>> from .verdict import Code
    >>> price = Finding(Code.PRICE, Block.POSTING, 1, stake=Fraction(5))
    >>> [change.kind.value for change in compare(None, Verdict(7, findings=(price,)))]
    ['added']
    """
    old, new = _holds(before), _holds(after)
    changes = [Change(Kind.ADDED, finding) for key, finding in new.items() if key not in old]
    changes += [Change(Kind.REMOVED, finding) for key, finding in old.items() if key not in new]
    for key, finding in new.items():
        if key in old and finding.block != old[key].block:
            kind = Kind.STRICTER if finding.block > old[key].block else Kind.MILDER
            changes.append(Change(kind, finding))
    return changes


def kept_back(bill: Bill, verdict: Verdict | None) -> Fraction:
    """The money, with tax, that a verdict keeps from being paid: each unit of it once."""
    holds = [
        Hold(number, f.code, f.line, block=f.block, claimed=f.claimed, stake=f.stake, gross=f.gross)
        for number, f in enumerate(_holds(verdict).values())
    ]
    amount = withheld(holds)
    return abs(bill.gross) if amount is None else amount


def _holds(verdict: Verdict | None) -> dict[tuple[int | None, str], Finding]:
    return {(f.line, f.code.value): f for f in _stopping(verdict)}


def _stopping(verdict: Verdict | None) -> Iterator[Finding]:
    return (f for f in (verdict.all_findings if verdict else ()) if f.block > Block.NOTHING)
