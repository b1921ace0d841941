"""Who may let a hold go."""

from dataclasses import dataclass
from decimal import Decimal

from .verdict import Code
from .words import Word

BUYER, BILLER = "buyer", "biller"


@dataclass(frozen=True, slots=True)
class Rule:
    """``barred``: roles in this very purchase that may not decide, whatever their rights."""

    barred: frozenset[str] = frozenset({BUYER, BILLER})
    # A limit on the amount means nothing where the question is who gets the money.
    limited: bool = True


RELEASE_RULES = {code: Rule() for code in Code} | {Code.BANK: Rule(limited=False)}


class Refusal(Word):
    """Why somebody may not decide."""

    NO_RIGHT = "no_right"
    NO_REASON = "no_reason"
    OWN_PURCHASE = "own_purchase"
    OWN_BILL = "own_bill"
    OVER_LIMIT = "over_limit"


@dataclass(frozen=True, slots=True)
class Person:
    """Who wants to release: their right, their part in this purchase, their limit (None: none)."""

    approver: bool
    roles: frozenset[str] = frozenset()
    limit: Decimal | None = None


def refusal(code: Code, amount: Decimal, person: Person, reason: str) -> Refusal | None:
    """Why this person may not release this hold; None when they may.

    >>> boss = Person(True, limit=Decimal(100))
    >>> refusal(Code.PRICE, Decimal(100), boss, "contract") is None
    True
    >>> refusal(Code.PRICE, Decimal("100.01"), boss, "contract").value
    'over_limit'
    >>> refusal(Code.PRICE, Decimal(1), Person(True, frozenset({BUYER})), "mine").value
    'own_purchase'
    """
    rule = RELEASE_RULES[code]
    barred = rule.barred & person.roles
    over_limit = rule.limited and person.limit is not None and amount > person.limit
    checks = (
        (not person.approver, Refusal.NO_RIGHT),
        (BUYER in barred, Refusal.OWN_PURCHASE),
        (BILLER in barred, Refusal.OWN_BILL),
        (over_limit, Refusal.OVER_LIMIT),
        (not reason.strip(), Refusal.NO_REASON),
    )
    return next((why for failed, why in checks if failed), None)
