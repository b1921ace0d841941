"""Bills that came over a connection: compared as a batch, posted when clean, never lost."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.account.models.account_move import AccountMove

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestInbound(MatchCommon):
    def setUp(self):
        super().setUp()
        self.policy.autopost = True
        self.order = self._order((self.gloves, 10, 4.0))

    def test_clean_posts_by_itself(self):
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 4.0))
        bill._integration_bill_received()
        self.assertEqual(bill.state, "posted")

    def test_only_where_policy_says_so(self):
        self.policy.autopost = False
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 4.0))
        bill._integration_bill_received()
        self.assertEqual(bill.state, "draft")

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

    def test_no_order(self):
        message = self.env["integration.message"].search([], limit=1)
        bill = self._bill(self.order, (10, 4.0))
        if message:
            bill.sudo().integration_message_id = message
            bill.write({"invoice_line_ids": [(1, bill.invoice_line_ids.id, {"purchase_line_id": False})]})
            self.assertEqual(self._codes(bill), ["NO_PO"])
