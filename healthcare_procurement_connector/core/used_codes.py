"""The codes in a document that mappings translate: which domain, where, for which item."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from typing import Any

from .documents import Charge, Item, OrderResponseLine, Party, Tax, TaxRate

# Fields of a document whose party is a place of ours; other parties are companies.
PLACES = frozenset({"deliver_to", "buyer"})
# What an item is called by, the surest first.
ITEM_CODES = ("gtin", "seller_code", "manufacturer_code", "buyer_code")


@dataclass(frozen=True, slots=True)
class UsedCode:
    """``path`` as in ``lines[2].quantity.unit``; ``item``: the item that the code is about, if any."""

    path: str
    domain: str
    code: str
    item: Item | None = None


def tax_code(category: str | None, rate: Decimal | None) -> str:
    """A tax as mappings know it: category and rate.

    >>> tax_code("S", Decimal("20.00")), tax_code(None, Decimal("7.5"))
    ('S:20', 'None:7.5')
    """
    return f"{category}:{rate.normalize():f}" if rate is not None else f"{category}:"


def party_codes(party: Party | None) -> list[str]:
    """A party's ids as mappings know them, each with its scheme and then without.

    >>> party_codes(Party(ids=(("91", "4711"), ("", "X"))))
    ['91:4711', '4711', 'X']
    """
    codes = []
    for scheme, value in party.ids if party else ():
        codes += [f"{scheme}:{value}", value] if scheme else [value]
    return codes


def used_codes(document: Any) -> list[UsedCode]:
    """All codes of a document, in its order; a code that is used twice is there twice.

    >>> from .documents import Invoice, InvoiceLine, Quantity
    >>> line = InvoiceLine("1", Item(gtin="123"), Quantity(Decimal(2), "XBX"))
    >>> [(used.domain, used.code) for used in used_codes(Invoice(number="I", kind="invoice", lines=(line,)))]
    [('item', '123'), ('unit', 'XBX')]
    """
    return list(_walk(document, "", None))


def _walk(value: Any, path: str, item: Item | None) -> Iterator[UsedCode]:
    if isinstance(value, tuple):
        for place, each in enumerate(value, 1):
            yield from _walk(each, f"{path}[{place}]", item)
        return
    if not is_dataclass(value):
        return
    own = getattr(value, "item", None)
    item = own if isinstance(own, Item) else item
    yield from _of(value, path, item)
    for field in fields(value):
        if field.name in ("envelope", "remarks"):
            continue
        inner = f"{path}.{field.name}" if path else field.name
        yield from _walk(getattr(value, field.name), inner, item)


def _of(value: Any, path: str, item: Item | None) -> Iterator[UsedCode]:
    """The codes of one part itself."""
    if isinstance(value, Item):
        for name in ITEM_CODES:
            if getattr(value, name):
                yield UsedCode(f"{path}.{name}", "item", getattr(value, name), value)
    elif isinstance(value, Party):
        domain = "location" if path.rpartition(".")[2] in PLACES else "party"
        for code in party_codes(value):
            yield UsedCode(f"{path}.ids", domain, code)
    else:
        for name, domain, code in _plain_codes(value):
            yield UsedCode(f"{path}.{name}", domain, code, item)


def _plain_codes(value: Any) -> Iterator[tuple[str, str, str]]:
    """(field, domain, code) of what is one code in one field."""
    if isinstance(getattr(value, "unit", None), str):
        yield "unit", "unit", value.unit
    if isinstance(value, (Tax, TaxRate)) and value.rate is not None:
        yield "rate", "tax", tax_code(value.category, value.rate)
    if getattr(value, "tax_rate", None) is not None:
        yield "tax_rate", "tax", tax_code(value.tax_category, value.tax_rate)
    if isinstance(value, Charge) and value.code:
        for domain in ("account", "cost_centre", "reason"):
            yield "code", domain, value.code
    if isinstance(value, OrderResponseLine) and value.reason:
        yield "reason", "reason", value.reason
