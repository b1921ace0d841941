"""What is billed: lines with their charges and taxes."""

from ...core.documents import InvoiceLine, Tax, TaxRate
from ..scalars import added, percent_of
from .codec import Attribute, Branch, Leaf, Shape, Wrap
from .parts import (
    CHARGE,
    DESCRIBED,
    DISCOUNT,
    FREIGHT,
    ITEM_ID,
    ITEM_PATHS,
    MADE,
    MODIFICATION,
    PRICE_BASIS,
    PRICE_PATHS,
    QUANTITY,
    UNIT,
    UNIT_PRICE,
    added_charge,
    item_values,
    price_values,
    quantity_values,
    take_item,
    take_price,
    take_quantity,
)
from .values import DESCRIPTION, LANGUAGE, MONEY, NUMBER, TEXT, coded

# UNCL5305 categories that cXML has a word of its own for.
EXEMPTIONS = {"zeroRated": "Z", "exempt": "E"}
_EXEMPTIONS = {category: word for word, category in EXEMPTIONS.items()}
TAX = "vat"


# Tax -------------------------------------------------------------------------------------------------------


def _load_tax(values, element, reading):
    if values.pop("kind", TAX) != TAX:
        reading.not_understood(element, f"a tax of the kind {element.get('category')}")
    exemption = values.pop("exemption", None)
    if exemption:
        values.setdefault("category", exemption)
    values.setdefault("amount", None)
    return Tax(**values)


def _dump_tax(tax, writing):
    exemption = tax.category if tax.category in _EXEMPTIONS else None
    return TAX_DETAIL.values_of(tax) | {"kind": TAX, "exemption": exemption}


TAX_DETAIL = Shape(
    Tax,
    Attribute("category", "kind"),
    Attribute("taxRateType", "category"),
    Attribute("percentageRate", "rate", NUMBER),
    Attribute("exemptDetail", "exemption", coded(EXEMPTIONS)),
    Wrap("TaxableAmount", Leaf("Money", "base", MONEY)),
    Wrap("TaxAmount", Leaf("Money", "amount", MONEY, always=True), required=True),
    load=_load_tax,
    dump=_dump_tax,
)
TAXES = Branch("TaxDetail", TAX_DETAIL, "taxes", many=True)
DESCRIBED_TAX = Leaf("Description", "tax_text", DESCRIPTION, always=True)


# Charges ---------------------------------------------------------------------------------------------------


def amount(name, field):
    """An element with nothing but an amount in it."""
    return Wrap(name, Leaf("Money", field, MONEY))


def take_charges(values):
    """Modifications, and what has an element of its own; with their sign as it stands."""
    own = (
        added_charge(values.pop("shipping", None), "charge", FREIGHT, "Shipping"),
        added_charge(values.pop("handling", None), "charge", None, "Special handling"),
        added_charge(values.pop("discount", None), "allowance", DISCOUNT, "Discount"),
    )
    return tuple(charge for charges in (values.pop("charges", ()), *own) for charge in charges)


def _net(charges):
    return added(each.amount if each.kind == "charge" else -each.amount for each in charges)


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, element, reading):
    quantity = take_quantity(values)
    if quantity is not None:
        values["quantity"] = quantity
    values["item"] = take_item(values, element, reading)
    values["price"] = take_price(values)
    values["charges"] = charges = take_charges(values)
    subtotal, net = values.pop("subtotal", None), values.pop("net", None)
    values["amount"] = net
    if net is None and subtotal is not None:
        values["amount"] = added([subtotal, _net(charges)]) if charges else subtotal
    _take_line_tax(values, element, reading)
    return LINE.build(values, element, reading)


def _take_line_tax(values, element, reading):
    """The amount of a line's tax is not carried: the document's taxes tell it."""
    for name in ("tax_text", "tax_amount"):
        values.pop(name, None)
    tax, *others = (*values.pop("taxes", ()), None)
    if tax:
        values |= {"tax_category": tax.category, "tax_rate": tax.rate}
    for other in filter(None, others):
        reading.not_understood(element, f"another tax: {other.rate}")


def _dump_line(line, writing):
    values = LINE.values_of(line)
    for part in ("item", "quantity", "price", "amount", "tax_category", "tax_rate"):
        values.pop(part)
    values |= item_values(line.item) | quantity_values(line.quantity)
    values |= price_values(line.price, line.quantity.unit)
    values["maker"] = bool(line.item.manufacturer_code) or None
    if line.amount is not None:
        values["subtotal"] = (
            added([line.amount, -_net(line.charges)]) if line.charges else line.amount
        )
        values["net"] = line.amount if line.charges else None
    rate = TaxRate(line.tax_category, line.tax_rate)
    if rate != TaxRate():
        amount = _tax_of(line)
        values |= {
            "taxed": True,
            "tax_amount": amount,
            "taxes": [Tax(amount, None, rate.category, rate.rate)],
        }
    return values


def _tax_of(line):
    """What the rate makes of the line's amount, exactly: nobody said how it was rounded."""
    if line.amount is None or line.tax_rate is None:
        return None
    return percent_of(line.amount, line.tax_rate)


class _Maker:
    """The maker's part number stands with the maker's name, which canonical items do not have."""

    def read(self, element, reading):
        return TEXT.read(element, reading) and reading.not_understood(element)

    def write(self, value, writing):
        return LANGUAGE, ""


class _LineTax(Wrap):
    """``Tax`` of a line: written where the line has one."""

    def write(self, values, writing):
        if values.get("taxed"):
            super().write(values, writing)


LINE = Shape(
    InvoiceLine,
    Attribute("invoiceLineNumber", "number", required=True),
    QUANTITY,
    UNIT,
    UNIT_PRICE,
    PRICE_BASIS,
    Wrap(
        "InvoiceDetailItemReference",
        Attribute("lineNumber", "order_line", always=True),
        Wrap("ItemID", *ITEM_ID, required=True),
        DESCRIBED,
        MADE,
        Leaf("ManufacturerName", "maker", _Maker()),
        Wrap(
            "InvoiceDetailItemReferenceIndustry",
            Wrap("InvoiceDetailItemReferenceRetail", Leaf("EANID", "gtin")),
        ),
        required=True,
    ),
    Wrap(
        "ShipNoticeLineItemReference",
        Attribute("shipNoticeLineNumber", "despatch_line"),
    ),
    amount("SubtotalAmount", "subtotal"),
    _LineTax(
        "Tax", Leaf("Money", "tax_amount", MONEY, always=True), DESCRIBED_TAX, TAXES, required=True
    ),
    Wrap("InvoiceDetailLineSpecialHandling", Leaf("Money", "handling", MONEY)),
    Wrap("InvoiceDetailLineShipping", Leaf("Money", "shipping", MONEY)),
    amount("InvoiceDetailDiscount", "discount"),
    Wrap("InvoiceItemModifications", MODIFICATION),
    amount("TotalAmountWithoutTax", "net"),
    load=_load_line,
    dump=_dump_line,
    also={
        "item": ITEM_PATHS,
        "quantity": frozenset({"value", "unit"}),
        "price": PRICE_PATHS,
        "amount": None,
        "tax_category": None,
        "tax_rate": None,
        "order_number": None,
        "charges": CHARGE.paths,
    },
)
