"""Whose document it is: the buyer's and the seller's identity, numbers, and what was entered by hand."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..services.inbox import Inbox
from .common import HOSPITAL_GLN, RIVAL_GLN, ConnectorCase

SITE_GLN = "9506000130026"


@tagged("post_install", "-at_install")
class TestArrival(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 5)])

    def code_of(self, document):
        message = self.receive(document)
        return self.open_exceptions(message).code or message.state

    def addressed(self, *ids):
        return self.invoice_for(self.order, buyer=doc.Party(name="Somebody", ids=ids))

    def typed_bill(self, ref, **values):
        return self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "ref": ref,
                "invoice_date": "2026-12-02",
                "invoice_line_ids": [Command.create({"name": "Gloves", "price_unit": 50})],
                **values,
            }
        )

    # -- the buyer -----------------------------------------------------------------------------------

    def test_somebody_elses_invoice_is_not_booked(self):
        self.assertEqual(self.code_of(self.addressed(("0088", "9506000199999"))), "wrong_buyer")
        self.assertEqual(self.code_of(self.addressed(("0088", RIVAL_GLN))), "wrong_buyer")
        both = self.addressed(("0088", HOSPITAL_GLN), ("0088", RIVAL_GLN))
        self.assertEqual(self.code_of(both), "wrong_buyer")
        self.assertFalse(self.env["account.move"].search([("partner_id", "=", self.supplier.id)]))

    def test_a_care_site_is_us(self):
        site = self.env["res.partner"].create(
            {"name": "Clinic", "is_company": True, "global_location_number": SITE_GLN}
        )
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.company.id)])[:1]
        warehouse.partner_id = site
        self.assertEqual(self.code_of(self.addressed(("0088", SITE_GLN))), "processed")

    def test_a_contact_of_ours_is_us(self):
        self.env["res.partner"].create(
            {
                "name": "Accounting",
                "parent_id": self.company.partner_id.id,
                "global_location_number": SITE_GLN,
            }
        )
        self.assertEqual(self.code_of(self.addressed(("0088", SITE_GLN))), "processed")

    def test_a_buyer_by_name_only(self):
        self.assertEqual(self.code_of(self.addressed()), "processed")

    # -- the seller ----------------------------------------------------------------------------------

    def test_a_vat_number_is_found_however_it_is_written(self):
        seller = doc.Party(name="Supplier", ids=(("VAT", "BE0477472701"),))
        for written in ("BE 0477.472.701", "BE0477472701"):
            with self.subTest(written=written):
                self.supplier.with_context(no_vat_validation=True).vat = written
                self.assertEqual(
                    self.code_of(self.invoice_for(self.order, seller=seller)), "processed"
                )
        seller = doc.Party(name="Supplier", ids=(("VAT", "be 0477 472 701"),))
        self.assertEqual(self.code_of(self.invoice_for(self.order, seller=seller)), "processed")

    # -- the same bill twice -------------------------------------------------------------------------

    def test_a_bill_that_was_typed_stays_the_only_one(self):
        typed = self.typed_bill("inv 77/A")
        message = self.receive(self.invoice_for(self.order, number="INV-77-A"))
        exception = self.open_exceptions(message)
        self.assertEqual(exception.code, "already_entered")
        self.assertIn("INV-77-A", exception.summary)
        typed.button_cancel()
        exception.with_user(self.endpoint.owner_id).action_replay()
        Inbox(self.env).drain(30)
        message.invalidate_recordset()
        self.assertEqual(message.state, "processed")

    def test_another_bill_is_no_twin(self):
        self.typed_bill("INV-78", partner_id=self.rival.id)
        self.typed_bill("INV-78", move_type="in_refund")
        self.typed_bill("INV-7-8")
        self.typed_bill(False)
        self.assertEqual(self.code_of(self.invoice_for(self.order, number="INV-78")), "processed")

    def test_numbers_that_differ_in_their_separators(self):
        for number in ("2026-1-11", "2026-11-1"):
            document = self.invoice_for(self.order, number=number)
            self.assertEqual(self.code_of(document), "processed")

    # -- evidence ------------------------------------------------------------------------------------

    def test_evidence_is_not_written_by_hand(self):
        clerk = self._user("test_clerk", "account.group_account_invoice")
        message = self.receive(self.invoice_for(self.order, payee=doc.Payee(account="BE1")))
        bill = self.env["account.move"].browse(message.res_id).with_user(clerk)
        for name, value in (
            ("integration_payee_account", "BE2"),
            ("integration_message_id", False),
            ("business_ref", "X"),
        ):
            with self.subTest(name=name), self.assertRaises(AccessError):
                bill.write({name: value})
            with self.subTest(name=name), self.assertRaises(AccessError):
                bill.create({"move_type": "in_invoice", name: value})
            with self.subTest(name=name), self.assertRaises(AccessError):
                bill.with_context(**{f"default_{name}": value}).create({"move_type": "in_invoice"})
        bill.write({"narration": "Seen"})
        self.assertEqual(bill.integration_payee_account, "BE1")
