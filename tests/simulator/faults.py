"""What goes wrong, as data: the ways in which a supplier's answers differ from what was ordered.

Faults arrive as JSON, so that a test, the demo or a person with curl can switch them on. Lines are named by their
number in the order or by any of the item's codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation

from odoo.addons.healthcare_procurement_connector.core.documents import Party


class FaultError(ValueError):
    """The description of a fault makes no sense; says which and why."""


@dataclass(frozen=True, slots=True)
class Short:
    """The supplier promises less than was ordered, ``days`` later than was asked."""

    quantity: Decimal
    days: int = 0


@dataclass(frozen=True, slots=True)
class Faults:
    """All off by default: the supplier then accepts, ships and bills exactly what was ordered.

    Of the answer: ``short``, ``price`` (line -> factor), ``reject`` (lines). Of the shipment: ``shipped``
    (line -> quantity). Of the bill: ``billed`` (line -> quantity), ``billed_price`` (line -> factor),
    ``account`` (pay to this one instead). Of any document: ``seller`` (speaks in this party's name), ``number``
    and ``order_number`` (say this instead). Of its sending: ``delay`` seconds, ``duplicate`` ("same_id" or
    "new_id"), ``malformed`` (half of the bytes are missing).
    """

    short: Mapping[str, Short] = field(default_factory=dict)
    price: Mapping[str, Decimal] = field(default_factory=dict)
    reject: tuple[str, ...] = ()
    shipped: Mapping[str, Decimal] = field(default_factory=dict)
    billed: Mapping[str, Decimal] = field(default_factory=dict)
    billed_price: Mapping[str, Decimal] = field(default_factory=dict)
    account: str | None = None
    seller: Party | None = None
    number: str | None = None
    order_number: str | None = None
    delay: float | None = None
    duplicate: str | None = None
    malformed: bool = False


def read_faults(data):
    """Faults from JSON data; what is unknown or no number raises FaultError."""
    known = {each.name for each in fields(Faults)}
    unknown = sorted(set(data) - known)
    if unknown:
        raise FaultError(
            f"unknown fault {', '.join(unknown)}; known are {', '.join(sorted(known))}"
        )
    if data.get("duplicate") not in (None, "same_id", "new_id"):
        raise FaultError('duplicate is "same_id" or "new_id"')
    return Faults(**{name: _READERS.get(name, _as_is)(value) for name, value in data.items()})


def read_party(data):
    """A party from JSON data: ``{"name": …, "ids": [[scheme, value], …]}``."""
    return Party(
        name=data.get("name"), ids=tuple((scheme, value) for scheme, value in data.get("ids", ()))
    )


def read_decimal(text):
    """An exact number from text; a float, which is not exact, is refused."""
    if isinstance(text, float):
        raise FaultError(f"write {text} as a text, so that it stays exact")
    try:
        return Decimal(text)
    except (InvalidOperation, TypeError) as error:
        raise FaultError(f"{text!r} is not a number") from error


def _as_is(value):
    return value


def _numbers(data):
    return {line: read_decimal(number) for line, number in data.items()}


def _shorts(data):
    return {
        line: Short(read_decimal(each["quantity"]), int(each.get("days", 0)))
        for line, each in data.items()
    }


_READERS = {
    "short": _shorts,
    "price": _numbers,
    "reject": tuple,
    "shipped": _numbers,
    "billed": _numbers,
    "billed_price": _numbers,
    "seller": read_party,
}
