"""InvoiceDetailRequest: an invoice or a credit memo, with lines.

cXML writes what a credit memo gives back as negative numbers; canonical credit notes are positive. As in ship
notices, only lines of several orders name their own.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from ...core.documents import Invoice, Quantity
from ..errors import FormatError
from ..scalars import added
from ..xml_reader import position
from .codec import Attribute, Branch, Fixed, Leaf, Shape, Wrap
from .document import PARTY_PATHS, DocumentType, document
from .invoice_line import DESCRIBED_TAX, LINE, TAXES, amount, take_charges
from .parts import MODIFICATION, refuse_sign, unsigned
from .payee import Partners
from .ship_notice import of_one_order
from .values import COMMENTS, DAY, INTEGER, MONEY, NUMBER, coded

ELEMENT = "InvoiceDetailRequest"
KINDS = {
    "standard": "invoice",
    "lineLevelCreditMemo": "credit_note",
    "creditMemo": "credit_note",
}
OPERATIONS = {"new": "original", "delete": "cancel"}
_DAYS = 10_000


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
    values["charges"] = take_charges(values)
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
        replace(line, charges=tuple(map(unsigned, line.charges))) if line.charges else line
        for line in values["lines"]
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
        values["payable"] = added([values["total_incl"], -(values.get("prepaid") or 0)])


def _check_sum(values, element, reading):
    told = values.pop("line_sum", None)
    amounts = [line.amount for line in values["lines"]]
    if told is None or None in amounts:
        return
    total = added(amounts)
    if told != total:
        reading.deviation("inconsistent", element, f"lines {told}, they add up to {total}")


def _dump_invoice(invoice, values, writing):
    refuse_sign([*invoice.charges, *(charge for line in invoice.lines for charge in line.charges)])
    if invoice.kind == "credit_note":
        if (invoice.payable or 0) < 0:
            raise FormatError("not_carried", "payable", "a credit note below zero")
        _turned(values)
    numbers = (line.order_number or invoice.order_number for line in invoice.lines)
    pairs = zip(numbers, values.pop("lines"), strict=True)
    values["orders"] = [
        (number, invoice.contract, [line for _number, line in group])
        for number, group in groupby(pairs, key=lambda pair: pair[0])
    ]
    if not invoice.lines:
        raise FormatError("missing", "lines", "no lines")
    amounts = [line.amount for _n, _c, lines in values["orders"] for line in lines]
    values["line_sum"] = None if None in amounts else added(amounts)
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
        amount("SpecialHandlingAmount", "handling"),
        amount("ShippingAmount", "shipping"),
        amount("InvoiceDetailDiscount", "discount"),
        Wrap("InvoiceHeaderModifications", MODIFICATION),
        amount("TotalAmountWithoutTax", "total_excl"),
        Wrap("NetAmount", Leaf("Money", "total_incl", MONEY, always=True), required=True),
        amount("DepositAmount", "prepaid"),
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
