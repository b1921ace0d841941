"""810, an invoice or credit memo."""

from decimal import Decimal

from ...core.documents import Invoice, InvoiceLine, Tax
from ..segments.codec import Constant, Element, Group, Ignored, Lines, Segment, Shape
from ..segments.values import DATE, NUMBER, coded, text_of
from .codes import INVOICE_KINDS, TAX_EXEMPT
from .parts import (
    CHARGES_GROUP,
    CTP,
    INVOICE_ROLES,
    ITEM_NAME,
    ITEM_PATHS,
    check_count,
    item_values,
    parties,
    purpose_kind,
    take_item,
    take_parties,
    tell_ids,
)
from .values import CENTS, NUMBER_22, REFERENCE, Ids, PriceAt, QuantityAt

# 963, the tax we write, and 336, the terms.
VAT = "VA"
BASIC_TERMS = "01"


# Tax -------------------------------------------------------------------------------------------------------


def _load_tax(values, segment, reading):
    exempt = values.pop("exempt", None)
    if exempt in TAX_EXEMPT:
        values.setdefault("category", TAX_EXEMPT[exempt])
    if "amount" not in values and "rate" not in values and "category" not in values:
        reading.not_understood(segment)
        return None
    return values


def _dump_tax(tax, writing):
    return {field: getattr(tax, field) for field in ("amount", "base", "category", "rate")}


# TXI01 names many taxes; what they are to us is said by category and rate.
TAX = Shape(
    None,
    Segment(
        "TXI",
        Constant(1, VAT),
        Element(2, "amount", NUMBER),
        Element(3, "rate", NUMBER),
        Element(6, "exempt"),
        Element(8, "base", NUMBER),
        Element(10, "category", text_of(20)),
    ),
    load=_load_tax,
    dump=_dump_tax,
)
_TAX_PATHS = frozenset({"amount", "base", "category", "rate"})


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, segment, reading):
    reading.number_line(values, segment)
    ids = values.get("ids", {})
    for field in ("order_number", "order_line"):
        if field in ids:
            values[field] = ids.pop(field)
    if "order too" in values:
        values.setdefault("order_number", values.pop("order too"))
    values["item"] = take_item(values)
    tell_ids(values, segment, reading)
    taxes = values.pop("line taxes", ())
    for number, tax in enumerate(taxes):
        if number == 0:
            values |= {
                ours: tax[told]
                for ours, told in (("tax_category", "category"), ("tax_rate", "rate"))
                if told in tax
            }
        if number or "amount" in tax:
            reading.not_understood(segment, f"tax {tax.get('amount')} of a line")
    return LINE.build(values, segment, reading)


def _dump_line(line, writing):
    values = LINE.values_of(line, writing)
    tax = {"category": line.tax_category, "rate": line.tax_rate}
    if tax["category"] is not None or tax["rate"] is not None:
        values["line taxes"] = (Tax(amount=None, **tax),)
    more = {"order_number": line.order_number, "order_line": line.order_line}
    return values | item_values(line.item, writing, **more)


LINE = Shape(
    InvoiceLine,
    Segment(
        "IT1",
        Element(1, "number", text_of(20)),
        QuantityAt(2, 3, "quantity"),
        PriceAt(4, 5, 3),
        Ids(6),
        always=True,
        open_end=6,
    ),
    Group(TAX, "line taxes", many=True),
    CTP,
    Segment("PAM", Constant(4, "1"), Element(5, "amount", NUMBER)),
    ITEM_NAME,
    Segment("REF*PO", Element(2, "order too", NUMBER_22), Ignored(3)),
    CHARGES_GROUP,
    load=_load_line,
    dump=_dump_line,
    also={
        "item": ITEM_PATHS,
        "order_number": None,
        "order_line": None,
        "tax_category": None,
        "tax_rate": None,
    },
)


# Document --------------------------------------------------------------------------------------------------


def _load_invoice(values, segment, reading):
    values.setdefault("kind", "invoice")
    take_parties(values, segment, reading, INVOICE_ROLES)
    for field, other in (("despatch_number", "packing list"), ("order_number", "order too")):
        if other in values:
            values.setdefault(field, values.pop(other))
            values.pop(other, None)
    taxes = (_tax(tax, segment, reading) for tax in values.pop("tax", ()))
    values["taxes"] = tuple(tax for tax in taxes if tax)
    values.pop("terms", None)
    check_count(values, len(values.get("lines", ())), segment, reading)
    return INVOICE.build(values, segment, reading)


def _tax(values, segment, reading):
    if "amount" not in values:
        reading.not_understood(segment, f"a tax without an amount: {values}")
        return None
    return Tax(**values)


def _dump_invoice(invoice, writing):
    values = INVOICE.values_of(invoice, writing)
    values["tax"] = invoice.taxes
    values["line_count"] = Decimal(len(invoice.lines))
    values["terms"] = BASIC_TERMS if invoice.due else None
    return values


INVOICE = Shape(
    Invoice,
    Segment(
        "BIG",
        Element(1, "issued", DATE, required=True),
        Element(2, "number", NUMBER_22, required=True),
        Ignored(3),
        Element(4, "order_number", NUMBER_22),
        Element(7, "kind", coded(INVOICE_KINDS)),
        Element(8, "purpose", purpose_kind("06")),
    ),
    Lines("NTE", (2,), "note", 80, constants={1: "GEN"}),
    Segment("CUR", Constant(1, "SE"), Element(2, "currency")),
    Segment("REF*CT", Element(2, "contract", REFERENCE), Ignored(3)),
    Segment("REF*OI", Element(2, "corrects", REFERENCE), Ignored(3)),
    Segment("REF*PK", Element(2, "despatch_number", REFERENCE), Ignored(3)),
    Segment("REF*SI", Element(2, "packing list", REFERENCE), Ignored(3)),
    Segment("REF*PO", Element(2, "order too", REFERENCE), Ignored(3)),
    *parties("buyer", "seller", roles=INVOICE_ROLES),
    Segment("ITD", Element(1, "terms", beside=True), Element(6, "due", DATE)),
    Group(LINE, "lines", many=True),
    Segment("TDS", Element(1, "payable", CENTS, required=True)),
    Group(TAX, "tax", many=True),
    Segment("AMT*N", Element(2, "total_excl", NUMBER), Ignored(3)),
    Segment("AMT*T", Element(2, "total_tax", NUMBER), Ignored(3)),
    Segment("AMT*TT", Element(2, "total_incl", NUMBER), Ignored(3)),
    CHARGES_GROUP,
    Segment("CTT", Element(1, "line_count", NUMBER), Ignored(2)),
    load=_load_invoice,
    dump=_dump_invoice,
    also={"taxes": _TAX_PATHS},
)
