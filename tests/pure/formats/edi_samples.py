"""Documents of each kind with something of everything in them, written in X12 and EDIFACT."""

from datetime import date, datetime
from decimal import Decimal

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Address,
    Catalogue,
    CatalogueLine,
    Charge,
    DespatchAdvice,
    DespatchLine,
    Invoice,
    InvoiceLine,
    Item,
    Lot,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    OrderResponse,
    OrderResponseLine,
    Pack,
    Package,
    Party,
    Period,
    Price,
    Quantity,
    Receipt,
    ReceiptError,
    ReceiptLine,
    Tax,
)

DAY = date(2026, 3, 2)
PREPARED = datetime(2026, 3, 2, 9, 30)
BUYER = Party(
    "St Elsewhere Hospital",
    (("0088", "4012345000009"), ("VAT", "DE123456789")),
    Address("Main street 1", "Wing B", "Berlin", "10115", None, "DE"),
)
SELLER = Party("Glove Works", (("0060", "123456789"),))
WARD = Party("Ward 7", (("0088", "4012345000016"),))
GLOVES = Item("B-1", "GL-9", "M-3", "04012345123456", name="Gloves, nitrile, size M")
SUTURES = Item("B-2", "SU-4", name="Sutures 3/0")


def boxes(number):
    return Quantity(Decimal(number), "XBX")


def order(**fields):
    values = {
        "number": "P00001",
        "issued": DAY,
        "type_code": "220",
        "currency": "EUR",
        "buyer": BUYER,
        "seller": SELLER,
        "deliver_to": WARD,
        "requested_delivery": Period(date(2026, 3, 9), date(2026, 3, 9)),
        "contract": "C-77",
        "note": "Ring the bell",
        "charges": (Charge("charge", Decimal("9.50"), "FC", "Freight"),),
        "lines": (
            OrderLine("1", GLOVES, boxes(100), Price(Decimal("4.25")), amount=Decimal("425.00")),
            OrderLine("2", SUTURES, boxes(10), Price(Decimal("25.80"), boxes(1)), note="Sterile"),
        ),
        "total": Decimal("692.50"),
    }
    return Order(**values | fields)


def change():
    lines = (
        OrderLine("1", GLOVES, boxes(80), Price(Decimal("4.25")), action="change"),
        OrderLine("2", SUTURES, boxes(0), action="delete"),
    )
    return OrderChange(
        number="P00001-1", order_number="P00001", revision=1, issued=DAY, currency="EUR",
        buyer=BUYER, seller=SELLER, lines=lines,
    )  # fmt: skip


def cancellation():
    return OrderCancellation(
        number="P00001-2", order_number="P00001", issued=DAY, buyer=BUYER, seller=SELLER,
        note="Ordered twice",
    )  # fmt: skip


def response():
    lines = (
        OrderResponseLine("1", "changed", GLOVES, None, boxes(60), Price(Decimal("4.25"))),
        OrderResponseLine("1", "backordered", GLOVES, None, boxes(40), Price(Decimal("4.25"))),
        OrderResponseLine("2", "rejected", SUTURES, None, boxes(10), reason="Discontinued"),
    )
    return OrderResponse(
        number="A1", status="changed", issued=DAY, order_number="P00001", currency="EUR",
        buyer=BUYER, seller=SELLER, lines=lines, purpose="original",
    )  # fmt: skip


def despatch():
    lots = (Lot("L1", date(2028, 5, 31), None, boxes(40)), Lot("L2", None, None, boxes(20)))
    lines = (
        DespatchLine("1", GLOVES, boxes(60), "P00001", "1", boxes(40), lots, "300000000000000014"),
        DespatchLine("2", SUTURES, boxes(10), "P00001", "2", package="300000000000000021"),
    )
    packages = (
        Package("300000000000000014", "300000000000000014", None, "PX"),
        Package("300000000000000021", "300000000000000021", "300000000000000014", "CT"),
    )
    return DespatchAdvice(
        number="D1", issued=DAY, buyer=BUYER, seller=SELLER, deliver_to=WARD, shipped=DAY,
        expected=Period(date(2026, 3, 4), date(2026, 3, 4)), carrier="Fast Freight", tracking="T9",
        packages=packages, lines=lines, purpose="original",
    )  # fmt: skip


def invoice():
    lines = (
        InvoiceLine("1", GLOVES, boxes(60), Price(Decimal("4.25")), Decimal("255.00"), "P00001", "1",
                    tax_category="S", tax_rate=Decimal("19")),
        InvoiceLine("2", SUTURES, boxes(10), Price(Decimal("25.80")), Decimal("258.00"), "P00001", "2"),
    )  # fmt: skip
    return Invoice(
        number="R1", kind="invoice", issued=DAY, due=date(2026, 4, 1), order_number="P00001",
        currency="EUR", buyer=BUYER, seller=SELLER, lines=lines, purpose="original",
        charges=(Charge("allowance", Decimal("3.00"), "95", "Discount"),),
        taxes=(Tax(Decimal("96.90"), Decimal("510.00"), "S", Decimal("19")),),
        total_excl=Decimal("510.00"), total_tax=Decimal("96.90"), total_incl=Decimal("606.90"),
        payable=Decimal("606.90"),
    )  # fmt: skip


def catalogue():
    packs = (
        Pack("XCS", Quantity(Decimal(4), "XBX"), "04012345123463"),
        Pack("XBX", None, "04012345123456"),
    )
    line = CatalogueLine(
        GLOVES, "add", Price(Decimal("66.50")), "EUR", "XCS", packs, Quantity(Decimal(2), "XCS"),
        DAY, date(2027, 3, 1),
    )  # fmt: skip
    return Catalogue(
        number="K1", issued=DAY, valid_from=DAY, action="replace", currency="EUR", buyer=BUYER,
        seller=SELLER, contract="C-77", lines=(line,),
    )  # fmt: skip


def receipt(scope):
    lines = (
        ReceiptLine("0001", "accepted", "850" if scope == "group" else "ORDERS"),
        ReceiptLine(
            "0002", "rejected", "850" if scope == "group" else "ORDERS",
            errors=(ReceiptError("8", "7 PO1/4" if scope == "group" else "7/4"),),
        ),
    )  # fmt: skip
    return Receipt(
        number="0007", status="partial", scope=scope, control="12", issued=DAY, lines=lines,
        type="PO" if scope == "group" else None,
    )  # fmt: skip


BUSINESS = (order, change, cancellation, response, despatch, invoice, catalogue)
