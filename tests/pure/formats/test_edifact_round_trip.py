"""What the EDIFACT format declares to carry is written and read again unchanged; the rest is refused."""

import dataclasses
from datetime import datetime

import pytest
from edi_strategies import (
    Drawing,
    catalogue_lines,
    codes,
    differences,
    gtins,
    notes,
    prices,
    texts,
)
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Catalogue,
    DespatchAdvice,
    DespatchLine,
    Envelope,
    Invoice,
    InvoiceLine,
    Item,
    Order,
    OrderLine,
    OrderResponse,
    OrderResponseLine,
    Payee,
    Price,
    Quantity,
    Receipt,
    ReceiptError,
    ReceiptLine,
    Tax,
    TaxRate,
)
from odoo.addons.healthcare_procurement_connector.formats import (
    FORMATS,
    detect,
    parse,
    render,
)

CARRIES = FORMATS["edifact"].carries
PREPARED = datetime(2026, 3, 2, 9, 30)
numbers = st.integers(1, 999_999).map(str)
purposes = st.none() | st.sampled_from(["original", "replace", "duplicate", "cancel"])
categories = st.none() | st.sampled_from(["S", "E", "AE"])
positives = st.decimals("0.01", 10**6, places=2)
envelopes = st.builds(
    Envelope,
    syntax=st.just("edifact"),
    version=st.sampled_from(["D.96A", "D.01B"]),
    customization=st.none() | st.just("EAN009"),
    sender=st.tuples(st.sampled_from(["", "0088", "0060", "ZZZ"]), texts),
    receiver=st.tuples(st.sampled_from(["", "0088", "0060", "31B"]), texts),
    control=codes,
    group=st.none() | codes,
    reference=codes,
    test=st.booleans(),
)
items = st.builds(
    Item,
    buyer_code=st.none() | texts,
    seller_code=st.none() | texts,
    manufacturer_code=st.none() | texts,
    gtin=st.none() | gtins,
    name=st.none() | notes,
)
errors = st.tuples(
    st.lists(st.builds(ReceiptError, code=st.sampled_from(["28", "29"])), max_size=1),
    st.lists(
        st.builds(
            ReceiptError,
            code=st.sampled_from(["12", "13"]),
            position=st.sampled_from(["3", "4/1", "4/2.1", "5"]),
        ),
        max_size=3,
    ),
).map(lambda told: (*told[0], *told[1]))


@st.composite
def contrl(draw):
    """A receipt of an interchange: its status is what its messages add up to."""
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        told = draw(errors)
        status = draw(st.sampled_from(["rejected", "errors" if told else "accepted"]))
        lines.append(
            ReceiptLine(draw(codes), status, draw(st.none() | st.just("ORDERS")), None, told)
        )
    if lines and draw(st.booleans()):
        lines[-1] = dataclasses.replace(lines[-1], group=draw(codes))
    own = tuple(ReceiptError("29") for _ in range(draw(st.integers(0, 1))))
    statuses = {line.status for line in lines}
    if "rejected" in statuses:
        status = "partial"
    else:
        status = "errors" if own or "errors" in statuses else "accepted"
    status = draw(st.sampled_from([status, "rejected", "received"]))
    return Receipt(
        number=draw(codes), status=status, scope="interchange", control=draw(codes),
        issued=PREPARED.date(), errors=own, lines=tuple(lines),
    )  # fmt: skip


DRAWING = Drawing(
    CARRIES,
    {
        "statuses": st.sampled_from(
            "accepted added changed substituted backordered rejected delivered".split()
        ),
        Price: prices,
        (Order, "purpose"): st.none() | st.sampled_from(["confirmation", "replace", "duplicate"]),
        (Order, "type_code"): st.none() | st.sampled_from(["105", "220", "221"]),
        (OrderLine, "number"): numbers,
        (OrderLine, "action"): st.none() | st.sampled_from(["add", "change", "delete", "keep"]),
        (OrderResponse, "status"): st.sampled_from("received accepted changed rejected".split()),
        (OrderResponse, "purpose"): purposes,
        (OrderResponseLine, "order_line"): st.none() | numbers,
        (OrderResponseLine, "quantity"): st.builds(Quantity, positives, st.just("C62")),
        (DespatchAdvice, "purpose"): purposes,
        (DespatchAdvice, "packages"): st.just(()),
        (DespatchLine, "number"): st.none() | numbers,
        (DespatchLine, "order_line"): st.none() | numbers,
        (DespatchLine, "lots"): st.just(()),
        (DespatchLine, "package"): st.none(),
        (DespatchLine, "outstanding"): st.none(),
        (Invoice, "purpose"): purposes,
        (Invoice, "kind"): st.sampled_from(["invoice", "credit_note"]),
        (InvoiceLine, "number"): numbers,
        (InvoiceLine, "order_line"): st.none() | numbers,
        (InvoiceLine, "despatch_line"): st.none() | numbers,
        (InvoiceLine, "tax_category"): categories,
        (TaxRate, "category"): categories,
        (Tax, "category"): categories,
        (Payee, "bank"): st.none() | codes,
        (Item, "name"): st.none() | notes,
        (Catalogue, "action"): st.none() | st.sampled_from(["add", "replace", "update", "delete"]),
        (Catalogue, "lines"): st.lists(
            catalogue_lines(items, st.none() | st.sampled_from(["add", "update", "delete"])),
            max_size=3,
        ).map(tuple),
        Receipt: contrl(),
    },
)


def check(cls, data):
    document = data.draw(DRAWING.documents(cls))
    document = dataclasses.replace(document, envelope=data.draw(envelopes))
    raw = render(document, "edifact", prepared=PREPARED)
    assert detect(raw) == "edifact"
    (again,) = parse(raw, strict=True)
    assert again.remarks == ()
    told = {"profile": again.envelope.profile}
    if cls is Receipt:
        # The number of a CONTRL is the one it travels under, and it is of no directory.
        told |= {"reference": document.number, "version": again.envelope.version}
    envelope = dataclasses.replace(document.envelope, **told)
    assert differences(again, dataclasses.replace(document, envelope=envelope)) == []
    assert render(again, "edifact", prepared=PREPARED) == raw


@pytest.mark.parametrize("cls", CARRIES, ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_what_is_carried_survives(cls, data):
    check(cls, data)
