"""An order and what suppliers send about it, of so many lines, in words that every format has a place for."""

from datetime import date
from decimal import Decimal

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Address,
    DespatchAdvice,
    DespatchLine,
    Invoice,
    InvoiceLine,
    Item,
    Order,
    OrderLine,
    OrderResponse,
    OrderResponseLine,
    Party,
    Period,
    Price,
    Quantity,
    Tax,
)

DAY = date(2026, 3, 2)
BERLIN = Address("Main street 1", None, "Berlin", "10115", None, "DE")
BUYER = Party("St Elsewhere Hospital", (("0088", "4012345000009"),), BERLIN)
SELLER = Party("Glove Works", (("0088", "4012345000016"),), BERLIN)
WARD = Party("Ward 7", (("0088", "4012345000023"),), BERLIN)
NUMBER = "P00001"
PRICE = Decimal("4.25")
RATE = Decimal(19)


def documents(lines):
    """[order, order response, despatch advice, invoice], each with so many lines."""
    items = [
        Item(
            f"B-{number}", f"GL-{number}", gtin="04012345123456", name=f"Gloves, nitrile, {number}"
        )
        for number in range(1, lines + 1)
    ]
    numbered = [(str(number), item, _boxes(number)) for number, item in enumerate(items, 1)]
    parties = {"buyer": BUYER, "seller": SELLER}
    return [
        Order(
            number=NUMBER,
            issued=DAY,
            type_code="220",
            currency="EUR",
            deliver_to=WARD,
            requested_delivery=Period(end=DAY),
            lines=tuple(
                OrderLine(number, item, quantity, Price(PRICE), amount=_amount(quantity))
                for number, item, quantity in numbered
            ),
            total=_total(numbered),
            **parties,
        ),
        OrderResponse(
            number="OR-1",
            status="changed",
            issued=DAY,
            order_number=NUMBER,
            currency="EUR",
            lines=tuple(
                OrderResponseLine(
                    number,
                    "accepted",
                    item,
                    quantity=quantity,
                    price=Price(PRICE),
                    promised=Period(end=DAY),
                )  # fmt: skip
                for number, item, quantity in numbered
            ),
            **parties,
        ),
        DespatchAdvice(
            number="DA-1",
            issued=DAY,
            order_number=NUMBER,
            shipped=DAY,
            expected=Period(end=DAY),
            deliver_to=WARD,
            lines=tuple(
                DespatchLine(number, item, quantity, order_number=NUMBER, order_line=number)
                for number, item, quantity in numbered
            ),
            **parties,
        ),
        _invoice(numbered, parties),
    ]


def _invoice(numbered, parties):
    net = _total(numbered)
    tax = (net * RATE / 100).quantize(Decimal("0.01"))
    return Invoice(
        number="INV-1",
        issued=DAY,
        kind="invoice",
        currency="EUR",
        order_number=NUMBER,
        lines=tuple(
            InvoiceLine(
                number=number,
                item=item,
                quantity=quantity,
                price=Price(PRICE),
                amount=_amount(quantity),
                order_number=NUMBER,
                order_line=number,
                tax_category="S",
                tax_rate=RATE,
            )  # fmt: skip
            for number, item, quantity in numbered
        ),
        taxes=(Tax(tax, net, "S", RATE),),
        total_excl=net,
        total_tax=tax,
        total_incl=net + tax,
        payable=net + tax,
        **parties,
    )


def _boxes(number):
    return Quantity(Decimal(number), "XBX")


def _amount(quantity):
    return quantity.value * PRICE


def _total(numbered):
    return sum(_amount(quantity) for _number, _item, quantity in numbered)
