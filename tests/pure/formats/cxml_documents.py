"""Canonical documents that cXML can tell: any values, put the way cXML has them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Charge,
    DespatchAdvice,
    DespatchLine,
    Invoice,
    Item,
    Lot,
    Order,
    OrderCancellation,
    OrderChange,
    OrderResponse,
    OrderResponseLine,
    Package,
    Party,
    PunchOutCart,
    Quantity,
    Receipt,
    ReceiptError,
)
from odoo.addons.healthcare_procurement_connector.formats import FORMATS

from tests.pure.formats.document_strategies import amounts, party_ids, texts
from tests.pure.formats.drawing import Drawing

CARRIES = FORMATS["cxml"].carries
ONE = Decimal(1)
names = st.text("ABC123", min_size=1, max_size=3)
lots = st.lists(
    st.builds(Lot, lot=texts, expiry=st.none() | st.dates(), quantity=st.builds(Quantity, amounts)),
    max_size=2,
) | st.lists(
    st.builds(
        Lot,
        lot=st.none() | texts,
        expiry=st.none() | st.dates(),
        serial=texts,
        quantity=st.just(Quantity(ONE)),
    ),
    max_size=2,
)
statuses = ["accepted", "changed", "substituted", "rejected", "backordered", "pending"]
errors = st.builds(ReceiptError, code=st.sampled_from(["400", "406", "550"]), text=texts)
SPECIAL = {
    (Order, "type_code"): st.sampled_from(["220", "221", "226"]),
    (OrderChange, "type_code"): st.sampled_from(["220", "221", "226"]),
    (OrderCancellation, "type_code"): st.sampled_from(["220", "221", "226"]),
    (OrderResponse, "status"): st.sampled_from(["accepted", "changed", "rejected"]),
    (OrderResponse, "purpose"): st.sampled_from(["original", "replace"]),
    (OrderResponseLine, "status"): st.sampled_from(statuses),
    (DespatchAdvice, "purpose"): st.sampled_from(["original", "replace", "cancel"]),
    (DespatchAdvice, "packages"): st.just(()),
    (DespatchLine, "package"): st.sampled_from(["1", "2", "3"]),
    (DespatchLine, "lots"): lots.map(tuple),
    (Invoice, "kind"): st.sampled_from(["invoice", "credit_note"]),
    (Invoice, "purpose"): st.sampled_from(["original", "cancel"]),
    (Invoice, "payable"): amounts,
    (Invoice, "issued"): st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    (Charge, "kind"): st.sampled_from(["charge", "allowance"]),
    (Party, "ids"): party_ids.filter(bool),
    (PunchOutCart, "editable"): st.booleans(),
    (Receipt, "status"): st.sampled_from(["accepted", "received", "rejected"]),
    (Receipt, "scope"): st.just("document"),
    (Receipt, "errors"): errors.map(lambda error: (error,)),
    (Receipt, "control"): st.none() | texts,
}
DEMANDED = {
    "issued",
    "buyer",
    "seller",
    "currency",
    "order_number",
    "editable",
    (Order, "total"),
    (OrderChange, "total"),
    (PunchOutCart, "total"),
    (Order, "lines"),
    (OrderChange, "lines"),
    (DespatchAdvice, "lines"),
    (Invoice, "lines"),
    (Invoice, "payable"),
}


def documents(cls):
    return DRAWING.documents(cls)


# What cXML makes of values -----------------------------------------------------------------------------------


def adapted(document):
    """The document as it comes back: enveloped, and each thing in the one place cXML has for it."""
    for cls, adapt in ADAPTERS.items():
        if isinstance(document, cls):
            document = adapt(document)
    return enveloped(document)


def enveloped(document):
    envelope = replace(document.envelope, syntax="cxml")
    if isinstance(document, Receipt) and document.control is None:
        envelope = replace(envelope, sender=None, receiver=None, test=None)
    elif isinstance(document, Receipt):
        envelope = replace(envelope, sender=("0088", "1"), receiver=("0088", "2"))
    elif type(document).__name__ == "PunchOutStart":
        envelope = replace(envelope, sender=None, receiver=None, test=None)
    else:
        by_buyer = isinstance(document, Order) or type(document).__name__ == "PunchOutRequest"
        parties = (
            (document.buyer, document.seller) if by_buyer else (document.seller, document.buyer)
        )
        known = [party.ids[0] for party in parties]
        envelope = replace(
            envelope,
            sender=envelope.sender or known[0],
            receiver=envelope.receiver or known[1],
        )
        if isinstance(document, PunchOutCart):
            envelope = replace(envelope, sender=known[0], receiver=known[1])
    envelope = replace(envelope, control=envelope.control or document.number)
    if isinstance(document, Receipt) or type(document).__name__ == "PunchOutStart":
        document = replace(document, number=envelope.control)
    return replace(document, envelope=envelope)


def in_own_unit(line):
    """A price per another unit than the line's needs a factor that no document tells."""
    price = getattr(line, "price", None)
    if price is None or price.per is None:
        return line
    unit = line.quantity.unit if line.quantity else None
    return replace(line, price=replace(price, per=replace(price.per, unit=unit)))


