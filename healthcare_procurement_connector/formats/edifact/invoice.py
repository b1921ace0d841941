"""INVOIC, an invoice or credit note."""

from decimal import Decimal
from typing import NamedTuple

from ...core.documents import Invoice, InvoiceLine, Party, Payee, Tax, TaxRate
from ..errors import FormatError
from ..segments.codec import Element, Group, Ignored, Segment, Shape
from ..segments.values import text_of
from .codes import CREDIT_NOTE_NAME, CREDIT_NOTES, INVOICE_NAME, INVOICES
from .parts import (
    CHARGES,
    CURRENCY,
    ISSUED,
    ITEM_NAME,
    ITEM_PATHS,
    LINE_COUNT,
    PARTY,
    PARTY_MEMBERS,
    PIA,
    PRICES,
    PURPOSE,
    SECTION,
    TAX,
    amount,
    check_count,
    component,
    date_segment,
    dump_party,
    item_values,
    load_party,
    notes,
    opening,
    parties,
    quantity,
    reference,
    take_currency,
    take_item,
    take_parties,
    take_price,
    tell_ids,
)
from .values import ID

# The first of several is the one we write.
ROLES = {"buyer": ("BY", "IV"), "seller": ("SU", "SE")}


# The seller and where it asks to be paid -----------------------------------------------------------------------


class Seller(NamedTuple):
    party: Party | None
    payees: tuple[Payee, ...]

    @property
    def name(self):
        return self.party.name if self.party else None


_PAYEE = Shape(
    Payee,
    Segment(
        "FII+RB",
        Element((2, 0), "account", ID),
        Element((2, 1), "name", ID),
        Element((3, 0), "bank", text_of(11)),
    ),
)


def _load_seller(values, segment, reading):
    payees = values.pop("payees", ())
    return Seller(load_party(values, segment, reading), payees)


def _dump_seller(seller, writing):
    return dump_party(seller.party, writing) | {"payees": seller.payees}


_SELLER = Shape(
    None,
    PARTY_MEMBERS[0],
    Group(_PAYEE, "payees", many=True),
    *PARTY_MEMBERS[1:],
    load=_load_seller,
    dump=_dump_seller,
)


def _take_seller(values, segment, reading):
    """The seller of the first role, and the first account; another one of either is told."""
    sellers = [values.pop(field) for field in ("seller", "seller too") if field in values]
    parties_, payees = [], []
    for seller in sellers:
        parties_ += [seller.party] if seller.party is not None else []
        payees += seller.payees
    for field, found in (("seller", parties_), ("payee", payees)):
        if found:
            values[field] = found[0]
        for other in found[1:]:
            if other != found[0]:
                reading.not_understood(segment, f"another {field}: {other.name or other}")


# Lines -----------------------------------------------------------------------------------------------------


def _load_rate(values, segment, reading):
    for field in ("base", "amount"):
        if field in values:
            reading.not_understood(segment, f"tax {field} {values[field]} of a line")
    return TaxRate(values.get("category"), values.get("rate"))


_LINE_TAX = Shape(
    None,
    TAX,
    amount("125", "base"),
    amount("124", "amount"),
    load=_load_rate,
    dump=lambda rate, writing: {"category": rate.category, "rate": rate.rate},
)


def _load_line(values, segment, reading):
    reading.number_line(values, segment)
    values["item"] = take_item(values)
    tell_ids(values, segment, reading)
    take_price(values)
    rate = values.pop("tax", None)
    if rate is not None:
        values |= {"tax_category": rate.category, "tax_rate": rate.rate}
    for field in ("note", "PIA kind", "despatch_number"):
        values.pop(field, None)
    return LINE.build(values, segment, reading)


def _dump_line(line, writing):
    values = LINE.values_of(line, writing) | item_values(line.item, writing)
    rate = TaxRate(line.tax_category, line.tax_rate)
    values["tax"] = rate if rate != TaxRate() else None
    return values


LINE = Shape(
    InvoiceLine,
    opening(component(1, "number", text_of(6)), Ignored((2, 0))),
    PIA,
    ITEM_NAME,
    quantity("47", "quantity"),
    amount("203", "amount"),
    *PRICES,
    Segment(
        "RFF+ON", Element((1, 1), "order_number", ID), Element((1, 2), "order_line", text_of(6))
    ),
    Segment("RFF+AAK", Element((1, 2), "despatch_line", text_of(6)), Ignored((1, 1))),
    Group(_LINE_TAX, "tax"),
    CHARGES,
    load=_load_line,
    dump=_dump_line,
    also={"item": ITEM_PATHS, "tax_category": None, "tax_rate": None},
)


# Document --------------------------------------------------------------------------------------------------


