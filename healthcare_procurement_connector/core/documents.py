"""Business documents in canonical form: what they say, in no syntax.

Every format (UBL, cXML, X12, …) reads into these and writes from these, so nothing above the formats knows a
syntax. All are frozen, slotted and hashable; collections are tuples; what is absent is ``None``.

Units of measure are UN/ECE Recommendation 20 codes (``C62``, ``XBX``), currencies ISO 4217, countries ISO 3166
alpha-2, party schemes ISO 6523 (``0088`` is a GLN) or ``VAT``, tax categories UNCL5305 (``S``, ``Z``, ``E``).
Amounts without a currency of their own are in the document's currency. Amounts, quantities and rates are
``Decimal``, exactly as written. ``purpose`` says what a document does to an earlier one of its number:
original, replace, duplicate (a copy of it), cancel; None where the syntax does not say.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Envelope:
    """How the document travelled: who sent it to whom in which syntax; ``test`` is None where not said.

    ``control`` is the number of the interchange, ``group`` that of the group in it, ``reference`` that of the
    document in its group: what a functional acknowledgement names.
    """

    syntax: str | None = None
    version: str | None = None
    customization: str | None = None
    profile: str | None = None
    sender: tuple[str, str] | None = None
    receiver: tuple[str, str] | None = None
    control: str | None = None
    group: str | None = None
    reference: str | None = None
    test: bool | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was read but not understood: a code, where it stood, what it was."""

    code: str
    position: str
    text: str


@dataclass(frozen=True, slots=True)
class Quantity:
    value: Decimal
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """``value`` is paid for ``per`` (None: for one of the line's unit)."""

    value: Decimal
    per: Quantity | None = None


@dataclass(frozen=True, slots=True)
class TaxRate:
    category: str | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """Money on top (``kind`` "charge") or off (``kind`` "allowance"); ``amount`` is never negative for the kind."""

    kind: str
    amount: Decimal
    code: str | None = None
    reason: str | None = None
    tax: TaxRate | None = None


@dataclass(frozen=True, slots=True)
class Tax:
    """One line of an invoice's tax breakdown."""

    amount: Decimal
    base: Decimal | None = None
    category: str | None = None
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Period:
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    street: str | None = None
    street2: str | None = None
    city: str | None = None
    zip: str | None = None
    region: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """``ids`` are (scheme, value) pairs, the most specific first: a place, then the company, its VAT number last.

    The scheme is "" where none was given.
    """

    name: str | None = None
    ids: tuple[tuple[str, str], ...] = ()
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Payee:
    """Where a supplier asks to be paid: compared with what we know, never imported."""

    account: str | None = None
    bank: str | None = None
    name: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    buyer_code: str | None = None
    seller_code: str | None = None
    manufacturer_code: str | None = None
    gtin: str | None = None
    udi: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """``action`` says what a change does to the line: add, change, delete, keep; None on a new order."""

    number: str
    item: Item
    quantity: Quantity
    price: Price | None = None
    action: str | None = None
    charges: tuple[Charge, ...] = ()
    amount: Decimal | None = None
    requested_delivery: Period | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What every document has. ``remarks`` tell of the reading, so they do not count in comparisons.

    Those that suppliers send have a ``purpose`` where the syntax says one (X12 BAK01, BSN01, BIG08; EDIFACT BGM
    1225; the operation of cXML): None or "original", "replace" (the earlier one of this number), "duplicate" (a
    copy of it), "cancel" (it is taken back).
    """

    number: str
    envelope: Envelope = Envelope()
    remarks: tuple[Remark, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Document):
    """A purchase order. ``type_code`` is UNCL1001 (105, 220 order, 221 blanket, 226 call-off, 227 consignment).

    ``purpose`` "confirmation": it was placed another way already, and must not be delivered again.
    """

    revision: int = 0
    issued: date | None = None
    type_code: str | None = None
    currency: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    deliver_to: Party | None = None
    requested_delivery: Period | None = None
    contract: str | None = None
    note: str | None = None
    purpose: str | None = None
    charges: tuple[Charge, ...] = ()
    lines: tuple[OrderLine, ...] = ()
    total: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange(Order):
    """The order ``order_number`` as it shall be from ``revision`` on; ``number`` is the change's own."""

    order_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancellation(Order):
    """The order ``order_number`` shall not be delivered; ``note`` says why."""

    order_number: str | None = None


