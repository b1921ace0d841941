"""InvoiceDetailRequest: an invoice or a credit memo, with lines.

cXML writes what a credit memo gives back as negative numbers; canonical credit notes are positive. As in ship
notices, only lines of several orders name their own.
"""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, localcontext
from itertools import groupby

from ...core.documents import Invoice, InvoiceLine, Payee, Quantity, Tax, TaxRate
from ..errors import FormatError
from ..xml_reader import position
from .codec import Attribute, Branch, Fixed, Leaf, Shape, Wrap
from .document import PARTY_PATHS, DocumentType, document
from .parties import REFERENCE, Contacts
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
    refuse_sign,
    take_item,
    take_price,
    take_quantity,
    unsigned,
)
from .ship_notice import of_one_order
from .values import COMMENTS, DAY, DESCRIPTION, INTEGER, LANGUAGE, MONEY, NUMBER, TEXT, coded

ELEMENT = "InvoiceDetailRequest"
KINDS = {
    "standard": "invoice",
    "lineLevelCreditMemo": "credit_note",
    "creditMemo": "credit_note",
}
OPERATIONS = {"new": "original", "delete": "cancel"}
# UNCL5305 categories that cXML has a word of its own for.
EXEMPTIONS = {"zeroRated": "Z", "exempt": "E"}
_EXEMPTIONS = {category: word for word, category in EXEMPTIONS.items()}
TAX = "vat"
_DAYS = 10_000
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
# More than any product of two numbers of a document has digits.
_PRECISION = 100


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


def _amount(name, field):
    return Wrap(name, Leaf("Money", field, MONEY))


def _take_charges(values):
    """Modifications, and what has an element of its own; with their sign as it stands."""
    own = (
        added_charge(values.pop("shipping", None), "charge", FREIGHT, "Shipping"),
        added_charge(values.pop("handling", None), "charge", None, "Special handling"),
        added_charge(values.pop("discount", None), "allowance", DISCOUNT, "Discount"),
    )
    return tuple(charge for charges in (values.pop("charges", ()), *own) for charge in charges)


def _net(charges):
    return sum(
        (each.amount if each.kind == "charge" else -each.amount for each in charges), Decimal(0)
    )


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, element, reading):
    quantity = take_quantity(values)
    if quantity is not None:
        values["quantity"] = quantity
    values["item"] = take_item(values, element, reading)
    values["price"] = take_price(values)
    values["charges"] = charges = _take_charges(values)
    subtotal, net = values.pop("subtotal", None), values.pop("net", None)
    values["amount"] = net
    if net is None and subtotal is not None:
        values["amount"] = subtotal + _net(charges)
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
        values["subtotal"] = line.amount - _net(line.charges)
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
    with localcontext() as context:
        context.prec = _PRECISION
        return line.amount * line.tax_rate / 100


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
    _amount("SubtotalAmount", "subtotal"),
    _LineTax(
        "Tax", Leaf("Money", "tax_amount", MONEY, always=True), DESCRIBED_TAX, TAXES, required=True
    ),
    Wrap("InvoiceDetailLineSpecialHandling", Leaf("Money", "handling", MONEY)),
    Wrap("InvoiceDetailLineShipping", Leaf("Money", "shipping", MONEY)),
    _amount("InvoiceDetailDiscount", "discount"),
    Wrap("InvoiceItemModifications", MODIFICATION),
    _amount("TotalAmountWithoutTax", "net"),
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


# Orders: the lines of each ---------------------------------------------------------------------------------


def _load_order(values, element, reading):
    contracts = values.get("contract"), values.get("contract_id")
    numbers = values.get("order_number"), values.get("order_id")
    return (
        next(filter(None, numbers), None),
        next(filter(None, contracts), None),
        values.get("items", ()),
    )


class _NotRead:
    """A line of services, or an invoice without lines: read without it the bill would say something else."""

    required = False
    fields = ()

    def __init__(self, tag, reason):
        self.tag = tag
        self._reason = reason

    def read(self, element, values, reading):
        raise FormatError("unsupported_type", position(element), self._reason)

    def write(self, values, writing):
        pass


_REFERENCE = Fixed("DocumentReference", attributes=' payloadID=""')
ORDER = Shape(
    None,
    Wrap(
        "InvoiceDetailOrderInfo",
        # Read only: what names an order or a contract beside the id is the id of its message.
        Wrap("OrderReference", Attribute("orderID", "order_number"), _REFERENCE),
        Wrap("MasterAgreementReference", Attribute("agreementID", "contract"), _REFERENCE),
        Wrap("MasterAgreementIDInfo", Attribute("agreementID", "contract_id")),
        Wrap("OrderIDInfo", Attribute("orderID", "order_id", always=True), required=True),
        required=True,
    ),
    Branch("InvoiceDetailItem", LINE, "items", many=True),
    _NotRead("InvoiceDetailServiceItem", "a line of services"),
    load=_load_order,
    dump=lambda order, writing: {
        "order_id": order[0],
        "contract_id": order[1],
        "items": order[2],
    },
)


# Whom to pay -----------------------------------------------------------------------------------------------

