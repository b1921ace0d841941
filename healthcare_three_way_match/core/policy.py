"""What a company allows: tolerances, and what a breach stops."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from .exemption import Exemption
from .rates import Basis
from .scope import PRECEDENCE, Scope, Subject, fitting, narrowed
from .tolerance import EXACT, NOT_CHECKED, ZERO, Limit, Tolerance
from .verdict import Block, Code
from .words import Word


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
    """A tolerance, and what stops when it is broken. ``row``: whatever the caller knows it by; None: by default."""

    tolerance: Tolerance = EXACT
    block: Block = Block.POSTING
    row: Hashable | None = None


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
    Code.DOWN_PAYMENT: Rule(),
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
    Code.OTHER_SUPPLIER: Rule(),
    Code.BANK: Rule(),
    # The smallest coin of most currencies, on a line.
    Code.ROUNDING: Rule(Tolerance(Limit.value(absolute=Decimal("0.01"))), Block.NOTHING),
    Code.NO_PO: Rule(block=Block.NOTHING),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules that apply to one bill.

    ``rules`` and ``way`` hold everywhere, ``scoped`` and ``ways`` where their scope fits and nothing more specific
    does. ``way_row`` is the row that said ``way``. ``exemptions`` are what needs no order. ``rate`` is whose day's
    rate counts for a bill in another currency than its order.

    ``named`` is what any row names and ``chosen`` the policies given out so far: thousands of lines are about few
    things that rows know.
    """

    mode: Mode = Mode.ENFORCE
    rules: Mapping[Code, Rule] = field(default_factory=dict)
    way: Way = Way.THREE
    scoped: Mapping[Scope, Mapping[Code, Rule]] = field(default_factory=dict)
    ways: Mapping[Scope, tuple[Way, Hashable]] = field(default_factory=dict)
    way_row: Hashable | None = None
    exemptions: tuple[Exemption, ...] = ()
    rate: Basis = Basis.HOLD
    named: frozenset[tuple[str, Hashable]] = field(init=False, repr=False, compare=False)
    chosen: dict[Subject, "Policy"] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        scopes = (*self.scoped, *self.ways)
        named = frozenset((name, getattr(scope, name)) for scope in scopes for name in PRECEDENCE)
        object.__setattr__(self, "named", named)

    def at(self, subject: Subject) -> "Policy":
        """The policy for one subject: of each kind, the most specific row that fits.

        >>> loose = {Code.PRICE: Rule(Tolerance(NOT_CHECKED))}
        >>> policy = Policy(scoped={Scope(supplier=7): loose})
        >>> policy.at(Subject(supplier=7)).rule(Code.PRICE).tolerance.upper.state.value
        'not_checked'
        >>> policy.at(Subject(supplier=8)).rule(Code.PRICE).tolerance.upper.state.value
        'zero'
        """
        if not self.scoped and not self.ways:
            return self
        subject = narrowed(subject, self.named)
        if subject not in self.chosen:
            self.chosen[subject] = self._chosen(subject)
        return self.chosen[subject]

    def _chosen(self, subject: Subject) -> "Policy":
        scopes = list(fitting(subject))
        rules = dict(self.rules)
        for scope in reversed(scopes):  # what is more specific is laid over what is less
            rules |= self.scoped.get(scope, {})
        way, row = next(
            (self.ways[scope] for scope in scopes if scope in self.ways), (self.way, self.way_row)
        )
        return replace(self, rules=rules, way=way, way_row=row, scoped={}, ways={})

    def rule(self, code: Code) -> Rule:
        """The rule for one kind of finding."""
        return self.rules.get(code) or DEFAULT_RULES[code]

    def block(self, code: Code) -> Block:
        """What a finding of this kind stops: nothing while we only observe.

        >>> Policy(Mode.OBSERVE).block(Code.PRICE), Policy().block(Code.PRICE)
        (<Block.NOTHING: 0>, <Block.POSTING: 2>)
        """
        return self.rule(code).block if self.mode is Mode.ENFORCE else Block.NOTHING


def from_rows(
    rules: list[tuple[Scope, Code, Rule]], ways: list[tuple[Scope, Way, Hashable]]
) -> tuple[Mapping[Scope, Mapping[Code, Rule]], Mapping[Scope, tuple[Way, Hashable]]]:
    """Rows as ``Policy.scoped`` and ``Policy.ways`` hold them.

    >>> scoped, _ways = from_rows([(Scope(), Code.PRICE, Rule())], [])
    >>> scoped[Scope()][Code.PRICE] == Rule()
    True
    """
    scoped: dict[Scope, dict[Code, Rule]] = {}
    for scope, code, rule in rules:
        scoped.setdefault(scope, {})[code] = rule
    return scoped, {scope: (way, row) for scope, way, row in ways}
