"""What two documents of one number say differently, for the person who decides which one holds."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from itertools import zip_longest

# How a document travelled and what was understood of it are not what it says.
IGNORED = frozenset({"envelope", "remarks", "purpose"})
# Parts of a collection are told apart by the first of these that each has a different value of.
KEYS = ("number", "order_line", "id")
ONE_OF = {
    "lines": "line",
    "charges": "charge",
    "taxes": "tax",
    "packages": "package",
    "lots": "lot",
    "ids": "id",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """``where`` in words; ``before`` and ``after`` as text, None where one of them does not say it."""

    where: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.where}: {self.before or '-'} → {self.after or '-'}"


def differences(first: object, second: object) -> tuple[Difference, ...]:
    """What ``second`` says otherwise than ``first``, both canonical documents; empty where they agree.

    >>> from .documents import Invoice, Payee
    >>> for each in differences(
    ...     Invoice(number="1", kind="invoice", payee=Payee(account="A"), currency="EUR"),
    ...     Invoice(number="1", kind="invoice", payee=Payee(account="B")),
    ... ):
    ...     print(each)
    currency: EUR → -
    payee account: A → B
    """
    return tuple(_compare((), first, second))


def _compare(where: tuple[str, ...], first: object, second: object) -> Iterator[Difference]:
    if first == second:
        return
    if isinstance(first, tuple) and isinstance(second, tuple):
        name = ONE_OF.get(where[-1], where[-1]) if where else ""
        for label, one, other in _pairs(first, second):
            yield from _compare((*where[:-1], f"{name} {label}"), one, other)
    elif is_dataclass(first) and type(first) is type(second):
        for each in fields(first):
            if each.name not in IGNORED:
                yield from _compare(
                    (*where, each.name), getattr(first, each.name), getattr(second, each.name)
                )
    else:
        place = " ".join(where).replace("_", " ")
        yield Difference(place or "document", _text(first), _text(second))


def _pairs(
    first: tuple[object, ...], second: tuple[object, ...]
) -> Iterator[tuple[str, object, object]]:
    """The parts of both that belong together: by a key that names each part once, else by their order."""
    for name in KEYS:
        ours, theirs = _by_key(first, name), _by_key(second, name)
        if ours is not None and theirs is not None:
            for label in dict.fromkeys([*ours, *theirs]):
                yield label, ours.get(label), theirs.get(label)
            return
    for place, (one, other) in enumerate(zip_longest(first, second), 1):
        yield str(place), one, other


def _by_key(parts: tuple[object, ...], name: str) -> dict[str, object] | None:
    labels = [getattr(part, name, None) for part in parts]
    if None in labels or len(set(labels)) != len(parts):
        return None
    return {str(label): part for label, part in zip(labels, parts, strict=True)}


def _text(value: object) -> str | None:
    """Of a whole part, what it says, in one line."""
    if value is None:
        return None
    if isinstance(value, tuple):
        return " ".join(filter(None, map(_text, value))) or None
    if is_dataclass(value):
        return _text(
            tuple(getattr(value, each.name) for each in fields(value) if each.name not in IGNORED)
        )
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
