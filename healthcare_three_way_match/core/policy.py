"""What a company allows: tolerances, and what a breach stops."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from .tolerance import EXACT, NOT_CHECKED, ZERO, Limit, Tolerance
from .verdict import Block, Code
from .words import Word

T = TypeVar("T")


class Way(Word):
    """What a bill is held against at most; a line of which nothing is received or inspected needs less."""

    TWO = "two_way"  # what was ordered
    THREE = "three_way"  # and what was received
    FOUR = "four_way"  # and what was accepted, where goods are inspected


class Mode(Word):
    """How far the match reaches."""

    OFF = "off"
    OBSERVE = "observe"
    ENFORCE = "enforce"


@dataclass(frozen=True, slots=True)
class Rule:
    """A tolerance, and what stops when it is broken."""

    tolerance: Tolerance = EXACT
    block: Block = Block.POSTING


# Not looked at unless a policy asks for it.
UNASKED = Rule(Tolerance(NOT_CHECKED, NOT_CHECKED), Block.NOTHING)
BOTH_SIDES = Tolerance(ZERO, ZERO)

# A kind that a policy leaves out is exact: forgetting a row must not open a door. Only what many hospitals do
# not agree with their suppliers at all is left out: the day a bill comes.
DEFAULT_RULES: Mapping[Code, Rule] = {
    Code.PRICE: Rule(),
    Code.PRICE_TOTAL: Rule(),
    Code.CONTRACT: Rule(),
    Code.CHARGE: Rule(),
    Code.TAX: Rule(BOTH_SIDES),
    Code.TOTALS: Rule(BOTH_SIDES),
    Code.DATE: UNASKED,
    Code.BLANKET_VALUE: Rule(),
    Code.BLANKET_PERIOD: Rule(BOTH_SIDES),
    Code.DUPLICATE: Rule(),
    Code.SUPPLIER_BLOCK: Rule(),
    Code.QTY_ORD: Rule(),
    Code.QTY_REC: Rule(),
    Code.NOT_RECEIVED: Rule(),
    Code.ACCEPTED_QTY: Rule(),
    Code.LOT_EXPIRY: Rule(),
    Code.UOM_PACK: Rule(),
    Code.CURRENCY: Rule(),
    Code.PO_STATE: Rule(),
    Code.BANK: Rule(),
    # The smallest coin of most currencies, on a line.
    Code.ROUNDING: Rule(Tolerance(Limit.value(absolute=Decimal("0.01"))), Block.NOTHING),
    Code.NO_PO: Rule(block=Block.NOTHING),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that apply to one bill."""

    mode: Mode = Mode.ENFORCE
    rules: Mapping[Code, Rule] = field(default_factory=dict)
    way: Way = Way.THREE

    def rule(self, code: Code) -> Rule:
        """The rule for one kind of finding."""
        return self.rules.get(code) or DEFAULT_RULES[code]

    def block(self, code: Code) -> Block:
        """What a finding of this kind stops: nothing while we only observe.

        >>> Policy(Mode.OBSERVE).block(Code.PRICE), Policy().block(Code.PRICE)
        (<Block.NOTHING: 0>, <Block.POSTING: 2>)
        """
        return self.rule(code).block if self.mode is Mode.ENFORCE else Block.NOTHING


def most_specific(candidates: Sequence[tuple[int, int, T]]) -> T | None:
    """The winner among ``(specificity, sequence, policy)``: most specific, then first in sequence.

    >>> most_specific([(0, 1, "company"), (1, 9, "supplier")])
    'supplier'
    >>> most_specific([]) is None
    True
    """
    if not candidates:
        return None
    return min(candidates, key=lambda candidate: (-candidate[0], candidate[1]))[2]
