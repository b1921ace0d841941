"""What a line of a supplier's catalogue would do to the vendor price list: nothing is written here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

# What a line may turn out to be, in the order in which people look at them.
VERDICTS = {
    "bad": "Cannot be read",
    "unknown": "Item not known",
    "new": "New",
    "changed": "Changed",
    "withdrawn": "Withdrawn",
    "same": "Unchanged",
}
# What a run is at; WORKING goes on by itself.
STATES = {
    "reading": "Being read",
    "comparing": "Being compared",
    "compared": "Compared",
    "applying": "Being applied",
    "applied": "Applied",
    "failed": "Cannot be read",
    "cancelled": "Given up",
}
WORKING = ("reading", "comparing", "applying")
TRANSITIONS = {
    "reading": {"comparing", "failed", "cancelled"},
    "comparing": {"compared", "cancelled"},
    "compared": {"applying", "cancelled"},
    "applying": {"applied"},
    # Jumps that are approved later are applied later.
    "applied": {"applying"},
}
# What applying a catalogue does something about.
EFFECTIVE = ("new", "changed", "withdrawn")
HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class Offer:
    """A price for one of ``unit`` from ``minimum`` of them on; ``unit`` and ``product`` are our ids.

    ``id`` is that of the vendor price, None for what a catalogue says.
    """

    product: int
    unit: int
    currency: str
    price: Fraction
    minimum: Fraction = Fraction(0)
    contract: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    code: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind``: of VERDICTS; ``known`` is the offer it is compared with, ``change`` in per cent of its price.

    ``replaces``: the known offer ends the day before the new one begins, and stays; else it is overwritten.
    """

    kind: str
    known: Offer | None = None
    change: Fraction | None = None
    replaces: bool = False


def compare(offer: Offer, known: Iterable[Offer], day: date) -> Verdict:
    """What ``offer`` is beside the supplier's ``known`` prices of the product, seen on ``day``.

    Only a price of the same contract is changed. Another one of the same unit, currency and tier, best one that
    holds, is what a new price is measured by.

    >>> before = Offer(1, 2, "EUR", Fraction(10), contract="C", id=7)
    >>> told = Offer(1, 2, "EUR", Fraction(12), contract="C")
    >>> verdict = compare(told, [before], date(2026, 1, 1))
    >>> verdict.kind, verdict.known.id, str(verdict.change)
    ('changed', 7, '20')
    >>> compare(told, [], date(2026, 1, 1)).kind
    'new'
    """
    alike = [
        each
        for each in known
        if (each.product, each.unit, each.currency, each.minimum)
        == (offer.product, offer.unit, offer.currency, offer.minimum)
    ]
    own = [each for each in alike if each.contract == offer.contract]
    day = max(day, offer.valid_from or day)
    before = _closest(own, day)
    # A vendor price of nothing says under which code the supplier knows the item, not what it costs.
    measure = before or _closest([each for each in alike if each.price], day)
    change = _change(measure.price, offer.price) if measure else None
    if before is None:
        return Verdict("new", measure, change)
    if _terms(before) == _terms(offer):
        return Verdict("same", before, change)
    replaces = offer.valid_from is not None and (
        before.valid_from is None or before.valid_from < offer.valid_from
    )
    return Verdict("changed", before, change, replaces and before.price != offer.price)


def withdraw(offers: Iterable[Offer], day: date) -> list[Offer]:
    """Those of ``offers`` that still hold on ``day`` or later: they end the day before.

    >>> gone = Offer(1, 2, "EUR", Fraction(1), valid_to=date(2025, 12, 31))
    >>> withdraw([gone], date(2026, 1, 1))
    []
    """
    return [each for each in offers if each.valid_to is None or each.valid_to >= day]


def last_day(day: date) -> date:
    """When a price ends that no longer holds on ``day``."""
    return day - timedelta(days=1)


def is_jump(change: Fraction | None, threshold: Fraction) -> bool:
    """Whether a person must look at a price that changes by so many per cent, up or down.

    >>> is_jump(Fraction(-30), Fraction(25)), is_jump(Fraction(25), Fraction(25)), is_jump(None, Fraction(5))
    (True, False, False)
    """
    return change is not None and abs(change) > threshold


def per_unit(price: Fraction, per: Fraction | None, factor: Fraction) -> Fraction:
    """What one of our unit costs: ``price`` is for ``per`` of the partner's, each ``factor`` of ours.

    >>> per_unit(Fraction(24), Fraction(1), Fraction(12))
    Fraction(2, 1)
    """
    return price / ((per or 1) * factor)


def product_of(found: Iterable[frozenset[int]]) -> int | None | bool:
    """The one product that all identifiers name, those that name none aside.

    None where none names any; False where they name several, or different ones.

    >>> product_of([frozenset({1}), frozenset(), frozenset({1, 2})])
    1
    >>> product_of([frozenset({1}), frozenset({2})]), product_of([frozenset()])
    (False, None)
    """
    named = [each for each in found if each]
    if not named:
        return None
    common = frozenset.intersection(*named)
    return next(iter(common)) if len(common) == 1 else False


def gtin_key(gtin: str | None) -> str | None:
    """GTIN-8, -12 and -13 are a GTIN-14 with leading zeros (GS1 General Specifications, 3.3.2).

    >>> gtin_key("4012345678901")
    '04012345678901'
    """
    return gtin.zfill(14) if gtin and gtin.isdigit() else None


def gtin_spellings(key: str) -> tuple[str, ...]:
    """All ways in which a GTIN-14 may have been entered."""
    return tuple(key[-size:] for size in (14, 13, 12, 8) if not key[:-size].strip("0"))


def _closest(offers: list[Offer], day: date) -> Offer | None:
    """The offer that holds on ``day``; else the latest that began before it, else the first that will."""

    def rank(each: Offer) -> tuple[bool, bool, int]:
        start = each.valid_from or date.min
        begun = start <= day
        holds = begun and (each.valid_to is None or day <= each.valid_to)
        return holds, begun, start.toordinal() if begun else -start.toordinal()

    return max(offers, key=rank, default=None)


def _change(before: Fraction, after: Fraction) -> Fraction:
    """In per cent; from nothing to something counts as all of it."""
    if before:
        return (after - before) / before * HUNDRED
    return HUNDRED if after else Fraction(0)


def _terms(offer: Offer) -> tuple[Fraction, date | None, date | None, str | None]:
    return offer.price, offer.valid_from, offer.valid_to, offer.code
