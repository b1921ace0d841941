"""The document beside the worksheet: what the supplier wrote, in any format, and never more than text."""

import base64
from dataclasses import replace
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.healthcare_procurement_connector.core import documents as doc
from odoo.addons.healthcare_procurement_connector.tests.test_receipts import FormatCase

from ..services.beside import _as_read
from .common import put_into_force

HOSTILE = """</div><script>alert(1)</script> <img src=x onerror="alert(2)"> {{ 7 * 7 }}"""
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF"
)


@tagged("post_install", "-at_install")
class TestOriginal(FormatCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        put_into_force(
            cls.env["purchase.match.policy"].create(
                {"name": "All suppliers", "company_id": cls.company.id, "mode": "observe"}
            )
        )

    def _billed(self, raw):
        message = self.receive(raw)
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["account.move"].browse(message.res_id)

    def _paper(self, bill):
        return bill.match_id.beside()["document"]

    def test_every_format_as_its_sender_wrote_it(self):
        for number, syntax in enumerate(("ubl", "cxml", "x12", "edifact", "json", "csv"), 1):
            with self.subTest(syntax):
                self.speak(syntax)
                order, _sent = self.sent_order([(self.gloves, 10, 5), (self.syringes, 4, 2)])
                invoice = self.invoice_for(order)
                paper = self._paper(self._billed(self.theirs(invoice, control=str(number))))
                self.assertEqual(
                    (paper["kind"], paper["name"], paper["order"], paper["credit"]),
                    ("original", invoice.number, order.name, False),
                )
                self.assertEqual(
                    [(row["quantity"], row["price"], row["amount"]) for row in paper["lines"]],
                    [("10", "5", "50"), ("4", "2", "8")],
                )
                self.assertIn("58.00", paper["payable"])

    def test_what_a_stranger_wrote_is_text(self):
        self.speak("ubl")
        order, _sent = self.sent_order()
        invoice = self.invoice_for(order)
        lines = tuple(
            replace(line, item=replace(line.item, name=HOSTILE)) for line in invoice.lines
        )
        bill = self._billed(self.theirs(replace(invoice, note=HOSTILE, lines=lines)))
        paper = self._paper(bill)
        for text in (paper["note"], paper["lines"][0]["name"]):
            # The browser shows a plain string as it stands; markup is what Odoo marks as such.
            self.assertIs(type(text), str)
            self.assertEqual(text, HOSTILE)

    def test_a_file_on_the_bill_is_shown_before_the_data(self):
        self.speak("ubl")
        order, _sent = self.sent_order()
        bill = self._billed(self.theirs(self.invoice_for(order)))
        file = self.env["ir.attachment"].create(
            {"name": "bill.pdf", "raw": PDF, "res_model": bill._name, "res_id": bill.id}
        )
        paper = self._paper(bill)
        self.assertEqual((paper["kind"], paper["url"]), ("pdf", f"/web/content/{file.id}"))

    def test_without_its_bytes_the_bill_is_there_all_the_same(self):
        self.speak("ubl")
        order, _sent = self.sent_order()
        bill = self._billed(self.theirs(self.invoice_for(order)))
        payload = bill.integration_message_id.payload_ids
        payload.content = base64.b64encode(b"<Invoice")
        self.assertFalse(self._paper(bill))
        payload.unlink()
        self.assertFalse(self._paper(bill))

    def test_what_makes_the_sums_add_up_is_shown(self):
        line = doc.InvoiceLine(
            number="1",
            item=doc.Item(seller_code="MS-1"),
            quantity=doc.Quantity(Decimal(200), "C62"),
            price=doc.Price(Decimal("8.40"), doc.Quantity(Decimal(100), "C62")),
            charges=(doc.Charge("allowance", Decimal("0.80"), reason="Rebate"),),
            amount=Decimal(16),
        )
        note = doc.Invoice(
            number="C-1",
            kind="credit_note",
            currency="XTS",
            charges=(doc.Charge("charge", Decimal(5), code="FC"),),
            lines=(line,),
            prepaid=Decimal(1),
            total_incl=Decimal(21),
        )
        paper = _as_read(self.env, note)
        (row,) = paper["lines"]
        self.assertEqual((row["price"], row["per"], paper["credit"]), ("8.4", "per 100 C62", True))
        self.assertEqual(row["charges"], [{"name": "Rebate", "amount": "-0.8 XTS"}])
        self.assertEqual(paper["charges"], [{"name": "FC", "amount": "5 XTS"}])
        self.assertEqual((paper["prepaid"], paper["payable"]), ("1 XTS", "21 XTS"))
        paper = _as_read(self.env, replace(note, currency="JPY"))
        self.assertRegex(paper["payable"], r"^¥\W?21$|^21\W?¥$")