ACCOUNTS = {"ibanID": "account", "accountID": "account", "accountName": "name"}
BANKS = {"swiftID": "bank", "bankRoutingID": "bank", "paymentReference": "reference"}
PAYEE_FIELDS = ACCOUNTS | BANKS


class Partners(Contacts):
    """Parties and, in the role of a bank that receives, the payee."""

    tag = "InvoicePartner"
    BANK = "wireReceivingBank"

    def __init__(self, **roles):
        super().__init__(**roles, payee=(self.BANK,))

    def contact(self, element):
        return element.find("Contact")

    def read_party(self, element, reading):
        contact = self.contact(element)
        pairs = [REFERENCE.read(each, reading) for each in element.findall("IdReference")]
        if contact.get("role") == self.BANK:
            return _payee(element, [pair for pair in pairs if pair], reading)
        for pair in filter(None, pairs):
            reading.not_understood(element, " ".join(pair))
        return super().read_party(contact, reading)

    def write_party(self, role, party, writing):
        writing.put("<InvoicePartner>")
        if role == self.BANK:
            writing.put(f'<Contact role="{role}"><Name{LANGUAGE}></Name></Contact>')
            for pair in _payee_references(party):
                REFERENCE.write_as("IdReference", pair, writing)
        else:
            self.tag, tag = "Contact", self.tag
            try:
                super().write_party(role, party, writing)
            finally:
                self.tag = tag
        writing.put("</InvoicePartner>")


def _payee(element, pairs, reading):
    values = {}
    for domain, text in pairs:
        field = PAYEE_FIELDS.get(domain)
        if field is None or values.setdefault(field, text) != text:
            reading.not_understood(element, f"{domain} {text}")
    return Payee(**values) if values else None


def _payee_references(payee):
    domains = {
        "account": "ibanID" if _IBAN.fullmatch(payee.account or "") else "accountID",
        "name": "accountName",
        "bank": "swiftID" if _BIC.fullmatch(payee.bank or "") else "bankRoutingID",
        "reference": "paymentReference",
    }
    pairs = [(domain, getattr(payee, field)) for field, domain in domains.items()]
    return [pair for pair in pairs if pair[1]]


# Signs -----------------------------------------------------------------------------------------------------

TOTALS = ("total_excl", "total_tax", "total_incl", "prepaid", "payable")


def _turned(values):
    """What stands in a credit memo, with all signs turned."""
    values["lines"] = tuple(
        replace(
            line,
            quantity=Quantity(-line.quantity.value, line.quantity.unit),
            amount=_minus(line.amount),
            charges=_turned_charges(line.charges),
        )
        for line in values["lines"]
    )
    values["charges"] = _turned_charges(values["charges"])
    values["taxes"] = tuple(
        replace(tax, amount=_minus(tax.amount), base=_minus(tax.base)) for tax in values["taxes"]
    )
    for name in TOTALS:
        values[name] = _minus(values.get(name))


def _turned_charges(charges):
    return tuple(replace(charge, amount=-charge.amount) for charge in charges)


def _minus(amount):
    """As ``-amount``, but a zero has no sign."""
    return None if amount is None else Decimal(0) - amount if amount else amount


# Document --------------------------------------------------------------------------------------------------


def _load_invoice(values, element, reading):
    orders = values.pop("orders", ())
    values["order_number"], lines = of_one_order([(number, lines) for number, _c, lines in orders])
    values["lines"] = tuple(lines)
    contracts = list(dict.fromkeys(contract for _n, contract, _l in orders if contract))
    if contracts:
        values["contract"] = contracts[0]
    for other in contracts[1:]:
        reading.not_understood(element, f"another contract: {other}")
    values["charges"] = _take_charges(values)
    values["taxes"] = values.get("taxes", ())
    for name in ("tax_text", "in_line"):
        values.pop(name, None)
    _take_due(values, element, reading)
    _take_payable(values)
    _check_sum(values, element, reading)
    if values.get("kind", "invoice") == "credit_note":
        if (values.get("payable") or 0) > 0:
            text = f"a credit memo of {values['payable']}: it should be below zero"
            reading.deviation("inconsistent", element, text)
        else:
            _turned(values)
    values.setdefault("kind", "invoice")
    values["charges"] = tuple(map(unsigned, values["charges"]))
    values["lines"] = tuple(
        replace(line, charges=tuple(map(unsigned, line.charges))) for line in values["lines"]
    )
    if any(tax.amount is None for tax in values["taxes"]):
        raise FormatError("missing", position(element), "a tax without an amount")


def _take_due(values, element, reading):
    """So many days from the day of issue; terms with a discount are not carried."""
    days = (*values.pop("days", ()), *values.pop("net_days", ()))
    if days and values.get("issued"):
        try:
            values["due"] = values["issued"] + timedelta(days=days[0])
        except OverflowError:
            raise FormatError("invalid_date", position(element), f"{days[0]} days") from None
    for other in days[1:]:
        reading.not_understood(element, f"payment in {other} days")