def _load_tax(values, segment, reading):
    if "amount" not in values:
        if values:
            reading.not_understood(segment)
        return None
    return Tax(**values)


_TAX = Shape(Tax, TAX, amount("125", "base"), amount("124", "amount"), load=_load_tax)


def _load_invoice(values, segment, reading):
    values["kind"] = _kind(values.pop("name", None), segment, reading)
    _take_seller(values, segment, reading)
    take_parties(values, segment, reading, {"buyer": ROLES["buyer"]})
    take_currency(values, reading)
    for field, others in _OTHERS.items():
        for other in others:
            if other in values:
                values.setdefault(field, values.pop(other))
            values.pop(other, None)
    if "payment reference" in values:
        payee = values.get("payee") or Payee()
        values["payee"] = Payee(
            payee.account, payee.bank, payee.name, values.pop("payment reference")
        )
    values.pop("terms", None)
    check_count(values, len(values.get("lines", ())), segment, reading)
    _check_sum(values, segment, reading)
    return INVOICE.build(values, segment, reading)


def _kind(name, segment, reading):
    if name in CREDIT_NOTES:
        return "credit_note"
    if name not in INVOICES and name is not None:
        reading.not_understood(segment, f"type of invoice {name}")
    return "invoice"


def _check_sum(values, segment, reading):
    told = values.pop("line_sum", None)
    amounts = [line.amount for line in values.get("lines", ())]
    if told is not None and None not in amounts and sum(amounts, Decimal(0)) != told:
        text = f"lines {told}, they add up to {sum(amounts, Decimal(0))}"
        reading.deviation("inconsistent", segment, text)


def _dump_invoice(invoice, writing):
    values = INVOICE.values_of(invoice, writing)
    if invoice.kind not in _NAMES:
        raise FormatError("not_carried", "Invoice.kind", f"no invoice: {invoice.kind!r:.60}")
    values["name"] = _NAMES[invoice.kind]
    payee = invoice.payee
    accounts = payee and Payee(payee.account, payee.bank, payee.name)
    if accounts and accounts != Payee() and invoice.seller is None:
        raise FormatError("missing", "Invoice.seller", "an account needs a seller whose it is")
    payees = (accounts,) if accounts and accounts != Payee() else ()
    values["seller"] = Seller(invoice.seller, payees) if invoice.seller else None
    values["payment reference"] = payee.reference if payee else None
    values["terms"] = "1" if invoice.due else None
    amounts = [line.amount for line in invoice.lines]
    if invoice.lines and None not in amounts:
        values["line_sum"] = sum(amounts, Decimal(0))
    values["line_count"] = Decimal(len(invoice.lines))
    return values


_NAMES = {"invoice": INVOICE_NAME, "credit_note": CREDIT_NOTE_NAME}
# 5025, amounts that say the same, the first the one that we write.
_OTHERS = {
    "total_excl": ("MOA 389",),
    "total_incl": ("MOA 388",),
    "total_tax": ("MOA 124", "MOA 150"),
    "payable": ("MOA 86",),
    "despatch_number": ("delivery note",),
}
INVOICE = Shape(
    Invoice,
    Segment(
        "BGM",
        component(1, "name", beside=True),
        Element((2, 0), "number", ID, required=True),
        component(3, "purpose", PURPOSE),
    ),
    ISSUED,
    notes(),
    reference("ON", "order_number"),
    reference("CT", "contract"),
    reference("IV", "corrects"),
    reference("AAK", "despatch_number"),
    reference("DQ", "delivery note"),
    reference("PQ", "payment reference"),
    *parties("buyer", roles=ROLES),
    Group(_SELLER, "seller", spec="NAD+SU", closed=True),
    Group(_SELLER, "seller too", spec="NAD+SE", closed=True),
    CURRENCY,
    Segment("PAT", component(1, "terms")),
    date_segment("13", "due"),
    CHARGES,
    Group(LINE, "lines", many=True),
    SECTION,
    LINE_COUNT,
    amount("79", "line_sum"),
    amount("125", "total_excl"),
    amount("389", "MOA 389"),
    amount("176", "total_tax"),
    amount("124", "MOA 124"),
    amount("150", "MOA 150"),
    amount("77", "total_incl"),
    amount("388", "MOA 388"),
    amount("113", "prepaid"),
    amount("366", "rounding"),
    amount("9", "payable"),
    amount("86", "MOA 86"),
    Group(_TAX, "taxes", many=True),
    load=_load_invoice,
    dump=_dump_invoice,
    also={
        "kind": None,
        "seller": PARTY.paths,
        "payee": frozenset({"account", "bank", "name", "reference"}),
    },
)
