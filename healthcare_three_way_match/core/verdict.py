"""What a match says: findings with their numbers, never prose.

A finding carries everything a person needs to judge it, and everything a machine needs to know
whether it has seen it before. The sentence people read is made from it elsewhere, in their language.
"""

import enum
import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .rates import Applied
from .tolerance import Limit
from .words import Word


class Code(Word):
    """What is wrong."""

    PRICE = "PRICE"
    PRICE_TOTAL = "PRICE_TOTAL"
    CONTRACT = "CONTRACT"
    QTY_ORD = "QTY_ORD"
    QTY_REC = "QTY_REC"
    NOT_RECEIVED = "NOT_RECEIVED"
    ACCEPTED_QTY = "ACCEPTED_QTY"
    LOT_EXPIRY = "LOT_EXPIRY"
    UOM_PACK = "UOM_PACK"
    CHARGE = "CHARGE"
    TAX = "TAX"
    TOTALS = "TOTALS"
    CURRENCY = "CURRENCY"
    NO_PO = "NO_PO"
    PO_STATE = "PO_STATE"
    OTHER_SUPPLIER = "OTHER_SUPPLIER"
    DATE = "DATE"
    BLANKET_VALUE = "BLANKET_VALUE"
    BLANKET_PERIOD = "BLANKET_PERIOD"
    DOWN_PAYMENT = "DOWN_PAYMENT"
    DUPLICATE = "DUPLICATE"
    SUPPLIER_BLOCK = "SUPPLIER_BLOCK"
    BANK = "BANK"
    ROUNDING = "ROUNDING"


class Block(enum.IntEnum):
    """What a finding stops. Who may not post may not pay either, so these are ordered."""

    NOTHING = 0
    PAYMENT = 1
    POSTING = 2

    @property
    def key(self) -> str:
        """As it is stored."""
        return self.name.lower()

    @classmethod
    def of(cls, key: str) -> "Block":
        """The block stored under this key.

        >>> Block.of("payment") < Block.POSTING
        True
        """
        return cls[key.upper()]


# Findings that say, each in its way, "this quantity is not owed": their stakes overlap.
QUANTITY_CODES = frozenset({Code.QTY_ORD, Code.QTY_REC, Code.NOT_RECEIVED, Code.ACCEPTED_QTY})
GOODS_CODES = QUANTITY_CODES | {Code.LOT_EXPIRY}
# Findings that say, each in its way, "this price is not owed".
PRICE_CODES = frozenset({Code.PRICE, Code.PRICE_TOTAL, Code.CONTRACT, Code.ROUNDING})
# Findings about the blanket order a line draws on, whatever is wrong with its price or quantity.
BLANKET_CODES = frozenset({Code.BLANKET_VALUE, Code.BLANKET_PERIOD})
# Findings that put a whole line, or the whole bill, in question.
WHOLE_LINE_CODES = BLANKET_CODES | {
    Code.CURRENCY,
    Code.NO_PO,
    Code.PO_STATE,
    Code.OTHER_SUPPLIER,
    Code.DATE,
}
# A release of these covers what it saw and nothing else, however little is at stake.
UNLIKE_CODES = WHOLE_LINE_CODES | {Code.LOT_EXPIRY}


def family(code: Code) -> frozenset[Code]:
    """The kinds that speak of the same money on a line: of these the largest counts, families add up.

    >>> Code.CONTRACT in family(Code.PRICE), family(Code.TAX) == {Code.TAX}
    (True, True)
    """
    for codes in (PRICE_CODES, GOODS_CODES, WHOLE_LINE_CODES):
        if code in codes:
            return codes
    return frozenset({code})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as ordered or received.

    ``claimed`` is what the bill says, ``expected`` what we hold against it, in the order's unit
    (``unit``). ``stake`` is the money in question without tax, ``gross`` the same with tax.
    ``line`` is None when the finding is about the whole bill. ``row`` is the row of the policy that was
    broken, None where no row says anything about this kind.
    """

    code: Code
    block: Block
    line: int | None = None
    claimed: Fraction = Fraction(0)
    expected: Fraction = Fraction(0)
    unit: str = ""
    stake: Fraction = Fraction(0)
    gross: Fraction = Fraction(0)
    limit: Limit | None = None
    side: str = "upper"
    detail: tuple[str, ...] = ()
    row: Hashable | None = None

    @property
    def fingerprint(self) -> str:
        """Equal for equal numbers: a release covers these numbers and no others.

        The limit is left out: a stricter policy is no reason to ask a person again.

        >>> a = Finding(Code.PRICE, Block.POSTING, 1, Fraction(11), Fraction(10), stake=Fraction(5))
        >>> b = Finding(Code.PRICE, Block.PAYMENT, 1, Fraction(22, 2), Fraction(10), stake=Fraction(5))
        >>> a.fingerprint == b.fingerprint
        True
        """
        parts = (self.code, self.line, self.claimed, self.expected, self.stake, *self.detail)
        return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """One bill line beside its order line, in the order's unit; None where nothing compares.

    ``rows`` are the policy's rows that applied to it, by what they say: a kind's value or "way". ``exempt`` is the
    exemption it stands on without an order, ``at`` the rate at which the order's money was told in the bill's.
    """

    line: int
    order_line: int | None = None
    unit: str = ""
    ordered: Fraction | None = None
    received: Fraction | None = None
    accepted: Fraction | None = None
    billed_before: Fraction | None = None
    billed_now: Fraction | None = None
    order_price: Fraction | None = None
    bill_price: Fraction | None = None
    amount: Fraction = Fraction(0)
    findings: tuple[Finding, ...] = ()
    rows: tuple[tuple[str, Hashable], ...] = ()
    exempt: Hashable | None = None
    at: Applied | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome for one bill."""

    bill: int
    lines: tuple[LineVerdict, ...] = ()
    findings: tuple[Finding, ...] = ()
    rounding: Decimal = Decimal("0.01")

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """Those of the bill, then those of its lines in order."""
        return self.findings + tuple(f for line in self.lines for f in line.findings)

    @property
    def block(self) -> Block:
        """The strongest block of any finding."""
        return max((finding.block for finding in self.all_findings), default=Block.NOTHING)

    @property
    def clean(self) -> bool:
        """Nothing was found at all, not even something that only informs."""
        return not self.all_findings
