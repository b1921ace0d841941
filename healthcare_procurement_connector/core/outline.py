"""A canonical document as text for people: one value a line, what is absent left out."""

from collections.abc import Iterator
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