@dataclass(frozen=True, slots=True)
class OrderResponseLine:
    """One answer to one order line; several may answer the same line (split, backorder, substitute).

    ``status``: accepted, changed, pending, substituted, backordered, on_hold, rejected, added, delivered.
    """

    order_line: str | None
    status: str
    item: Item | None = None
    substitute: Item | None = None
    quantity: Quantity | None = None
    price: Price | None = None
    promised: Period | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResponse(Document):
    """``status``: received (a further answer follows), accepted, changed, rejected.

    ``change_number`` is the change or cancellation of the order that is answered; None where none is named.
    ``purpose``: see ``Document``.
    """

    status: str
    issued: date | None = None
    order_number: str | None = None
    change_number: str | None = None
    currency: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    promised: Period | None = None
    note: str | None = None
    purpose: str | None = None
    lines: tuple[OrderResponseLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    lot: str | None = None
    expiry: date | None = None
    serial: str | None = None
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Package:
    """``id`` is unique in the document, ``parent`` the id of the package it is in."""

    id: str
    sscc: str | None = None
    parent: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class DespatchLine:
    """``outstanding`` will still come (0: short for good; None: not said); ``package`` is a Package.id."""

    number: str | None
    item: Item
    quantity: Quantity | None
    order_number: str | None = None
    order_line: str | None = None
    outstanding: Quantity | None = None
    lots: tuple[Lot, ...] = ()
    package: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DespatchAdvice(Document):
    """``purpose``: see ``Document``."""

    issued: date | None = None
    buyer: Party | None = None
    seller: Party | None = None
    deliver_to: Party | None = None
    order_number: str | None = None
    shipped: date | None = None
    expected: Period | None = None
    carrier: str | None = None
    tracking: str | None = None
    purpose: str | None = None
    packages: tuple[Package, ...] = ()
    lines: tuple[DespatchLine, ...] = ()


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """``amount`` is net of the line's charges and without tax; negative quantities give money back."""

    number: str
    item: Item
    quantity: Quantity
    price: Price | None = None
    amount: Decimal | None = None
    order_number: str | None = None
    order_line: str | None = None
    despatch_line: str | None = None
    charges: tuple[Charge, ...] = ()
    tax_category: str | None = None
    tax_rate: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(Document):
    """``kind``: invoice or credit_note, both with positive amounts; ``corrects`` is the invoice credited.

    An invoice with negative totals stays what its sender called it. ``purpose``: see ``Document``.
    """

    kind: str
    issued: date | None = None
    due: date | None = None
    order_number: str | None = None
    despatch_number: str | None = None
    contract: str | None = None
    corrects: str | None = None
    currency: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    payee: Payee | None = None
    note: str | None = None
    purpose: str | None = None
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()
    lines: tuple[InvoiceLine, ...] = ()
    total_excl: Decimal | None = None
    total_tax: Decimal | None = None
    total_incl: Decimal | None = None
    prepaid: Decimal | None = None
    rounding: Decimal | None = None
    payable: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Clarification:
    """Why an invoice was answered so (``kind`` "reason"), or what its sender shall do now ("action").

    Codes are those of the lists OPStatusReason and OPStatusAction.
    """

    kind: str
    code: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceResponse(Document):
    """What the buyer does with the invoice ``invoice_number``.

    ``status``: received, in_process, under_query, conditional, accepted, rejected, paid.
    """

    status: str
    issued: date | None = None
    effective: date | None = None
    invoice_number: str | None = None
    invoice_issued: date | None = None
    buyer: Party | None = None
    seller: Party | None = None
    note: str | None = None
    clarifications: tuple[Clarification, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """One ``unit`` of the item holds ``quantity``: a case (XCS) 12 boxes (XBX). ``gtin`` is the pack's own."""

    unit: str
    quantity: Quantity | None = None
    gtin: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogueLine:
    """``action``: add, update, delete; None where the catalogue's own says it. ``unit`` is what can be ordered."""

    item: Item
    action: str | None = None
    price: Price | None = None
    currency: str | None = None
    unit: str | None = None
    packs: tuple[Pack, ...] = ()
    minimum: Quantity | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue(Document):
    """Items and prices of a seller. ``action``: add, replace (all of an earlier one), update, delete."""

    issued: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    action: str | None = None
    currency: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    contract: str | None = None
    lines: tuple[CatalogueLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptError:
    """What a reader objects to: its own code, where in the document, in words."""

    code: str | None = None
    position: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What became of one document of an interchange: ``control`` is the number it travelled under.

    ``type`` is the document's name in its syntax (850, ORDERS), ``group`` the control number of its group.
    """

    control: str | None
    status: str
    type: str | None = None
    group: str | None = None
    errors: tuple[ReceiptError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Document):
    """A functional acknowledgement: what a reader says of what reached it, before any business answer.

    ``scope`` tells what ``control`` names: an interchange (CONTRL), a group (997), a document (MLR, APERAK; its
    own number). ``type`` is the group's or the document's in its syntax (PO, 850). ``status``: received (no
    verdict yet), accepted, errors (accepted with errors), partial (some documents rejected), rejected.
    """

    status: str
    scope: str
    control: str | None
    issued: date | None = None
    type: str | None = None
    note: str | None = None
    errors: tuple[ReceiptError, ...] = ()
    lines: tuple[ReceiptLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchOutRequest(Document):
    """Ask for a seat in a supplier's shop; ``number`` is the buyer's cookie that comes back with the cart.

    ``operation``: create, edit, inspect. ``return_url`` is where the cart is sent to.
    """

    operation: str
    issued: date | None = None
    return_url: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    deliver_to: Party | None = None
    user: str | None = None
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchOutStart(Document):
    """Where the browser goes to shop: the answer to a PunchOutRequest; ``number`` is that of its message."""

    url: str
    issued: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PunchOutCart(Document):
    """What was put into the cart of the supplier's shop; ``number`` is the buyer's cookie.

    A cart may be changed later if ``editable``; an empty one takes back what an earlier one held.
    """

    issued: date | None = None
    editable: bool | None = None
    currency: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    deliver_to: Party | None = None
    lines: tuple[OrderLine, ...] = ()
    charges: tuple[Charge, ...] = ()
    total: Decimal | None = None
