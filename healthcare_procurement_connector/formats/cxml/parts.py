"""The elements that several documents share: items, prices, charges, periods."""

from ...core.documents import Charge, Item, Period, Price, Quantity
from ..errors import FormatError
from .codec import Attribute, Branch, Extrinsics, Fixed, Leaf, Shape, Wrap
from .parties import REFERENCE
from .values import DESCRIPTION, MONEY, NUMBER, ONE

UDI = "UDI"
# Domains of ids of an item that are a GTIN.
GTINS = ("GTIN", "EAN-13", "UPC-12", "EAN", "gtin")
FREIGHT = "FC"
DISCOUNT = "95"


# Items -----------------------------------------------------------------------------------------------------

ITEM_FIELDS = ("seller_code", "buyer_code", "manufacturer_code", "gtin", "udi")
ITEM_PATHS = frozenset({*ITEM_FIELDS, "name"})
ITEM_ID = (
    Leaf("SupplierPartID", "seller_code", always=True),
    Leaf("BuyerPartID", "buyer_code"),
    Branch("IdReference", REFERENCE, "item_references", many=True),
)
DESCRIBED = Leaf("Description", "names", DESCRIPTION, many=True)
MADE = Leaf("ManufacturerPartID", "manufacturer_code")
# cXML wants a classification; which one an item has is not known here.
UNCLASSIFIED = Fixed("Classification", attributes=' domain="UNSPSC"')
GTIN = Wrap("ItemDetailIndustry", Wrap("ItemDetailRetail", Leaf("EANID", "gtin")))


def take_item(values, element, reading):
    """The item of which the fields are among ``values``."""
    for domain, text in values.pop("item_references", ()):
        field = "udi" if domain == UDI else "gtin" if domain in GTINS else None
        if field is None or values.setdefault(field, text) != text:
            reading.not_understood(element, f"{domain} {text}")
    name, *others = (*values.pop("names", ()), None)
    for other in filter(None, others):
        reading.not_understood(element, other)
    return Item(name=name, **{field: values.pop(field, None) for field in ITEM_FIELDS})


def item_values(item):
    references = [(UDI, item.udi)] if item.udi else []
    own = {field: getattr(item, field) for field in ITEM_FIELDS if field != "udi"}
    return own | {"names": [item.name or ""], "item_references": references}


def _load_item(values, element, reading):
    return take_item(values, element, reading)


# An item in an extrinsic, without price and unit.
LOOSE_ITEM = Shape(
    Item,
    Wrap("ItemID", *ITEM_ID, required=True),
    DESCRIBED,
    MADE,
    Leaf("EANID", "gtin"),
    load=_load_item,
    dump=lambda item, writing: item_values(item),
    also=dict.fromkeys(ITEM_PATHS),
)


# Prices ----------------------------------------------------------------------------------------------------


def _load_basis(values, element, reading):
    """A factor other than 1 turns the ordered unit into that of the price: our tables know it."""
    factor = values.get("factor", ONE)
    if factor != ONE:
        reading.not_understood(element, f"conversion factor {factor}")
    return Quantity(values["value"], values.get("unit")) if "value" in values else None


BASIS = Shape(
    Quantity,
    Attribute("quantity", "value", NUMBER, always=True),
    Attribute("conversionFactor", "factor", NUMBER),
    Leaf("UnitOfMeasure", "unit", always=True),
    load=_load_basis,
    dump=lambda basis, writing: {"value": basis.value, "unit": basis.unit, "factor": ONE},
)
PRICE_PATHS = frozenset({"value", "per.value", "per.unit"})
UNIT_PRICE = Wrap("UnitPrice", Leaf("Money", "price_value", MONEY, always=True), required=True)
PRICE_BASIS = Branch("PriceBasisQuantity", BASIS, "basis")


def take_price(values):
    basis = values.pop("basis", None)
    value = values.pop("price_value", None)
    return None if value is None else Price(value, basis)


def price_values(price, unit):
    """Only a price per the line's own unit: the factor to another one is not known here."""
    if price is None:
        return {}
    if price.per and price.per.unit not in (None, unit):
        reason = f"no factor from {unit or 'no unit'} to {price.per.unit}"
        raise FormatError("not_carried", "Price.per", reason)
    return {"price_value": price.value, "basis": price.per}


