"""What a supplier sees of an order, and what differs between two states of it.

Terms are compared in our own words (ids of products and units): whether a save changed anything must not depend
on a mapping, and nothing that only we see (notes, accounts, a receipt) is in them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

# The terms of a line that a supplier acts on, in the order in which people read them.
LINE_FIELDS = ("item", "quantity", "unit", "price", "day")
ORDER_FIELDS = ("deliver_to", "currency")


@dataclass(frozen=True, slots=True)
class LineTerms:
    """One order line. ``number`` is the one the supplier was told: it is never given to another line.

    ``item`` and ``unit`` are ids, ``price`` is net, for one unit. The names are for people.
    """

    number: str
    item: int
    unit: int
    quantity: Decimal
    price: Decimal
    day: date | None = None
    name: str = field(default="", compare=False)
    unit_name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """``deliver_to`` is the id of the place, ``place`` its name for people."""

    lines: tuple[LineTerms, ...]
    currency: str
    deliver_to: int
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LineChange:
    """``action``: add, change or delete; ``fields`` are the terms that differ in a changed line."""

    action: str
    before: LineTerms | None
    after: LineTerms | None
    fields: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        line = self.after or self.before
        assert line is not None
        return line.number


@dataclass(frozen=True, slots=True)
class Changes:
    """What turns ``before`` into ``after``; false where a supplier sees no difference."""

    before: OrderTerms
    after: OrderTerms
    fields: tuple[str, ...]
    lines: tuple[LineChange, ...]

    def __bool__(self) -> bool:
        return bool(self.fields or self.lines)


def compare(before: OrderTerms, after: OrderTerms) -> Changes:
    """What a supplier that knows ``before`` must be told of ``after``. The order of lines says nothing.

    >>> gloves = LineTerms("1", 7, 1, Decimal(100), Decimal(5))
    >>> fewer = LineTerms("1", 7, 1, Decimal(60), Decimal(5))
    >>> [change] = compare(OrderTerms((gloves,), "EUR", 3), OrderTerms((fewer,), "EUR", 3)).lines
    >>> change.action, change.fields
    ('change', ('quantity',))
    """
    old, new = wanted(before), wanted(after)
    lines = []
    for number in sorted(old.keys() | new.keys(), key=int):
        one, other = old.get(number), new.get(number)
        if one is None or other is None:
            lines.append(LineChange("delete" if other is None else "add", one, other))
        elif fields := _differing(one, other, LINE_FIELDS):
            lines.append(LineChange("change", one, other, fields))
    return Changes(before, after, _differing(before, after, ORDER_FIELDS), tuple(lines))


def wanted(terms: OrderTerms) -> dict[str, LineTerms]:
    """{number: line}. A line of quantity zero is how a confirmed order takes a line back: it is not wanted.

    >>> wanted(OrderTerms((LineTerms("1", 7, 1, Decimal(0), Decimal(5)),), "EUR", 3))
    {}
    """
    return {line.number: line for line in terms.lines if line.quantity}


def actions(changes: Changes, restated: Collection[str] = ()) -> dict[str, str]:
    """{line number: add, change, delete or keep} for all lines that a change names.

    ``restated`` are lines that did not change here, but that the supplier wanted otherwise: it must take up our
    terms again.
    """
    found = {number: "change" if number in restated else "keep" for number in wanted(changes.after)}
    return found | {change.number: change.action for change in changes.lines}


def agreed(terms: OrderTerms, lines: Mapping[str, Mapping[str, Any]]) -> OrderTerms:
    """The terms after both sides agreed on other ones; ``lines``: {number: {field: value}}.

    >>> terms = OrderTerms((LineTerms("1", 7, 1, Decimal(100), Decimal(5)),), "EUR", 3)
    >>> agreed(terms, {"1": {"quantity": Decimal(60)}}).lines[0].quantity
    Decimal('60')
    """
    agreed_lines = (replace(line, **lines.get(line.number, {})) for line in terms.lines)
    return OrderTerms(tuple(agreed_lines), terms.currency, terms.deliver_to, terms.place)


def next_line_number(terms: Iterable[OrderTerms]) -> int:
    """The first number that no line ever had.

    >>> next_line_number([OrderTerms((LineTerms("4", 7, 1, Decimal(1), Decimal(5)),), "EUR", 3)])
    5
    """
    return 1 + max((int(line.number) for each in terms for line in each.lines), default=0)


def to_json(terms: OrderTerms) -> dict[str, Any]:
    """As it is stored; ``from_json`` gives the same terms back."""
    return {
        "currency": terms.currency,
        "deliver_to": terms.deliver_to,
        "place": terms.place,
        "lines": [
            {
                "number": line.number,
                "item": line.item,
                "unit": line.unit,
                "quantity": str(line.quantity),
                "price": str(line.price),
                "day": line.day.isoformat() if line.day else None,
                "name": line.name,
                "unit_name": line.unit_name,
            }
            for line in terms.lines
        ],
    }


def from_json(stored: Mapping[str, Any]) -> OrderTerms:
    return OrderTerms(
        currency=stored["currency"],
        deliver_to=stored["deliver_to"],
        place=stored["place"],
        lines=tuple(
            LineTerms(
                number=line["number"],
                item=line["item"],
                unit=line["unit"],
                quantity=Decimal(line["quantity"]),
                price=Decimal(line["price"]),
                day=date.fromisoformat(line["day"]) if line["day"] else None,
                name=line["name"],
                unit_name=line["unit_name"],
            )
            for line in stored["lines"]
        ),
    )


def _differing(one: object, other: object, fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in fields if getattr(one, name) != getattr(other, name))
