"""An order to test with."""

from datetime import date
from decimal import Decimal

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Address,
    Item,
    Order,
    OrderLine,
    Party,
    Period,
    Price,
    Quantity,
)

TODAY = date(2026, 3, 2)
BUYER = Party("Hospital", (("0088", "7300010000001"),), Address(city="Lund", country="SE"))
SELLER = Party("Medi Supply", (("0088", "7300010000018"),), Address(city="Oslo", country="NO"))


def line(number, code, quantity, price, unit="XBX"):
    return OrderLine(
        number=number,
        item=Item(buyer_code=code, seller_code=f"S-{code}", name=code.title()),
        quantity=Quantity(Decimal(quantity), unit),
        price=Price(Decimal(price)),
        amount=Decimal(quantity) * Decimal(price),
    )


def order(**changes):
    lines = (
        line("1", "GLOVE", "10", "4.25"),
        line("2", "SYRINGE", "20", "12.50"),
        line("3", "VACCINE", "5", "80.00", "C62"),
    )
    values = {
        "number": "P00001",
        "issued": TODAY,
        "currency": "EUR",
        "buyer": BUYER,
        "seller": SELLER,
        "deliver_to": BUYER,
        "requested_delivery": Period(end=date(2026, 3, 9)),
        "lines": lines,
        "total": Decimal("692.50"),
    }
    return Order(**{**values, **changes})
