"""The aggregates that several documents share: addresses, periods, prices, charges, sums, items."""

from decimal import Decimal

from ...core.documents import Address, Charge, Item, Period, Price, TaxRate
from ..errors import FormatError
from .codec import Branch, Fixed, Leaf, Shape, Wrap
from .values import AMOUNT, DATE, NUMBER, QUANTITY, coded, of_scheme

VAT = "VAT"
GTIN = "0160"
CHARGE_KINDS = {"true": "charge", "false": "allowance", "1": "charge", "0": "allowance"}

PERIOD = Shape(Period, Leaf("StartDate", "start", DATE), Leaf("EndDate", "end", DATE))

ADDRESS = Shape(
    Address,
    Leaf("StreetName", "street"),
    Leaf("AdditionalStreetName", "street2"),
    Leaf("CityName", "city"),
    Leaf("PostalZone", "zip"),
    Leaf("CountrySubentity", "region"),
    Wrap("Country", Leaf("IdentificationCode", "country")),
)

PRICE = Shape(Price, Leaf("PriceAmount", "value", AMOUNT), Leaf("BaseQuantity", "per", QUANTITY))


# Tax -------------------------------------------------------------------------------------------------------

TAX_CATEGORY = (
    Leaf("ID", "category"),
    Leaf("Percent", "rate", NUMBER),
    Wrap("TaxScheme", Fixed("ID", VAT), required=True),
)
TAX_RATE = Shape(TaxRate, *TAX_CATEGORY)


# Charges ---------------------------------------------------------------------------------------------------


def _load_charge(values, element, reading):
    """A negative charge is an allowance and the reverse: canonical amounts have no sign."""
    amount = values.get("amount")
    if amount is not None and amount < 0:
        values["amount"] = -amount
        values["kind"] = "allowance" if values.get("kind") == "charge" else "charge"
    return CHARGE.build(values, element, reading)


CHARGE = Shape(
    Charge,
    Leaf("ChargeIndicator", "kind", coded(CHARGE_KINDS)),
    Leaf("AllowanceChargeReasonCode", "code"),
    Leaf("AllowanceChargeReason", "reason", joined=True),
    Leaf("Amount", "amount", AMOUNT),
    Branch("TaxCategory", TAX_RATE, "tax"),
    load=_load_charge,
)


def _dump_charge(charge, writing):
    if charge.amount < 0:
        raise FormatError("invalid_number", "", "the amount of a charge has no sign")
    return CHARGE.values_of(charge)


CHARGE = Shape(
    Charge,
    Leaf("ChargeIndicator", "kind", coded(CHARGE_KINDS)),
    Leaf("AllowanceChargeReasonCode", "code"),
    Leaf("AllowanceChargeReason", "reason", joined=True),
    Leaf("Amount", "amount", AMOUNT),
    Branch("TaxCategory", TAX_RATE, "tax"),
    load=_load_charge,
    dump=_dump_charge,
)


# Sums ------------------------------------------------------------------------------------------------------

LINE_SUM = Leaf("LineExtensionAmount", "line_sum", AMOUNT)
CHARGE_SUMS = (
    Leaf("AllowanceTotalAmount", "allowance_sum", AMOUNT),
    Leaf("ChargeTotalAmount", "charge_sum", AMOUNT),
)


def sums(lines, charges):
    """The totals that UBL repeats and canonical documents leave to whoever adds up; None: nothing to add."""
    amounts = [line.amount for line in lines]
    return {
        "line_sum": None if None in amounts else sum(amounts, Decimal(0)),
        "allowance_sum": _sum_of(charges, "allowance"),
        "charge_sum": _sum_of(charges, "charge"),
    }


def take_sums(values, element, reading):
    """Take the totals out of ``values``; one that is not what lines and charges add up to is told."""
    told = {name: values.pop(name, None) for name in ("line_sum", "allowance_sum", "charge_sum")}
    own = sums(values.get("lines", ()), values.get("charges", ()))
    # A negative charge was read as an allowance: only charges less allowances can be compared.
    for what, read, added in (
        ("lines", told["line_sum"], own["line_sum"]),
        ("charges", _net(told), _net(own) or Decimal(0)),
    ):
        if None not in (read, added) and read != added:
            reading.deviation("inconsistent", element, f"{what} {read}, they add up to {added}")


def _sum_of(charges, kind):
    amounts = [charge.amount for charge in charges if charge.kind == kind]
    return sum(amounts, Decimal(0)) if amounts else None


def _net(totals):
    charge, allowance = totals["charge_sum"], totals["allowance_sum"]
    return None if charge is None and allowance is None else (charge or 0) - (allowance or 0)


# Items -----------------------------------------------------------------------------------------------------


def item_values(values, element, reading):
    """``Name`` is the item's name, else its description; a description that says more is not carried."""
    description = values.pop("description", None)
    if description and values.setdefault("name", description) != description:
        reading.not_understood(element, description)
    return values


def _load_item(values, element, reading):
    return ITEM.build(item_values(values, element, reading), element, reading)


ITEM_MEMBERS = (
    Leaf("Description", "description", joined=True),
    Leaf("Name", "name"),
    Wrap("BuyersItemIdentification", Leaf("ID", "buyer_code")),
    Wrap("SellersItemIdentification", Leaf("ID", "seller_code")),
    Wrap("ManufacturersItemIdentification", Leaf("ID", "manufacturer_code")),
    Wrap("StandardItemIdentification", Leaf("ID", "gtin", of_scheme(GTIN))),
)
ITEM = Shape(Item, *ITEM_MEMBERS, load=_load_item, keep_empty=True)
