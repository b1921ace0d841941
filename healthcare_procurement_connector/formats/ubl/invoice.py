"""Invoice and credit note: one canonical document, two UBL documents that differ in a few names."""

from typing import NamedTuple

from ...core.documents import Invoice, InvoiceLine, Item, TaxRate
from ..errors import FormatError
from ..xml_reader import position
from .codec import Branch, Leaf, Shape, Wrap
from .document import ISSUED, NOTE, document
from .parties import company, role
from .parts import (
    CHARGE,
    CHARGE_SUMS,
    ITEM,
    ITEM_MEMBERS,
    LINE_SUM,
    PRICE,
    TAX_RATE,
    item_values,
    sums,
    take_sums,
)
from .settlement import PAYMENT, TAX, TAX_TOTAL, Payment, TaxTotal, take_tax_total
from .values import AMOUNT, DATE, QUANTITY, REFERENCE, UNKNOWN

BILLING = (
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
)
INVOICE_CODE = "380"
CREDIT_CODE = "381"
# UNCL1001 codes of documents that give money back.
CREDIT_CODES = frozenset("81 83 261 262 296 308 381 396 420 458 532".split())


# Lines -----------------------------------------------------------------------------------------------------


class TaxedItem(NamedTuple):
    item: Item
    tax: TaxRate | None


def _load_taxed(values, element, reading):
    tax = values.pop("tax", None)
    values = item_values(values, element, reading)
    return TaxedItem(ITEM.build(values, element, reading), tax)


_TAXED_ITEM = Shape(
    Item,
    *ITEM_MEMBERS,
    Branch("ClassifiedTaxCategory", TAX_RATE, "tax"),
    load=_load_taxed,
    dump=lambda taxed, writing: ITEM.values_of(taxed.item) | {"tax": taxed.tax},
)


def _line(quantity):
    def load(values, element, reading):
        taxed = values.pop("taxed", None)
        if taxed:
            values["item"] = taxed.item
        if taxed and taxed.tax:
            values["tax_category"] = taxed.tax.category
            values["tax_rate"] = taxed.tax.rate
        return shape.build(values, element, reading)

    def dump(line, writing):
        tax = TaxRate(line.tax_category, line.tax_rate)
        taxed = TaxedItem(line.item, tax if tax != TaxRate() else None)
        reference = line.order_line or (UNKNOWN if line.order_number else None)
        return shape.values_of(line) | {"taxed": taxed, "order_line": reference}

    shape = Shape(
        InvoiceLine,
        Leaf("ID", "number", required=True),
        Leaf(quantity, "quantity", QUANTITY),
        Leaf("LineExtensionAmount", "amount", AMOUNT, required=True),
        Wrap(
            "OrderLineReference",
            Leaf("LineID", "order_line", REFERENCE),
            Wrap("OrderReference", Leaf("ID", "order_number")),
        ),
        Wrap("DespatchLineReference", Leaf("LineID", "despatch_line")),
        Branch("AllowanceCharge", CHARGE, "charges", many=True),
        Branch("Item", _TAXED_ITEM, "taxed", required=True),
        Branch("Price", PRICE, "price"),
        load=load,
        dump=dump,
        also={"item": _TAXED_ITEM.paths, "tax_category": None, "tax_rate": None},
    )
    return shape


# Documents -------------------------------------------------------------------------------------------------


def _load_invoice(values, element, reading):
    payment = values.pop("payment", None)
    if payment:
        values["payee"] = payment.payee
        if payment.due and values.setdefault("due", payment.due) != payment.due:
            reading.not_understood(element, f"payment due {payment.due}")
    take_tax_total(values, reading)
    take_sums(values, element, reading)


def _dump_invoice(invoice, values):
    values |= sums(invoice.lines, invoice.charges)
    if invoice.taxes or invoice.total_tax is not None:
        values["tax_totals"] = (TaxTotal(invoice.total_tax, invoice.currency, invoice.taxes),)


def _load_bill(values, element, reading):
    code = values.pop("code", None)
    if code in CREDIT_CODES:
        raise FormatError(
            "unsupported_type", position(element), f"an invoice that is a credit: {code}"
        )
    if code not in (None, INVOICE_CODE):
        reading.not_understood(element, f"type of invoice {code}")
    values["kind"] = "invoice"
    _load_invoice(values, element, reading)


def _dump_bill(invoice, values):
    values["code"] = INVOICE_CODE
    values["payment"] = Payment(invoice.payee, None) if invoice.payee else None
    _dump_invoice(invoice, values)


def _load_credit(values, element, reading):
    code = values.pop("code", None)
    if code not in (None, CREDIT_CODE):
        reading.not_understood(element, f"type of credit note {code}")
    values["kind"] = "credit_note"
    _load_invoice(values, element, reading)


def _dump_credit(invoice, values):
    """A credit note has no due date of its own: it stands with the means of payment."""
    values["code"] = CREDIT_CODE
    payment = Payment(invoice.payee, invoice.due)
    values["payment"] = payment if any(payment) else None
    _dump_invoice(invoice, values)


def _billing(root, quantity, load, dump, *particular):
    return document(
        root,
        Invoice,
        BILLING,
        ISSUED,
        *particular,
        NOTE,
        Leaf("DocumentCurrencyCode", "currency", required=True),
        Wrap("OrderReference", Leaf("ID", "order_number", REFERENCE)),
        Wrap("BillingReference", Wrap("InvoiceDocumentReference", Leaf("ID", "corrects"))),
        Wrap("DespatchDocumentReference", Leaf("ID", "despatch_number")),
        Wrap("ContractDocumentReference", Leaf("ID", "contract")),
        role("AccountingSupplierParty", company("sender"), "seller", required=True),
        role("AccountingCustomerParty", company("receiver"), "buyer", required=True),
        Branch("PaymentMeans", PAYMENT, "payment"),
        Branch("AllowanceCharge", CHARGE, "charges", many=True),
        Branch("TaxTotal", TAX_TOTAL, "tax_totals", many=True),
        Wrap(
            "LegalMonetaryTotal",
            LINE_SUM,
            Leaf("TaxExclusiveAmount", "total_excl", AMOUNT),
            Leaf("TaxInclusiveAmount", "total_incl", AMOUNT),
            *CHARGE_SUMS,
            Leaf("PrepaidAmount", "prepaid", AMOUNT),
            Leaf("PayableRoundingAmount", "rounding", AMOUNT),
            Leaf("PayableAmount", "payable", AMOUNT, required=True),
        ),
        Branch(f"{root}Line", _line(quantity), "lines", required=True, many=True),
        load=load,
        dump=dump,
        also={
            "kind": None,
            "due": None,
            "payee": PAYMENT.paths,
            "taxes": TAX.paths,
            "total_tax": None,
        },
    )


INVOICE = _billing(
    "Invoice",
    "InvoicedQuantity",
    _load_bill,
    _dump_bill,
    Leaf("DueDate", "due", DATE),
    Leaf("InvoiceTypeCode", "code"),
)
CREDIT_NOTE = _billing(
    "CreditNote",
    "CreditedQuantity",
    _load_credit,
    _dump_credit,
    Leaf("CreditNoteTypeCode", "code"),
)
TYPES = (INVOICE, CREDIT_NOTE)
