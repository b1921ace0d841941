"""Other people's documents, applied: the hospital has ordered what each of them is about."""

import os
import re
from pathlib import Path

from odoo.fields import Command
from odoo.tests import tagged

from ..formats import acknowledge, parse
from .test_receipts import FormatCase

ROOT = Path(
    os.environ.get("HEALTHCARE_CORPUS", Path(__file__).resolve().parents[2] / "../shared/corpus")
)
X12, EDIFACT, CXML = "x12", "edifact", "cxml"
# What is known of each that its own reading here could not tell: none of our code was asked.
APPLIED = (
    (X12, "x12/edifabric/PurchaseOrdersAcknowledgement.txt", "1234567", 3),
    (X12, "x12/edinet/x12.810a.edi", "DO091003", 2),
    (EDIFACT, "edifact/en16931/EDIFACT_EXAMPLE4.TXT", "123", 3),
)


@tagged("post_install", "-at_install")
class TestCorpusFlows(FormatCase):
    def setUp(self):
        super().setUp()
        if not ROOT.is_dir():
            self.skipTest(f"no corpus at {ROOT}")
        self.env["account.tax"].create(
            [
                {
                    "name": f"{rate} % of others",
                    "amount": rate,
                    "type_tax_use": "purchase",
                    "company_id": self.company.id,
                }
                for rate in (12, 25)
            ]
        )

    def ordered(self, document):
        """The order that the document is about, of the supplier that it names, with its lines and units."""
        self.company.partner_id.write(self.ids_of(document.buyer))
        self.supplier.write(self.ids_of(document.seller))
        self.env.ref("base.DKK").active = True
        self.endpoint.environment = "test" if document.envelope.test else "live"
        lines = {}
        for place, line in enumerate(document.lines, 1):
            lines.setdefault(line.order_line or str(place), line)
        order = self.draft_order([])
        order.name = document.order_number or next(
            line.order_number for line in document.lines if line.order_number
        )
        order.order_line = [
            Command.create(
                self._order_line(
                    self.product_of(line.item),
                    line.quantity.value if line.quantity else 1,
                    self.price(line),
                )
            )
            for line in lines.values()
        ]
        order.button_confirm()
        for number, line in zip(lines, order.order_line, strict=True):
            digits = re.sub(r"\D", "", number).lstrip("0")
            line.integration_line_number = int(digits or 0)
        return order

    def ids_of(self, party):
        found = dict(party.ids) if party else {}
        return {"global_location_number": found["0088"]} if "0088" in found else {}

    def price(self, line):
        return line.price.value if line.price else 1

    def product_of(self, item):
        known = self.env["product.product"].search(
            [("default_code", "=", item.seller_code or item.buyer_code or item.gtin)], limit=1
        )
        return known or self.env["product.product"].create(
            {
                "name": item.name or "Item",
                "default_code": item.seller_code or item.buyer_code or item.gtin,
                "barcode": item.gtin,
                "type": "consu",
                "seller_ids": [
                    Command.create(
                        {"partner_id": self.supplier.id, "product_code": item.seller_code}
                    )
                ],
            }
        )

    def test_documents_of_others_have_their_effect(self):
        for syntax, path, number, lines in APPLIED:
            with self.subTest(path):
                raw = (ROOT / path).read_bytes()
                (document,) = parse(raw)
                self.speak(syntax)
                order = self.ordered(document)
                self.assertEqual((order.name, len(document.lines)), (number, lines))
                message = self.receive(raw)
                self.assertEqual(message.state, "processed", message.last_error)
                self.assertEqual(message.business_ref, order.business_ref)
                self.assertEqual(len(self.answers_to(message)), len(acknowledge(raw, "1")))

    def test_none_of_them_trips_our_code(self):
        """Each is applied, waits, or is parked with a reason; each interchange that can be taken apart is acknowledged."""
        reasons = set()
        for syntax in (X12, EDIFACT, CXML):
            self.speak(syntax)
            for path in sorted((ROOT / syntax).rglob("*")):
                if path.suffix.lower() not in (".edi", ".txt", ".xml", ".edifact", ".x12"):
                    continue
                raw = path.read_bytes()
                if not raw or len(raw) > 200_000:
                    continue
                message = self.receive(raw, external_id=f"corpus-{next(self.numbers)}")
                for each in message | message.child_ids:
                    self.assertIn(
                        each.state,
                        ("processed", "parked", "waiting", "duplicate"),
                        f"{path}: {each.last_error}",
                    )
                    self.assertNotEqual(
                        each.error_code, "processing_failed", f"{path}: {each.last_error}"
                    )
                    reasons.add(each.error_code)
            self.drain_outbound()
        self.assertIn("unexpected_document", reasons)
        answers = self.env["integration.message"].search(
            [("document_type", "=", "receipt"), ("direction", "=", "out")]
        )
        self.assertLessEqual(set(answers.mapped("state")), {"sent", "held"})
        # Held are those whose interchange has a number that no acknowledgement has room for.
        held = answers.filtered(lambda answer: answer.state == "held")
        self.assertLess(len(held) * 10, len(answers), held.mapped("last_error"))
