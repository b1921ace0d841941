"""Canonical documents drawn from the fields a format declares to carry.

The classes tell the types, the format tells the fields; what values must have in common is said here.
"""

import dataclasses
import types
import typing
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core import documents as canonical
from odoo.addons.healthcare_procurement_connector.core.documents import (
    Catalogue,
    CatalogueLine,
    Charge,
    Clarification,
    DespatchAdvice,
    DespatchLine,
    Envelope,
    Invoice,
    InvoiceResponse,
    Item,
    Lot,
    Order,
    OrderCancellation,
    OrderLine,
    OrderResponse,
    OrderResponseLine,
    Pack,
    Package,
    Party,
    Quantity,
    Receipt,
    Tax,
)

# White space around a text means nothing in XML, "NA" stands for a reference that is not known.
texts = (
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
        min_size=1,
        max_size=12,
    )
    .map(str.strip)
    .filter(lambda text: text and text != "NA")
)
decimals = st.decimals(-(10**9), 10**9, allow_nan=False, places=4) | st.sampled_from(
    [Decimal("0"), Decimal("1E+3"), Decimal("0.00"), Decimal("12.3400")]
)
amounts = st.decimals(0, 10**6, places=2)
quantities = st.builds(Quantity, decimals, st.none() | st.sampled_from(["C62", "XBX", "KGM"]))
schemes = st.sampled_from(["", "0088", "0192", "0007"])
endpoints = st.tuples(schemes, texts)
party_ids = st.tuples(
    st.lists(st.tuples(schemes, texts), max_size=3, unique=True),
    st.lists(st.tuples(st.just("VAT"), texts), max_size=1),
).map(lambda ids: (*ids[0], *ids[1]))
envelopes = st.builds(
    Envelope,
    syntax=st.just("ubl"),
    version=st.none() | st.just("2.1"),
    customization=st.none() | texts,
    profile=st.none() | texts,
    sender=st.none() | endpoints,
    receiver=st.none() | endpoints,
)
# Without a code nothing tells what kind a clarification is.
clarifications = st.builds(
    Clarification, kind=st.sampled_from(["reason", "action"]), code=texts, text=st.none() | texts
) | st.builds(Clarification, kind=st.just("reason"), code=st.none(), text=texts)

_LEAVES = {
    str: texts,
    Decimal: decimals,
    date: st.dates(),
    int: st.integers(0, 999),
    Quantity: quantities,
}
# Fields that are not merely of their type, or have to be there.
_SPECIAL = {
    (Charge, "kind"): st.sampled_from(["charge", "allowance"]),
    (Charge, "amount"): amounts,
    (Item, "name"): texts,
    (Party, "name"): texts,
    (Party, "ids"): party_ids,
    (OrderLine, "action"): st.none() | st.sampled_from(["add", "delete", "change", "keep"]),
    (OrderResponse, "status"): st.sampled_from(["received", "accepted", "rejected", "changed"]),
    (OrderCancellation, "note"): texts,
    (Order, "purpose"): st.none() | st.just("confirmation"),
    (Invoice, "kind"): st.sampled_from(["invoice", "credit_note"]),
    (Invoice, "total_tax"): decimals,
    (Invoice, "payable"): decimals,
    (Tax, "amount"): decimals,
    (DespatchLine, "number"): texts,
    (Catalogue, "action"): st.none() | st.sampled_from(["add", "replace", "update", "delete"]),
    (CatalogueLine, "action"): st.none() | st.sampled_from(["add", "update", "delete"]),
    (InvoiceResponse, "status"): st.sampled_from(
        ["received", "in_process", "under_query", "conditional", "rejected", "accepted", "paid"]
    ),
    (InvoiceResponse, "invoice_number"): texts,
    (Receipt, "control"): texts,
    (Receipt, "scope"): st.just("document"),
    (Receipt, "status"): st.just("received"),
}
_DEMANDED = {"issued", "buyer", "seller", "currency", "order_number", "amount"}


def documents(cls, carries):
    """Documents of ``cls`` with any of the fields in ``carries[cls]``."""
    drawn = _objects(cls, carries[cls])
    return drawn.flatmap(_ADAPTED[cls]) if cls in _ADAPTED else drawn


def _objects(cls, paths):
    if cls is OrderResponseLine:
        return _answers(paths)
    if cls is Envelope:
        return envelopes
    if cls is Clarification:
        return clarifications
    return st.builds(cls, **_fields(cls, paths))


def _fields(cls, paths):
    hints = typing.get_type_hints(cls, vars(canonical))
    below = {}
    for path in paths:
        name, _, rest = path.partition(".")
        below.setdefault(name, set()).update([rest] if rest else [])
    return {
        name: _SPECIAL[cls, name]
        if (cls, name) in _SPECIAL
        else _values(cls, name, hints[name], inner)
        for name, inner in below.items()
    }


