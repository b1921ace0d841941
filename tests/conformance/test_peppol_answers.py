"""Catalogues, answers to invoices and message level responses that we write keep the rules of Peppol BIS 3."""

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Catalogue,
    CatalogueLine,
    Clarification,
    Envelope,
    InvoiceResponse,
    Item,
    Pack,
    Price,
    Quantity,
    Receipt,
    ReceiptError,
)

from tests.simulator.samples import BUYER, SELLER, TODAY


def brief(party):
    """As Peppol lets an answer to an invoice name a party: no address."""
    return dataclasses.replace(party, address=None)


GLOVES = Item(seller_code="S-1", manufacturer_code="M-1", gtin="07311104114566", name="Gloves")
BOX = Quantity(Decimal(1), "XBX")
CATALOGUES = {
    "everything": CatalogueLine(
        GLOVES,
        "add",
        Price(Decimal("4.25"), BOX),
        unit="XBX",
        packs=(Pack("XBX", Quantity(Decimal(100), "C62")),),
        minimum=BOX,
        valid_from=date(2026, 3, 1),
        valid_to=date(2026, 6, 30),
    ),
    "withdrawn": CatalogueLine(GLOVES, "delete"),
    "little": CatalogueLine(Item(seller_code="S-1", name="Gloves"), price=Price(Decimal(0))),
}


@pytest.mark.parametrize("action", [None, "add", "replace", "update", "delete"])
@pytest.mark.parametrize("case", CATALOGUES)
def test_catalogues(case, action, check):
    line = CATALOGUES[case]
    check(
        Catalogue(
            number="C1",
            issued=TODAY,
            valid_from=date(2026, 3, 1),
            valid_to=date(2026, 12, 31),
            action=action,
            currency="EUR" if line.price else None,
            buyer=BUYER,
            seller=SELLER,
            contract="K-2026",
            lines=(line,),
        )
    )


@pytest.mark.parametrize(
    "status, clarifications",
    [
        ("received", ()),
        ("in_process", ()),
        ("accepted", ()),
        ("paid", (Clarification("reason", "PPD", "Half of it"),)),
        ("rejected", (Clarification("reason", "UNR", "Came before"),)),
        (
            "under_query",
            (Clarification("reason", "REF"), Clarification("action", "PIN", "Which order?")),
        ),
        ("conditional", (Clarification("reason", "PRI", "4.25, not 4.50"),)),
    ],
)
def test_answers_to_invoices(status, clarifications, check):
    check(
        InvoiceResponse(
            number="A1",
            status=status,
            issued=TODAY,
            effective=TODAY,
            invoice_number="I1",
            invoice_issued=TODAY,
            buyer=brief(BUYER),
            seller=brief(SELLER),
            note="Thank you",
            clarifications=clarifications,
        )
    )


@pytest.mark.parametrize(
    "status, errors",
    [
        ("received", ()),
        ("accepted", ()),
        ("errors", (ReceiptError("BW", None, "No buyer reference"),)),
        ("rejected", (ReceiptError("BV", "/Invoice/cbc:ID", "The number is missing"),)),
    ],
)
def test_message_level_responses(status, errors, check):
    receipt = Receipt(
        number="M1",
        status=status,
        scope="document",
        control="I1",
        issued=TODAY,
        type="380",
        note="See below",
        errors=errors,
        envelope=Envelope(sender=BUYER.ids[0], receiver=SELLER.ids[0]),
    )
    check(receipt)
