"""Which order line a bill line without a reference is for: evidence, a score, never a guess.

    clue (bill line) + candidates (open order lines) --> ranked links, each with its reasons
                                                     --> the one link that may be made without asking, if any

What names another item is no candidate. Without anything that names the item, no score suffices for a link without
asking: a price and a quantity fit too much.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .exact import Number
from .lines import Unit
from .words import Word


class Reason(Word):
    """What speaks for a link."""

    PRODUCT = "product"
    GTIN = "gtin"
    CODE = "code"
    PRICE = "price"
    QUANTITY = "quantity"
    NAME = "name"


# Of what names the item the best counts once; the rest adds up. All of it is 100.
IDENTITY = {Reason.PRODUCT: 60, Reason.GTIN: 60, Reason.CODE: 60}
WEIGHTS = {Reason.PRICE: 20, Reason.QUANTITY: 10, Reason.NAME: 10}
# Below this nothing speaks for a candidate.
SHOWN = 20
PRICE_SLACK = Fraction(2, 100)


@dataclass(frozen=True, slots=True)
class Clue:
    """A bill line that names no order. ``unit`` is None where the document's unit is not known here."""

    key: int
    quantity: Number
    price: Number
    currency: str = "EUR"
    unit: Unit | None = None
    product: Hashable | None = None
    code: str | None = None
    gtin: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order line of the same supplier; ``left`` is what of it is not billed yet, in its ``unit``."""

    key: int
    left: Number
    price: Number
    currency: str = "EUR"
    unit: Unit = Unit("Units")
    product: Hashable | None = None
    codes: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A candidate with what speaks for it, out of 100."""

    candidate: int
    score: int
    reasons: tuple[Reason, ...]


def rank(clue: Clue, candidates: Iterable[Candidate]) -> tuple[Link, ...]:
    """What the line may be for, the likeliest first.

    >>> gloves = Candidate(1, 10, 4, codes=("GL-9",), name="Nitrile gloves")
    >>> rank(Clue(7, 10, 4, code="GL-9"), [gloves])[0].score
    90
    >>> rank(Clue(7, 10, 4, code="OTHER"), [gloves])
    ()
    """
    links = (_link(clue, candidate) for candidate in candidates)
    return tuple(
        sorted(
            (link for link in links if link and link.score >= SHOWN),
            key=lambda link: (-link.score, link.candidate),
        )
    )


def choose(links: Sequence[Link], threshold: int) -> Link | None:
    """The link to make without asking: good enough, and better than any other.

    >>> a, b = Link(1, 90, ()), Link(2, 90, ())
    >>> choose([a], 80) is a, choose([a, b], 80), choose([a], 95)
    (True, None, None)
    """
    if not links or links[0].score < threshold:
        return None
    tied = len(links) > 1 and links[1].score == links[0].score
    return None if tied else links[0]


def assign(
    clues: Sequence[Clue], candidates: Sequence[Candidate], threshold: int
) -> dict[int, Link]:
    """``{clue: link}`` to make without asking. Lines that together ask for more than is left are left to a person."""
    chosen = {clue.key: choose(rank(clue, candidates), threshold) for clue in clues}
    by_key = {candidate.key: candidate for candidate in candidates}
    asked: Mapping[int, list[Clue]] = defaultdict(list)
    for clue in clues:
        link = chosen[clue.key]
        if link is not None:
            asked[link.candidate].append(clue)
    crowded = {
        key
        for key, lines in asked.items()
        if len(lines) > 1 and sum(_base(c, by_key[key]) for c in lines) > _left(by_key[key])
    }
    return {
        key: link
        for key, link in chosen.items()
        if link is not None and link.candidate not in crowded
    }


def _link(clue: Clue, candidate: Candidate) -> Link | None:
    if clue.currency != candidate.currency:
        return None
    if clue.unit is not None and not clue.unit.compares(candidate.unit):
        return None
    names = _identity(clue, candidate)
    if names is None:
        return None
    fits = {
        Reason.PRICE: _price_fits(clue, candidate),
        Reason.QUANTITY: 0 < _base(clue, candidate) <= _left(candidate),
        Reason.NAME: _alike(clue.name, candidate.name),
    }
    rest = [reason for reason, holds in fits.items() if holds]
    score = max((IDENTITY[name] for name in names), default=0) + sum(WEIGHTS[r] for r in rest)
    return Link(candidate.key, score, (*names, *rest))


def _identity(clue: Clue, candidate: Candidate) -> list[Reason] | None:
    """What names the same item; None where something is named and none of it is this one."""
    products = frozenset({candidate.product} - {None})
    compared: dict[Reason, tuple[Hashable, frozenset[Hashable]]] = {
        Reason.PRODUCT: (clue.product, products),
        Reason.GTIN: (_gtin(clue.gtin), frozenset(map(_gtin, candidate.gtins))),
        Reason.CODE: (_code(clue.code), frozenset(map(_code, candidate.codes))),
    }
    known = {reason: pair for reason, pair in compared.items() if pair[0] and pair[1]}
    same = [reason for reason, (name, names) in known.items() if name in names]
    return None if known and not same else same


def _price_fits(clue: Clue, candidate: Candidate) -> bool:
    unit = clue.unit or candidate.unit
    asked, ordered = unit.price_to_base(clue.price), candidate.unit.price_to_base(candidate.price)
    return abs(asked - ordered) <= PRICE_SLACK * abs(ordered)


def _base(clue: Clue, candidate: Candidate) -> Fraction:
    return (clue.unit or candidate.unit).to_base(clue.quantity)


def _left(candidate: Candidate) -> Fraction:
    return candidate.unit.to_base(candidate.left)


def _alike(one: str, other: str) -> bool:
    """Half of their words are the same."""
    first, second = _words(one), _words(other)
    return bool(first) and 2 * len(first & second) >= len(first | second)


def _words(text: str) -> set[str]:
    spaced = "".join(sign if sign.isalnum() else " " for sign in text.lower())
    return set(spaced.split())


def _gtin(gtin: str | None) -> str:
    # GTIN-8, -12 and -13 are a GTIN-14 with leading zeros (GS1 General Specifications, 3.3.2).
    return gtin.strip().zfill(14) if gtin and gtin.strip() else ""


def _code(code: str | None) -> str:
    return "".join(sign for sign in (code or "").upper() if sign.isalnum())
