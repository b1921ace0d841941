"""A canonical document as text for people: one value a line, what is absent left out."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from .documents import Quantity

_INDENT = "    "
# How it travelled and what the reader remarked are told elsewhere.
_LEFT_OUT = ("envelope", "remarks")


def outline(document: object) -> str:
    """Indented lines ``name: value``; parts and the rows of collections are blocks of their own.

    >>> from .documents import Order, OrderLine, Item
    >>> from decimal import Decimal
    >>> line = OrderLine("1", Item(name="Gloves"), Quantity(Decimal(10), "XBX"))
    >>> print(outline(Order(number="P1", lines=(line,))))
    number: P1
    revision: 0
    lines 1:
        number: 1
        item:
            name: Gloves
        quantity: 10 XBX
    """
    return "\n".join(_of(document, ""))


def header(document: object) -> list[tuple[str, str]]:
    """What the document says as a whole: (dotted name, value), its lines left out.

    >>> from .documents import Order, Party
    >>> header(Order(number="P1", seller=Party("ACME", (("0088", "123"),))))
    [('number', 'P1'), ('revision', '0'), ('seller.name', 'ACME'), ('seller.ids[1]', '0088 123')]
    """
    return list(_flat(document, "", (*_LEFT_OUT, "lines")))


def line_table(document: object, most: int | None = None) -> tuple[list[str], list[list[str]]]:
    """(names, rows): the document's first ``most`` lines, a column for each value that one of them has.

    >>> from .documents import Order, OrderLine, Item
    >>> from decimal import Decimal
    >>> box = OrderLine("1", Item(name="Gloves"), Quantity(Decimal(10), "XBX"), note="soon")
    >>> bag = OrderLine("2", Item(gtin="1"), Quantity(Decimal(1)))
    >>> names, rows = line_table(Order(number="P1", lines=(box, bag)))
    >>> names
    ['number', 'item.gtin', 'item.name', 'quantity', 'note']
    >>> rows
    [['1', '', 'Gloves', '10 XBX', 'soon'], ['2', '1', '', '1', '']]
    """
    rows = [dict(_flat(line, "", ())) for line in getattr(document, "lines", ())[:most]]
    names = _merged(list(row) for row in rows)
    return names, [[row.get(name, "") for name in names] for row in rows]


def _merged(lists: Iterable[list[str]]) -> list[str]:
    """All names once, each list's own order kept where the lists agree on it."""
    merged: list[str] = []
    for names in lists:
        place = 0
        for name in names:
            if name in merged:
                place = max(place, merged.index(name) + 1)
            else:
                merged.insert(place, name)
                place += 1
    return merged


def _flat(part: object, name: str, left_out: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(part, Quantity):
        yield name, f"{part.value} {part.unit or ''}".rstrip()
    elif isinstance(part, tuple) and all(isinstance(each, str) for each in part):
        yield name, " ".join(part)
    elif isinstance(part, tuple):
        for place, each in enumerate(part, 1):
            yield from _flat(each, f"{name}[{place}]", ())
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if field.name not in left_out and value is not None and value != ():
                yield from _flat(value, f"{name}.{field.name}" if name else field.name, ())
    else:
        yield name, str(part)


def _of(part: object, indent: str) -> Iterator[str]:
    if not is_dataclass(part):
        yield f"{indent}{part}"
        return
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name in _LEFT_OUT or value is None or value == ():
            continue
        if isinstance(value, tuple):
            for position, row in enumerate(value, 1):
                yield from _named(f"{field.name} {position}", row, indent)
        else:
            yield from _named(field.name, value, indent)


def _named(name: str, value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Quantity):
        yield f"{indent}{name}: {value.value} {value.unit or ''}".rstrip()
    elif is_dataclass(value):
        yield f"{indent}{name}:"
        yield from _of(value, indent + _INDENT)
    elif isinstance(value, tuple):
        yield f"{indent}{name}: {' '.join(str(each) for each in value)}"
    else:
        yield f"{indent}{name}: {value}"