def _take_payable(values):
    """What is due is the net amount without the deposit, unless it is told."""
    if values.get("payable") is None and values.get("total_incl") is not None:
        values["payable"] = values["total_incl"] - (values.get("prepaid") or 0)


def _check_sum(values, element, reading):
    told = values.pop("line_sum", None)
    amounts = [line.amount for line in values["lines"]]
    if told is None or None in amounts:
        return
    added = sum(amounts, Decimal(0))
    if told != added:
        reading.deviation("inconsistent", element, f"lines {told}, they add up to {added}")


def _dump_invoice(invoice, values, writing):
    refuse_sign([*invoice.charges, *(charge for line in invoice.lines for charge in line.charges)])
    if invoice.kind == "credit_note":
        if (invoice.payable or 0) < 0:
            raise FormatError("not_carried", "payable", "a credit note below zero")
        _turned(values)
    numbers = (line.order_number or invoice.order_number for line in invoice.lines)
    pairs = zip(numbers, values.pop("lines"), strict=True)
    values["orders"] = [
        (number, invoice.contract, [replace(line, order_number=None) for _number, line in group])
        for number, group in groupby(pairs, key=lambda pair: pair[0])
    ]
    if not invoice.lines:
        raise FormatError("missing", "lines", "no lines")
    amounts = [line.amount for _n, _c, lines in values["orders"] for line in lines]
    values["line_sum"] = None if None in amounts else sum(amounts, Decimal(0))
    values["in_line"] = any(line.tax_rate or line.tax_category for line in invoice.lines) or None
    due = values.pop("due")
    if due is not None:
        if invoice.issued is None or abs((due - invoice.issued).days) > _DAYS:
            raise FormatError("not_carried", "due", "cXML tells days from the day of issue")
        values["days"] = [(due - invoice.issued).days]


def _days_from(text):
    days = INTEGER.from_text(text.removeprefix("-"))
    return -days if text.startswith("-") else days


def _load_term(values, element, reading):
    """Days; terms with a discount are told in remarks."""
    if values.get("percentage") or len(element):
        reading.not_understood(element, f"{values.get('days')} days, with a discount")
        return None
    return values.get("days")


_TERM = Shape(
    None,
    Attribute("payInNumberOfDays", "days", replace(INTEGER, from_text=_days_from)),
    Attribute("percentageRate", "percentage", NUMBER),
    load=_load_term,
    dump=lambda days, writing: {"days": days},
)

INVOICE = document(
    Invoice,
    Wrap(
        "InvoiceDetailRequestHeader",
        Attribute("invoiceID", "number", required=True),
        Attribute("invoiceDate", "issued", DAY, required=True),
        Attribute("purpose", "kind", coded(KINDS)),
        Attribute("operation", "purpose", coded(OPERATIONS)),
        Wrap("InvoiceDetailHeaderIndicator", required=True),
        Wrap(
            "InvoiceDetailLineIndicator",
            Attribute("isTaxInLine", "in_line", coded({"yes": True, "no": False})),
            required=True,
        ),
        Partners(seller=("from", "issuerOfInvoice", "billFrom"), buyer=("soldTo", "billTo")),
        Wrap("InvoiceIDInfo", Attribute("invoiceID", "corrects")),
        Wrap("ShipNoticeIDInfo", Attribute("shipNoticeID", "despatch_number")),
        Branch("InvoiceDetailPaymentTerm", _TERM, "net_days", many=True),
        Branch("PaymentTerm", _TERM, "days", many=True),
        Leaf("Comments", "note", COMMENTS, joined=True),
        required=True,
    ),
    Branch("InvoiceDetailOrder", ORDER, "orders", many=True),
    _NotRead("InvoiceDetailHeaderOrder", "an invoice without lines"),
    Wrap(
        "InvoiceDetailSummary",
        Wrap("SubtotalAmount", Leaf("Money", "line_sum", MONEY, always=True), required=True),
        Wrap(
            "Tax",
            Leaf("Money", "total_tax", MONEY, always=True),
            DESCRIBED_TAX,
            TAXES,
            required=True,
        ),
        _amount("SpecialHandlingAmount", "handling"),
        _amount("ShippingAmount", "shipping"),
        _amount("InvoiceDetailDiscount", "discount"),
        Wrap("InvoiceHeaderModifications", MODIFICATION),
        _amount("TotalAmountWithoutTax", "total_excl"),
        Wrap("NetAmount", Leaf("Money", "total_incl", MONEY, always=True), required=True),
        _amount("DepositAmount", "prepaid"),
        Wrap("DueAmount", Leaf("Money", "payable", MONEY, required=True)),
        required=True,
    ),
    load=_load_invoice,
    dump=_dump_invoice,
    also={
        "kind": None,
        "buyer": PARTY_PATHS,
        "seller": PARTY_PATHS,
        "payee": frozenset({"account", "bank", "name", "reference"}),
        "order_number": None,
        "contract": None,
        "due": None,
        "currency": None,
        "lines": LINE.paths,
    },
)
TYPES = (DocumentType(ELEMENT, INVOICE, dtd="InvoiceDetail.dtd", dtd_version="1.2.037"),)
