"""Bills that came over a connection: compared as a batch, posted when clean, never lost."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account.models.account_move import AccountMove
from odoo.addons.healthcare_procurement_connector.core.documents import Payee
from odoo.addons.healthcare_procurement_connector.tests.common import ConnectorCase

from ..services.autopost import due
from ..services.release import Decisions
from .common import MatchCommon, amended, put_into_force


@tagged("post_install", "-at_install")
class TestInbound(MatchCommon):
    def setUp(self):
        super().setUp()
        self._amend(autopost=True)
        self.order = self._order((self.gloves, 10, 4.0))

    def test_clean_posts_by_itself(self):
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 4.0))
        bill._integration_bill_received()
        self.assertEqual(bill.state, "posted")

    def test_only_where_policy_says_so(self):
        self._amend(autopost=False)
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 4.0))
        bill._integration_bill_received()
        self.assertEqual(bill.state, "draft")

    def test_what_became_clean_is_posted_by_the_sweep(self):
        held, late, odd = (self._from_connection() for _number in range(3))
        self.assertEqual({bill.state for bill in (held, late, odd)}, {"draft"})
        for bill in (late, odd):
            self._receive(bill.invoice_line_ids.purchase_line_id.order_id, 10)
        odd.invoice_date = False
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60.0):
            self.env["account.move"]._cron_match_autopost()
        self.assertEqual([bill.state for bill in (held, late, odd)], ["draft", "posted", "draft"])
        self.assertEqual(late.message_ids[:1].author_id, self.technical.partner_id)
        exception = self.env["integration.exception"].search([("res_id", "=", odd.id)])
        self.assertEqual(exception.code, "autopost_failed")
        self.assertFalse(due(self.env), "a person is asked once")

    def test_only_what_came_over_a_connection_is_posted_by_the_sweep(self):
        self._receive(self.order, 10)
        self._bill(self.order, (10, 4.0))
        self.assertFalse(due(self.env))

    def _from_connection(self):
        if not hasattr(self, "technical"):
            self.technical = self._person("technical", "account.group_account_invoice")
            self.endpoint = self.env["integration.endpoint"].create(
                {
                    "name": "Mediline",
                    "code": "mediline",
                    "url": "https://mediline.example",
                    "company_id": self.company.id,
                    "user_id": self.technical.id,
                }
            )
        order = self._order((self.gloves, 10, 4.0))
        bill = self._bill(order, (10, 4.0)).with_env(self.env)
        message = (
            self.env["integration.message"]
            .sudo()
            .create(
                {
                    "direction": "in",
                    "document_type": "invoice",
                    "state": "processed",
                    "endpoint_id": self.endpoint.id,
                    "company_id": self.company.id,
                }
            )
        )
        bill.sudo().write({"integration_message_id": message.id, "integration_total": 40.0})
        bill._match_drafts()
        return bill

    def test_held_waits(self):
        bill = self._bill(self.order, (10, 4.0))
        bill._integration_bill_received()
        self.assertEqual(bill.state, "draft")
        self.assertEqual(self._codes(bill), ["NOT_RECEIVED"])

    def test_a_failed_posting_keeps_the_bill(self):
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 4.0))
        bill.invoice_date = False
        bill._integration_bill_received()
        self.assertEqual(bill.state, "draft")
        exception = self.env["integration.exception"].search([("res_id", "=", bill.id)])
        self.assertEqual(exception.code, "autopost_failed")
        self.assertIn("date", exception.summary)

    def test_a_database_error_is_not_swallowed(self):
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 4.0))
        with patch.object(AccountMove, "_post", side_effect=ZeroDivisionError):
            with self.assertRaises(ZeroDivisionError):
                bill._integration_bill_received()

    def test_an_unknown_account(self):
        self._receive(self.order, 10)
        self.env["res.partner.bank"].create(
            {"partner_id": self.supplier.id, "acc_number": "BE68 5390 0754 7034"}
        )
        known = self._bill(self.order, (5, 4.0), integration_payee_account="be68539007547034")
        self.assertEqual(self._match(known).state, "clean")
        banks = self.env["res.partner.bank"].search_count([])
        bill = self._bill(self.order, (5, 4.0), integration_payee_account="BE71096123456769")
        bill._integration_bill_received()
        self.assertEqual(bill.state, "draft")
        self.assertEqual(self._codes(bill), ["BANK"])
        hold = self._hold(bill, "BANK")
        self.assertEqual(hold.user_id, self.approver)
        self.assertIn("BE71096123456769", hold.explanation)
        self.assertEqual(self.env["res.partner.bank"].search_count([]), banks, "never imported")
        with self.assertRaises(UserError):
            bill.action_post()
        self._decide(self._hold(bill, "BANK", self.approver), "dispute", "calling the supplier")
        bill.action_post()
        with self.assertRaises(UserError):
            self._pay(bill, 0.01)


@tagged("post_install", "-at_install")
class TestInboundDocument(ConnectorCase):
    """The same from the supplier's document on: received, applied, compared, posted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = put_into_force(
            cls.env["purchase.match.policy"].create(
                {
                    "name": "All suppliers",
                    "company_id": cls.company.id,
                    "mode": "enforce",
                    "autopost": True,
                    "finance_user_id": cls.env.user.id,
                }
            )
        )

    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 8.4, self.box), (self.syringes, 3, 2)])
        self.drain_outbound()

    def _goods_in(self, *quantities):
        picking = self.order.picking_ids
        for line, quantity in zip(self.order.order_line, quantities, strict=True):
            moves = picking.move_ids.filtered(lambda m, line=line: m.purchase_line_id == line)
            moves.quantity = line.product_uom_id._compute_quantity(quantity, moves.product_uom)
        picking.with_context(skip_backorder=True).button_validate()

    def _billed(self, document):
        message = self.receive(document)
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["account.move"].browse(message.res_id)

    def test_clean_is_posted_by_the_technical_user(self):
        self._goods_in(10, 3)
        bill = self._billed(self.invoice_for(self.order))
        self.assertEqual((bill.state, bill.match_state), ("posted", "clean"))

    def test_differences_are_held(self):
        self._goods_in(10, 2)
        bill = self._billed(self.invoice_for(self.order, prices={1: "9.40"}))
        self.assertEqual(bill.state, "draft")
        self.assertEqual(sorted(bill.match_hold_ids.mapped("code")), ["PRICE", "QTY_REC"])
        self.assertEqual(bill.match_withheld, 12)

    def test_another_account(self):
        self._goods_in(10, 3)
        bill = self._billed(self.invoice_for(self.order, payee=Payee(account="XX99 0000 1111")))
        self.assertEqual((bill.state, bill.match_hold_ids.code), ("draft", "BANK"))
        self.assertEqual(bill.match_withheld, bill.amount_total)

    def test_a_document_without_order_is_held_whatever_the_policy(self):
        self.assertEqual(self.policy.no_order_blocks, "nothing")
        amended(self.policy, link_score=0)
        bill = self._billed(self.invoice_for(self.order, order_number=None))
        self.assertEqual((bill.match_hold_ids.code, bill.match_blocks), ("NO_PO", "posting"))
        with self.assertRaises(UserError):
            bill.action_post()

    def test_the_credit_note_settles_the_dispute(self):
        self._goods_in(10, 2)
        bill = self._billed(self.invoice_for(self.order, number="I-77"))
        hold = bill.match_hold_ids
        approver = self._user(
            "test_match_approver", "healthcare_three_way_match.group_match_approver"
        )
        Decisions(hold.with_user(approver).env).dispute(hold.with_user(approver), "one is missing")
        bill.action_post()
        note = self._billed(
            self.invoice_for(
                self.order, quantities={1: 0, 2: 1}, kind="credit_note", corrects="I-77"
            )
        )
        note.action_post()
        self.assertEqual((bill.match_state, bill.match_withheld), ("clean", 0))
