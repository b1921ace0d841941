"""Who may let a hold go, and how many people that takes."""

from collections.abc import Hashable, Iterable
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
    SAME_PERSON = "same_person"


@dataclass(frozen=True, slots=True)
class Person:
    """Who wants to release: their right, their part in this purchase, their limit (None: none).

    ``signed``: they are the first of two already.
    """

    approver: bool
    roles: frozenset[str] = frozenset()
    limit: Decimal | None = None
    signed: bool = False


def refusal(code: Code, amount: Decimal, person: Person, reason: str) -> Refusal | None:
    """Why this person may not release this hold; None when they may.

    >>> boss = Person(True, limit=Decimal(100))
    >>> refusal(Code.PRICE, Decimal(100), boss, "contract") is None
    True
    >>> refusal(Code.PRICE, Decimal("100.01"), boss, "contract").value
    'over_limit'
    >>> refusal(Code.PRICE, Decimal(1), Person(True, frozenset({BUYER})), "mine").value
    'own_purchase'
    >>> refusal(Code.PRICE, Decimal(1), Person(True, signed=True), "again").value
    'same_person'
    """
    rule = RELEASE_RULES[code]
    barred = rule.barred & person.roles
    over_limit = rule.limited and person.limit is not None and amount > person.limit
    checks = (
        (not person.approver, Refusal.NO_RIGHT),
        (BUYER in barred, Refusal.OWN_PURCHASE),
        (BILLER in barred, Refusal.OWN_BILL),
        (over_limit, Refusal.OVER_LIMIT),
        (person.signed, Refusal.SAME_PERSON),
        (not reason.strip(), Refusal.NO_REASON),
    )
    return next((why for failed, why in checks if failed), None)


def needs_two(amount: Decimal, two_above: Decimal | None) -> bool:
    """Whether this much takes two people; ``two_above`` None: never.

    >>> needs_two(Decimal(1000), Decimal(1000)), needs_two(Decimal(1001), Decimal(1000))
    (False, True)
    >>> needs_two(Decimal(10**9), None)
    False
    """
    return two_above is not None and amount > two_above


def lets_go(amount: Decimal, two_above: Decimal | None, first: Hashable | None) -> bool:
    """Whether one more person's word lets the hold go; else theirs is the first of two.

    >>> lets_go(Decimal(5000), Decimal(1000), None), lets_go(Decimal(5000), Decimal(1000), "Ann")
    (False, True)
    """
    return first is not None or not needs_two(amount, two_above)


def limit_of(own: Decimal, groups: Iterable[Decimal], company: Decimal) -> Decimal | None:
    """The limit that holds for a person: their own, else the highest of their groups', else the company's.

    Zero says nothing, so the next one is asked; None: no limit.

    >>> limit_of(Decimal(0), [Decimal(500), Decimal(100)], Decimal(50)), limit_of(Decimal(0), [], Decimal(0))
    (Decimal('500'), None)
    """
    return own or max(groups, default=Decimal(0)) or company or None
