"""Where a row of a policy applies, and which row wins: the most specific one that fits.

    order > product > category (the nearest first) > supplier > everything

A row may name several of them; it fits where all it names fit. Of two that fit, the one that names the order
wins; where both or neither do, the one that names the product; then the one whose category is nearer to the
product; then the one that names the supplier. So "gloves of Mediline" beats "gloves", and "gloves" beats
"everything of Mediline". Two rows of a kind never tie: they would name the same, which a policy refuses.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

# What decides first stands first.
PRECEDENCE = ("order", "product", "category", "supplier")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a row names; None: any."""

    order: Hashable | None = None
    product: Hashable | None = None
    category: Hashable | None = None
    supplier: Hashable | None = None


ANYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a bill line, or a whole bill, is about. ``categories``: the product's own first, then its parents."""

    order: Hashable | None = None
    product: Hashable | None = None
    categories: tuple[Hashable, ...] = ()
    supplier: Hashable | None = None


NOBODY = Subject()


def rank(scope: Scope, subject: Subject) -> tuple[int, ...] | None:
    """How closely a scope fits, comparable with other ranks for the same subject; None where it does not fit.

    >>> gloves = Subject(product="nitrile", categories=("gloves", "all"), supplier="mediline")
    >>> rank(Scope(category="gloves"), gloves) > rank(Scope(category="all", supplier="mediline"), gloves)
    True
    >>> rank(Scope(order="P1"), gloves) is None
    True
    """
    places = []
    for name in PRECEDENCE:
        asked = getattr(scope, name)
        # Nearer categories rank higher, so they are counted from the far end.
        known = subject.categories if name == "category" else (getattr(subject, name),)
        if asked is None:
            places.append(0)
        elif asked in known:
            places.append(len(known) - known.index(asked))
        else:
            return None
    return tuple(places)


def narrowed(subject: Subject, named: frozenset[tuple[str, Hashable]]) -> Subject:
    """The subject without what no row names, so that all lines no row knows are one subject.

    >>> narrowed(Subject("P1", "nitrile", ("gloves", "all"), "rival"), frozenset({("category", "all")}))
    Subject(order=None, product=None, categories=('all',), supplier=None)
    """
    return Subject(
        subject.order if ("order", subject.order) in named else None,
        subject.product if ("product", subject.product) in named else None,
        tuple(each for each in subject.categories if ("category", each) in named),
        subject.supplier if ("supplier", subject.supplier) in named else None,
    )


def fitting(subject: Subject) -> Iterator[Scope]:
    """All scopes that fit, the most specific first: the order of ``rank``, without looking at any row.

    >>> [scope.category or scope.supplier for scope in fitting(Subject(categories=("c",), supplier="s"))]
    ['c', 'c', 's', None]
    """
    orders, products, suppliers = (
        (None,) if each is None else (each, None)
        for each in (subject.order, subject.product, subject.supplier)
    )
    for order in orders:
        for product in products:
            for category in (*subject.categories, None):
                for supplier in suppliers:
                    yield Scope(order, product, category, supplier)
