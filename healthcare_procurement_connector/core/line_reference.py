"""Which order line a partner's line speaks of."""

from collections.abc import Sequence
from dataclasses import dataclass

from .documents import Item


@dataclass(frozen=True, slots=True)
class Candidate:
    """One order line as the partner may name it."""

    id: int
    number: str
    buyer_code: str | None = None
    seller_codes: tuple[str, ...] = ()
    gtin: str | None = None
    product: int | None = None


def resolve(
    number: str | None,
    item: Item | None,
    candidates: Sequence[Candidate],
    product: int | None = None,
) -> Candidate | None:
    """The one candidate that the line number, or else the item's identifiers, name; None otherwise.

    ``product`` is what a mapping says of the item: it is heeded where the identifiers name nothing.

    >>> a, b = Candidate(1, "1", gtin="04012345678901"), Candidate(2, "2", seller_codes=("GL-9",))
    >>> resolve("2", None, [a, b]) is b
    True
    >>> resolve(None, Item(gtin="4012345678901"), [a, b]) is a
    True
    >>> resolve("7", Item(name="Gloves"), [a, b]) is None
    True
    >>> resolve(None, Item(seller_code="OLD-9"), [Candidate(3, "3", product=7)], product=7).id
    3
    """
    if number is not None:
        named = [candidate for candidate in candidates if candidate.number == number]
        if named:
            return named[0]
    if item is None:
        return None
    for matches in (_same_gtin, _same_seller_code, _same_buyer_code):
        found = [candidate for candidate in candidates if matches(item, candidate)]
        if len(found) == 1:
            return found[0]
    mapped = [candidate for candidate in candidates if product and candidate.product == product]
    return mapped[0] if len(mapped) == 1 else None


def _same_gtin(item: Item, candidate: Candidate) -> bool:
    # GTIN-8, -12 and -13 are a GTIN-14 with leading zeros (GS1 General Specifications, 3.3.2).
    if not item.gtin or not candidate.gtin:
        return False
    return item.gtin.zfill(14) == candidate.gtin.zfill(14)


def _same_seller_code(item: Item, candidate: Candidate) -> bool:
    return bool(item.seller_code) and item.seller_code in candidate.seller_codes


def _same_buyer_code(item: Item, candidate: Candidate) -> bool:
    return bool(item.buyer_code) and item.buyer_code == candidate.buyer_code