def take_quantity(values):
    unit, value = values.pop("unit", None), values.pop("quantity_value", None)
    return None if value is None else Quantity(value, unit)


def quantity_values(quantity):
    return {"quantity_value": quantity.value, "unit": quantity.unit} if quantity else {}


QUANTITY = Attribute("quantity", "quantity_value", NUMBER, always=True)
UNIT = Leaf("UnitOfMeasure", "unit", always=True)


def item_detail(*price, **extrinsics):
    """``ItemDetail`` with the members for the price and with these extrinsics."""
    return Wrap(
        "ItemDetail",
        *(price or (UNIT_PRICE,)),
        DESCRIBED,
        UNIT,
        *([] if price else [PRICE_BASIS]),
        UNCLASSIFIED,
        MADE,
        GTIN,
        *([Extrinsics(**extrinsics)] if extrinsics else []),
        required=True,
    )


# Periods ---------------------------------------------------------------------------------------------------
#
# cXML knows a day by which something is there; the first day of a longer time goes into an extrinsic.


def take_period(values, name):
    start, end = values.pop(f"{name}_start", None), values.pop(f"{name}_end", None)
    return Period(start, end) if start or end else None


def period_values(period, name):
    return {f"{name}_start": period.start, f"{name}_end": period.end} if period else {}


# Charges ---------------------------------------------------------------------------------------------------

# The name of a modification where it has none of its own.
CHARGE_NAMES = {"charge": "Charge", "allowance": "Allowance"}


def _load_charge(values, element, reading):
    """Amounts are as they stand: whoever knows the document's sign makes them positive."""
    amounts = {kind: values.get(kind) for kind in CHARGE_NAMES if values.get(kind) is not None}
    if not amounts:
        reading.not_understood(element)
        return None
    ((kind, amount),) = tuple(amounts.items())[:1]
    name = values.get("name")
    own_name = name if name not in CHARGE_NAMES.values() else None
    return Charge(kind, amount, values.get("code"), values.get("reason") or own_name)


def _dump_charge(charge, writing):
    if charge.kind not in CHARGE_NAMES:
        raise FormatError("not_carried", "", f"cXML knows no {charge.kind!r}")
    if charge.tax is not None:
        raise FormatError("not_carried", "Charge.tax", "cXML tells a tax by its amount")
    return {
        charge.kind: charge.amount,
        "name": CHARGE_NAMES[charge.kind],
        "code": charge.code,
        "reason": charge.reason,
    }


CHARGE = Shape(
    Charge,
    Wrap(
        "AdditionalDeduction",
        Wrap("DeductionAmount", Leaf("Money", "allowance", MONEY)),
    ),
    Wrap("AdditionalCost", Leaf("Money", "charge", MONEY)),
    Wrap(
        "ModificationDetail",
        Attribute("name", "name", always=True),
        Attribute("code", "code"),
        Leaf("Description", "reason", DESCRIPTION),
    ),
    load=_load_charge,
    dump=_dump_charge,
    also=dict.fromkeys(("kind", "amount", "code", "reason")),
)
MODIFICATION = Branch("Modification", CHARGE, "charges", many=True)


def added_charge(amount, kind, code, reason):
    """The charges that an amount in an element of its own is: none if it is nothing."""
    return (Charge(kind, amount, code, reason),) if amount else ()


def unsigned(charge):
    """A negative charge is an allowance and the reverse: canonical amounts have no sign."""
    if charge.amount >= 0:
        return charge
    kind = "allowance" if charge.kind == "charge" else "charge"
    return Charge(kind, -charge.amount, charge.code, charge.reason, charge.tax)


def refuse_sign(charges):
    if any(charge.amount < 0 for charge in charges):
        raise FormatError("invalid_number", "charges", "the amount of a charge has no sign")


SHIPPING = Wrap(
    "Shipping",
    Leaf("Money", "shipping", MONEY),
    Leaf("Description", "shipping_name", DESCRIPTION),
)


def take_shipping(values):
    """What ``Shipping`` tells as a charge."""
    amount = values.pop("shipping", None)
    name = values.pop("shipping_name", None)
    return added_charge(amount, "charge", FREIGHT, name)
