"""What the X12 format declares to carry is written and read again unchanged; the rest is refused."""

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
)
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Catalogue,
    DespatchAdvice,
    DespatchLine,
    Envelope,
    Invoice,
    Item,
    Order,
    OrderCancellation,
    OrderChange,
    OrderLine,
    OrderResponse,
    Price,
    Receipt,
    ReceiptError,
    ReceiptLine,
)
from odoo.addons.healthcare_procurement_connector.formats import (
    FORMATS,
    detect,
    parse,
    render,
)

CARRIES = FORMATS["x12"].carries
PREPARED = datetime(2026, 3, 2, 9, 30)
short = st.text("abcü Zx&-", min_size=1, max_size=20).map(str.strip).filter(bool)
purposes = st.none() | st.sampled_from(["original", "replace", "duplicate", "cancel"])
order_types = st.none() | st.sampled_from(["105", "220", "221", "226", "227"])
envelopes = st.builds(
    Envelope,
    syntax=st.just("x12"),
    version=st.sampled_from(["004010", "005010"]),
    sender=st.tuples(st.sampled_from(["0060", "ZZ", "12"]), codes),
    receiver=st.tuples(st.sampled_from(["0060", "ZZ", "14"]), codes),
    control=st.integers(1, 10**9 - 1).map(lambda number: f"{number:09}"),
    group=st.integers(1, 10**9 - 1).map(str),
    reference=st.integers(1, 10**9 - 1).map("{:04}".format),
    test=st.booleans(),
)
element_errors = st.builds(
    ReceiptError,
    code=st.sampled_from(["1", "7", "8"]),
    position=st.tuples(st.integers(2, 99), st.sampled_from(["PO1", "N1"]), st.integers(1, 20)).map(
        lambda at: f"{at[0]} {at[1]}/{at[2]}"
    ),
    text=st.none() | codes,
)
line_errors = st.tuples(
    st.lists(st.builds(ReceiptError, code=st.sampled_from(["4", "5"])), max_size=3),
    st.lists(
        element_errors | st.builds(ReceiptError, code=st.just("8"), position=st.just("7 LIN")),
        max_size=4,
    ),
).map(lambda errors: (*errors[0], *errors[1]))
items = st.builds(
    Item,
    buyer_code=st.none() | short,
    seller_code=st.none() | short,
    manufacturer_code=st.none() | short,
    gtin=st.none() | gtins,
    name=st.none() | notes,
)
item_paths = {"buyer_code", "seller_code", "manufacturer_code", "gtin", "name"}
quarters = st.decimals(0, 10**7, places=2)

DRAWING = Drawing(
    CARRIES,
    {
        "statuses": st.sampled_from(
            "accepted changed pending substituted backordered on_hold rejected".split()
        ),
        Price: prices,
        (Order, "number"): codes,
        (Order, "purpose"): st.none() | st.sampled_from(["confirmation", "replace", "duplicate"]),
        (Order, "type_code"): order_types,
        (OrderChange, "number"): codes,
        (OrderChange, "type_code"): order_types,
        (OrderCancellation, "number"): codes,
        (OrderCancellation, "type_code"): order_types,
        (OrderResponse, "status"): st.sampled_from("received accepted changed rejected".split()),
        (OrderLine, "action"): st.sampled_from(["add", "change", "delete", "keep"]),
        (OrderResponse, "purpose"): purposes,
        (DespatchAdvice, "purpose"): purposes,
        (DespatchAdvice, "packages"): st.just(()),
        (DespatchLine, "lots"): st.just(()),
        (DespatchLine, "package"): st.none(),
        (DespatchLine, "outstanding"): st.none(),
        (Invoice, "purpose"): purposes,
        (Invoice, "kind"): st.sampled_from(["invoice", "credit_note"]),
        (Invoice, "payable"): quarters,
        (Item, "name"): st.none() | notes,
        (Catalogue, "action"): st.none() | st.sampled_from(["add", "replace", "update", "delete"]),
        (Catalogue, "lines"): st.lists(
            catalogue_lines(
                items.filter(lambda item: item != Item()),
                st.none() | st.sampled_from(["add", "update", "delete"]),
            ),
            max_size=3,
        ).map(tuple),
        (Receipt, "number"): st.from_regex(r"[A-Z0-9]{4,9}", fullmatch=True),
        (Receipt, "scope"): st.just("group"),
        (Receipt, "status"): st.sampled_from("accepted errors partial rejected".split()),
        (Receipt, "type"): st.sampled_from(["PO", "IN"]),
        (Receipt, "control"): st.integers(1, 10**9 - 1).map(str),
        (ReceiptLine, "status"): st.sampled_from("accepted errors rejected".split()),
        (ReceiptLine, "type"): st.sampled_from(["850", "810"]),
        (ReceiptLine, "control"): codes,
        (ReceiptLine, "errors"): line_errors,
    },
)


def check(cls, data):
    document = data.draw(DRAWING.documents(cls))
    document = dataclasses.replace(document, envelope=data.draw(envelopes))
    raw = render(document, "x12", prepared=PREPARED)
    assert detect(raw) == "x12"
    (again,) = parse(raw, strict=True)
    assert again.remarks == ()
    envelope = dataclasses.replace(document.envelope, profile=again.envelope.profile)
    if cls is Receipt:
        # The number of a receipt is the one it travels under, its date that of the group.
        envelope = dataclasses.replace(envelope, reference=document.number)
        document = dataclasses.replace(document, issued=PREPARED.date())
    assert differences(again, dataclasses.replace(document, envelope=envelope)) == []
    assert render(again, "x12", prepared=PREPARED) == raw


@pytest.mark.parametrize("cls", CARRIES, ids=lambda cls: cls.__name__)
@given(data=st.data())
def test_what_is_carried_survives(cls, data):
    check(cls, data)
