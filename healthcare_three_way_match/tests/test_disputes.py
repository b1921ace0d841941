"""A dispute is told to the supplier: by its connection, by mail, or by a person; the credit note ends it."""

from odoo import Command
from odoo.tests import tagged

from odoo.addons.healthcare_procurement_connector.core.documents import InvoiceResponse
from odoo.addons.healthcare_procurement_connector.formats import parse
from odoo.addons.healthcare_procurement_connector.tests.common import ConnectorCase

from ..services.release import Decisions
from .common import MatchCommon, put_into_force


@tagged("post_install", "-at_install")
class TestDisputeByMail(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0), (self.syringes, 10, 1.0))
        self._receive(self.order, 8, 10)
        self.bill = self._bill(self.order, (10, 4.0), (10, 2.0))

    def _dispute(self, reason="I told Bob on the phone"):
        holds = self._match(self.bill).hold_ids.with_user(self.approver)
        self._decide(holds, "dispute", reason)

    def _mails(self):
        return self.env["mail.mail"].search([("res_id", "=", self.bill.id)])

    def _mail_server(self):
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "mail.example"})

    def test_without_a_mail_server_a_person_is_asked(self):
        self.supplier.email = "bills@mediline.example"
        self.env["ir.mail_server"].search([]).active = False
        self._dispute()
        self.assertFalse(self._mails())
        self.assertEqual(self.bill.activity_ids.user_id, self.approver)

    def test_a_supplier_with_an_address_gets_one_mail(self):
        self.supplier.email = "bills@mediline.example"
        self._mail_server()
        self._dispute()
        mail = self._mails()
        self.assertEqual(mail.recipient_ids, self.supplier)
        self.assertIn(self.bill.ref, mail.subject)
        self.assertIn("received 8", mail.body_html)
        self.assertIn("ordered at 1.00", mail.body_html)
        self.assertNotIn("Bob", mail.body_html, "what people type stays in the house")
        self.assertNotIn("undefined", mail.body_html)

    def test_without_one_a_person_is_asked(self):
        self._dispute()
        self.assertFalse(self._mails())
        activity = self.bill.activity_ids
        self.assertEqual(activity.user_id, self.approver)
        self.assertIn("received 8", activity.note)

    def test_who_may_not_open_bills_lets_finance_tell(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 8).user_id = self.receiver
        bill = self._bill(order, (10, 4.0))
        self._decide(self._hold(bill, "QTY_REC", self.receiver), "dispute", "two were broken")
        self.assertEqual(bill.activity_ids.user_id, self.approver, "the finance contact")

    def test_a_doubt_about_the_payee_is_not_told(self):
        """Whoever sent a forged account reads the answer."""
        self.supplier.email = "bills@mediline.example"
        self._mail_server()
        self._receive(self.order, 2, 0)
        bill = self._bill(
            self.order, (0, 4.0), (0, 1.0), integration_payee_account="BE71096123456769"
        )
        hold = self._hold(bill, "BANK", self.approver)
        self._decide(hold, "dispute", "calling them")
        self.assertEqual(hold.state, "disputed")
        self.assertFalse(self.env["mail.mail"].search([("res_id", "=", bill.id)]))
        self.assertFalse(bill.activity_ids)

    def test_the_way_is_on_record(self):
        self._dispute()
        entry = self.env["integration.audit"].search(
            [("action", "=", "dispute.told"), ("res_id", "=", self.bill.id)]
        )
        self.assertEqual(entry.detail["way"], "person")

    def test_the_rest_is_paid_and_the_credit_note_ends_it(self):
        self._dispute()
        self.bill.action_post()
        self.assertEqual(self._match(self.bill).withheld, 18.0)
        self._pay(self.bill, 42.0)
        with self.refused("three-way match"):
            self._pay(self.bill, 0.01)
        self._credit_note(self.bill, (2, 4.0), (10, 1.0))
        self.assertEqual(self._match(self.bill).withheld, 0.0)
        self.assertEqual(set(self._match(self.bill).hold_ids.mapped("state")), {"auto_released"})


@tagged("post_install", "-at_install")
class TestDisputeByMessage(ConnectorCase):
    """Over the supplier's connection, as an invoice response that it can read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        put_into_force(
            cls.env["purchase.match.policy"].create(
                {"name": "All", "company_id": cls.company.id, "mode": "enforce"}
            )
        )
        cls.endpoint.route_ids = [
            Command.create(
                {
                    "document_type": "invoice_response",
                    "direction": "out",
                    "date_from": "2020-01-01",
                }
            )
        ]
        cls.approver = cls._user(
            "dispute_approver", "healthcare_three_way_match.group_match_approver"
        )

    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 8.4, self.box)])
        self.drain_outbound()
        move = self.order.picking_ids.move_ids
        move.quantity = move.product_uom_qty
        self.order.picking_ids.with_context(skip_backorder=True).button_validate()
        message = self.receive(self.invoice_for(self.order, prices={1: "9.40"}, number="I-9"))
        self.bill = self.env["account.move"].browse(message.res_id)
        holds = self.bill.match_hold_ids.with_user(self.approver)
        Decisions(holds.env).dispute(holds, "ask Bob")
        self.message = self.env["integration.message"].search(
            [("document_type", "=", "invoice_response")]
        )

    def test_it_waits_with_the_decision(self):
        self.assertEqual((self.message.state, self.message.number), ("queued", "I-9"))
        self.assertEqual(
            (self.message.res_model, self.message.res_id), ("account.move", self.bill.id)
        )
        self.assertFalse(self.bill.activity_ids)

    def test_the_supplier_reads_what_is_disputed(self):
        self.drain_outbound()
        self.assertEqual(self.message.state, "sent", self.message.last_error)
        raw = self.message.payload_ids._raw()
        (answer,) = parse(raw)
        self.assertIsInstance(answer, InvoiceResponse)
        self.assertEqual((answer.status, answer.invoice_number), ("under_query", "I-9"))
        reason, action = answer.clarifications
        self.assertEqual((reason.kind, reason.code), ("reason", "PRI"))
        self.assertIn("ordered at 8.40", reason.text)
        self.assertEqual((action.kind, action.code), ("action", "CNP"))
        self.assertNotIn(b"Bob", raw)

    def test_a_bill_that_was_deleted_meanwhile(self):
        self.bill.sudo().unlink()
        self.drain_outbound()
        self.assertEqual(self.message.state, "held")
        self.assertEqual(self.open_exceptions(self.message).code, "cannot_prepare")