def _values(cls, name, hint, paths):
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is tuple:
        least = 1 if name == "lines" and cls is not OrderResponse else 0
        return st.lists(_plain(arguments[0], paths), min_size=least, max_size=3).map(tuple)
    if isinstance(hint, types.UnionType):
        (hint,) = (each for each in arguments if each is not type(None))
        optional = name not in _DEMANDED and (cls, name) != (DespatchAdvice, "deliver_to")
        return st.none() | _plain(hint, paths) if optional else _plain(hint, paths)
    return _plain(hint, paths)


def _plain(hint, paths):
    if hint in _LEAVES:
        return _LEAVES[hint]
    objects = _objects(hint, paths or {field.name for field in dataclasses.fields(hint)})
    return objects.filter(lambda drawn: any(_values_of(drawn)))


def _values_of(drawn):
    return (getattr(drawn, field.name) is not None for field in dataclasses.fields(drawn))


# Order responses: what a line says depends on its status -----------------------------------------------------


@st.composite
def _answers(draw, paths):
    fields = _fields(OrderResponseLine, paths)
    status = draw(
        st.sampled_from(
            ["added", "changed", "accepted", "rejected", "delivered", "substituted", "backordered"]
        )
    )
    items = _plain(Item, {path.partition(".")[2] for path in paths if path.startswith("item.")})
    fields |= {"status": st.just(status), "item": items, "substitute": st.none()}
    if status == "substituted":
        fields["substitute"] = items
    if status == "backordered":
        fields["quantity"] = st.builds(Quantity, amounts.filter(bool), st.just("C62"))
    return draw(st.builds(OrderResponseLine, **fields))


# Despatch advices: lots and packages belong to the lines -----------------------------------------------------


@st.composite
def _packed(draw, advice):
    outer = draw(st.lists(texts, max_size=3, unique=True))
    packages = [draw(_package(f"out-{name}")) for name in outer]
    for parent in list(packages):
        for index in range(draw(st.integers(0, 3))):
            packages.append(draw(_package(f"in-{parent.id}-{index}", parent.id)))
    packages.sort(key=lambda each: (each.parent or each.id, each.parent is not None, each.id))
    inside = st.sampled_from([None, *(package.id for package in packages)])
    lines = tuple(
        dataclasses.replace(line, package=draw(inside), lots=draw(_lots(line.quantity)))
        for line in advice.lines
    )
    return dataclasses.replace(advice, packages=tuple(packages), lines=lines)


def _package(identifier, parent=None):
    return st.builds(
        Package,
        id=st.just(identifier),
        sscc=st.none() | st.just(identifier),
        parent=st.just(parent),
        kind=st.none() | st.sampled_from(["CT", "BX"]),
    )


def _lots(quantity):
    """One lot is the whole line; of several without serial numbers UBL does not tell the quantities."""
    one = st.builds(Lot, lot=texts, expiry=st.none() | st.dates(), quantity=st.just(quantity))
    several = st.lists(st.builds(Lot, lot=texts, expiry=st.dates()), min_size=2, max_size=3)
    return st.just(()) | one.map(lambda lot: (lot,)) | several.map(tuple)


# Catalogues: a currency goes with a price, a pack with the unit it is ordered in ----------------------------


@st.composite
def _priced(draw, catalogue):
    currencies = draw(st.sampled_from([("EUR",), ("EUR", "SEK")]))
    priced = [line for line in catalogue.lines if line.price]
    single = len(priced) < 2 or len(currencies) == 1
    lines = []
    for line in catalogue.lines:
        currency = None
        if line.price and not single:
            currency = currencies[priced.index(line) % 2]
        packs = st.builds(Pack, unit=st.just(line.unit), quantity=quantities)
        packs = (draw(packs),) if line.unit and draw(st.booleans()) else ()
        lines.append(dataclasses.replace(line, currency=currency, packs=packs))
    if len({line.currency for line in lines if line.price}) == 1:
        lines = [dataclasses.replace(line, currency=None) for line in lines]
        single = True
    currency = "EUR" if priced and single else None
    return dataclasses.replace(catalogue, currency=currency, lines=tuple(lines))


# Answers: the customization tells what they are; accepted with errors is a verdict of its own -----------------


def _identified(document, customization):
    envelope = dataclasses.replace(document.envelope, customization=customization)
    return dataclasses.replace(document, envelope=envelope)


def _answered(answer):
    return st.just(_identified(answer, "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"))


@st.composite
def _consistent(draw, receipt):
    verdicts = ["errors", "rejected", "received"] if receipt.errors else ["accepted", "rejected"]
    customizations = ["urn:fdc:peppol.eu:poacc:trns:mlr:3", "urn:peppol:edec:mls:1.0"]
    receipt = _identified(receipt, draw(st.sampled_from(customizations)))
    known = dataclasses.replace(receipt.envelope, sender=draw(endpoints), receiver=draw(endpoints))
    receipt = dataclasses.replace(receipt, envelope=known)
    return dataclasses.replace(receipt, status=draw(st.sampled_from(verdicts)))


_ADAPTED = {
    DespatchAdvice: _packed,
    Catalogue: _priced,
    InvoiceResponse: _answered,
    Receipt: _consistent,
}
