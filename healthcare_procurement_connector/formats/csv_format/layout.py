"""Which field stands in which column.

A column is named by the path of its field: ``lines.item.gtin``, ``taxes.0.rate`` for the first tax,
``seller.ids`` for all ids of a party ("0088:7300010000018|VAT:SE…") or ``seller.ids.0088`` for the one of a scheme.
Fields of the document stand on the rows of all its lines.
"""

from dataclasses import dataclass

from ...core.documents import Catalogue, Invoice, Order, OrderResponse
from ..errors import FormatError
from ..structure import PAIR, fields_of

TYPE = "document"
LINES = "lines"
# So many parts of a list have columns.
PARTS = 3


def _of(name, *fields):
    return tuple(f"{name}.{field}" for field in fields)


def _each(name, *fields):
    return tuple(path for index in range(PARTS) for path in _of(f"{name}.{index}", *fields))


def _party(name):
    address = _of("address", "street", "street2", "city", "zip", "region", "country")
    return _of(name, "name", "ids", *address)


def _item(name):
    codes = ("buyer_code", "seller_code", "manufacturer_code", "gtin", "udi", "name")
    return _of(name, *codes)


def _quantity(name):
    return _of(name, "value", "unit")


def _price(name):
    return _of(name, "value", "per.value", "per.unit")


def _period(name):
    return _of(name, "start", "end")


_CHARGES = _each("charges", "kind", "amount", "code", "reason", "tax.category", "tax.rate")
LAYOUTS = {
    Order: (
        "number",
        "revision",
        "issued",
        "type_code",
        "purpose",
        "currency",
        *_party("buyer"),
        *_party("seller"),
        *_party("deliver_to"),
        *_period("requested_delivery"),
        "contract",
        "note",
        *_CHARGES,
        "total",
        *_of(
            LINES,
            "number",
            "action",
            *_item("item"),
            *_quantity("quantity"),
            *_price("price"),
            "amount",
            *_period("requested_delivery"),
            "note",
        ),
    ),
    OrderResponse: (
        "number",
        "status",
        "issued",
        "order_number",
        "change_number",
        "currency",
        *_party("buyer"),
        *_party("seller"),
        *_period("promised"),
        "note",
        "purpose",
        *_of(
            LINES,
            "order_line",
            "status",
            *_item("item"),
            *_item("substitute"),
            *_quantity("quantity"),
            *_price("price"),
            *_period("promised"),
            "reason",
        ),
    ),
    Invoice: (
        "number",
        "kind",
        "issued",
        "due",
        "order_number",
        "despatch_number",
        "contract",
        "corrects",
        "currency",
        *_party("buyer"),
        *_party("seller"),
        *_of("payee", "account", "bank", "name", "reference"),
        "note",
        "purpose",
        *_CHARGES,
        *_each("taxes", "amount", "base", "category", "rate"),
        "total_excl",
        "total_tax",
        "total_incl",
        "prepaid",
        "rounding",
        "payable",
        *_of(
            LINES,
            "number",
            *_item("item"),
            *_quantity("quantity"),
            *_price("price"),
            "amount",
            "order_number",
            "order_line",
            "despatch_line",
            "tax_category",
            "tax_rate",
        ),
    ),
    Catalogue: (
        "number",
        "issued",
        "valid_from",
        "valid_to",
        "action",
        "currency",
        *_party("buyer"),
        *_party("seller"),
        "contract",
        *_of(
            LINES,
            "action",
            *_item("item"),
            *_price("price"),
            "currency",
            "unit",
            *_each("packs", "unit", *_quantity("quantity"), "gtin"),
            *_quantity("minimum"),
            "valid_from",
            "valid_to",
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A field by its path: the names and indexes to it, its class, its type; ``scheme`` of an id."""

    path: str
    steps: tuple[str | int, ...]
    cls: type
    name: str
    kind: type
    scheme: str | None = None


def target_of(cls, path):
    """Where ``path`` leads in ``cls``; FormatError if it leads nowhere."""
    steps, names = [], path.split(".")
    while names:
        fields = {field.name: field for field in fields_of(cls)}
        name = names.pop(0)
        if name not in fields or name in ("envelope", "remarks"):
            break
        field = fields[name]
        steps.append(name)
        if field.kind == PAIR and field.many and len(names) <= 1:
            scheme = names[0] if names else None
            return Target(path, tuple(steps), cls, name, PAIR, scheme)
        if field.is_object and field.many and name != LINES and names[:1] and names[0].isdigit():
            steps.append(int(names.pop(0)[:3]))
        elif field.is_object and field.many and name != LINES:
            break
        if not field.is_object:
            if names or field.many:
                break
            return Target(path, tuple(steps), cls, name, field.kind)
        cls = field.kind
    raise FormatError("unexpected_structure", f"columns[{path[:60]}]", "no field has this path")


def paths_without_indexes(cls):
    """What a layout carries, as formats declare it."""
    paths = (path.split(".") for path in LAYOUTS[cls])
    return frozenset(".".join(part for part in parts if not part.isdigit()) for parts in paths)