def without_tax(charges):
    return tuple(replace(charge, tax=None) for charge in charges)


def of_one_order(document):
    """An order that all lines belong to is told at the document."""
    numbers = {line.order_number or document.order_number for line in document.lines}
    if len(numbers) == 1:
        lines = tuple(replace(line, order_number=None) for line in document.lines)
        return replace(document, order_number=numbers.pop(), lines=lines)
    if not numbers:
        return document
    lines = tuple(
        replace(line, order_number=line.order_number or document.order_number)
        for line in document.lines
    )
    return replace(document, order_number=None, lines=lines)


def _order(order):
    return replace(order, lines=tuple(map(in_own_unit, order.lines)))


def _cancellation(order):
    """Without an amount nothing tells a currency."""
    told = order.total is not None or order.charges
    told = told or order.lines
    return order if told else replace(order, currency=None)


def _response(response):
    lines = []
    for line in map(in_own_unit, response.lines):
        substitute = None
        if line.status == "substituted":
            substitute = replace(line.substitute or Item(name="x"), seller_code="S-1")
        lines.append(replace(line, substitute=substitute))
    return replace(response, lines=tuple(lines))


def _advice(advice):
    advice = of_one_order(advice)
    lines = tuple(_despatched(line) for line in advice.lines)
    used = {line.package for line in lines if line.package}
    # "2" is inside of "1"; "3" has an SSCC by which it is known.
    packages = [Package("1", kind="PX")] if used & {"1", "2"} else []
    packages += [Package("2", parent="1")] if "2" in used else []
    packages += [Package("3", sscc="3")] if "3" in used else []
    return replace(advice, packages=tuple(packages), lines=lines)


def _despatched(line):
    unit = line.quantity.unit if line.quantity else None
    lots = [replace(lot, quantity=replace(lot.quantity, unit=unit)) for lot in line.lots]
    if line.quantity is None:
        lots = [replace(lot, quantity=None) for lot in lots]
    return replace(line, lots=tuple(lots))


def _invoice(invoice):
    invoice = of_one_order(invoice)
    lines = tuple(in_own_unit(line) for line in invoice.lines)
    due = invoice.due
    if due is not None:
        due = invoice.issued.replace(year=invoice.issued.year + due.year % 3, day=1)
    return replace(invoice, lines=lines, due=due)


def _cart(cart):
    buyer, seller = Party(ids=cart.buyer.ids[:1]), Party(ids=cart.seller.ids[:1])
    lines = tuple(map(in_own_unit, cart.lines))
    return replace(cart, buyer=buyer, seller=seller, lines=lines)


def _receipt(receipt):
    if receipt.status == "rejected":
        errors = receipt.errors or (ReceiptError("406", None, "No"),)
        return replace(receipt, note=None, errors=errors)
    return replace(receipt, errors=())


ADAPTERS = {
    Order: _order,
    OrderCancellation: _cancellation,
    OrderResponse: _response,
    DespatchAdvice: _advice,
    Invoice: _invoice,
    PunchOutCart: _cart,
    Receipt: _receipt,
}
DRAWING = Drawing(CARRIES, SPECIAL, DEMANDED, adapted)
__all__ = ["CARRIES", "documents"]
