"""Bills that need no receipt, and bills that receipts make."""

from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.account.models.account_move import AccountMove

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestBillOnly(MatchCommon):
    def setUp(self):
        super().setUp()
        self.supplier.sudo().match_bill_only_allowed = True

    def _used(self, report="OR-2026-17"):
        return self._order((self.gloves, 1, 900.0), match_bill_only=True, match_usage_ref=report)

    def test_nothing_is_received(self):
        order = self._used()
        self.assertFalse(order.picking_ids)
        self.assertEqual(order.order_line.qty_received, 1)
        bill = self._bill(order, (1, 900.0))
        self.assertEqual(self._match(bill).state, "clean")
        self.assertEqual(self._match(bill).line_ids.explanation, "As ordered.")
        self.assertEqual(self._codes(self._bill(order, (1, 900.0))), ["QTY_ORD"], "used once")

    def test_price_and_quantity_still_count(self):
        self.assertEqual(self._codes(self._bill(self._used(), (2, 950.0))), ["PRICE", "QTY_ORD"])

    def test_only_where_finance_agreed(self):
        self.supplier.sudo().match_bill_only_allowed = False
        with self.refused("not agreed with Mediline", error=ValidationError):
            self._used()

    def test_it_names_the_report_and_names_it_once(self):
        with self.refused("names its usage report", error=ValidationError):
            self._used(report=" ")
        self._used()
        # The database has the last word; over RPC it becomes the index's own message.
        with (
            mute_logger("odoo.sql_db"),
            self.refused("purchase_order_usage_uniq", error=UniqueViolation),
        ):
            self._used()

    def test_not_after_the_order_is_confirmed(self):
        order = self._order((self.gloves, 1, 900.0))
        with self.refused("after it was confirmed"):
            order.with_user(self.buyer).write({"match_bill_only": True, "match_usage_ref": "X"})


@tagged("post_install", "-at_install")
class TestReceiptBills(MatchCommon):
    def setUp(self):
        super().setUp()
        self.supplier.sudo().match_bill_from_receipt = True

    def _bills(self, order):
        return self.env["account.move"].search(
            [("invoice_line_ids.purchase_line_id.order_id", "=", order.id)], order="id"
        )

    def test_each_receipt_drafts_its_bill(self):
        order = self._order((self.gloves, 10, 4.0), (self.syringes, 5, 1.0))
        first = self._receive(order, 6, 5)
        bill = self._bills(order)
        self.assertEqual((bill.ref, bill.state, bill.amount_untaxed), (first.name, "draft", 29.0))
        self.assertEqual(self._match(bill).state, "clean")
        self._receive(order, 4, 0)
        self.assertEqual(self._bills(order).mapped("amount_untaxed"), [29.0, 16.0])

    def test_clean_ones_are_posted_where_policy_says_so(self):
        self._amend(autopost=True)
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        self.assertEqual(self._bills(order).state, "posted")

    def test_the_suppliers_own_bill_is_held(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        self.assertEqual(self._codes(self._bill(order, (10, 4.0))), ["QTY_ORD"])

    def test_what_is_billed_is_not_billed_again(self):
        order = self._order((self.gloves, 10, 4.0))
        self._bill(order, (10, 4.0))
        self._receive(order, 10)
        self.assertEqual(len(self._bills(order)), 1)

    def test_not_without_the_agreement(self):
        self.supplier.sudo().match_bill_from_receipt = False
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        self.assertFalse(self._bills(order))

    def test_goods_come_in_even_if_they_cannot_be_billed(self):
        order = self._order((self.gloves, 10, 4.0))
        with patch.object(AccountMove, "create", side_effect=UserError("no journal")):
            self._receive(order, 10)
        exception = self.env["integration.exception"].search([("res_id", "=", order.id)])
        self.assertEqual(exception.code, "receipt_not_billed")
        self.assertIn("no journal", exception.summary)

    def test_what_was_used_is_billed_by_its_report(self):
        self.supplier.sudo().match_bill_only_allowed = True
        order = self._order((self.gloves, 2, 4.0), match_bill_only=True, match_usage_ref="OR-9")
        bill = self._bills(order)
        self.assertEqual((bill.ref, bill.amount_untaxed), ("OR-9", 8.0))
        self.assertEqual(self._match(bill).state, "clean")
