"""What the comparison finds, and how it follows what happens to order, receipt and bill."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestMatching(MatchCommon):
    def test_agrees(self):
        order = self._order((self.gloves, 10, 4.0), (self.syringes, 200, 0.12))
        self._receive(order, 10, 200)
        bill = self._bill(order, (10, 4.0), (200, 0.12))
        match = self._match(bill)
        self.assertEqual(match.state, "clean")
        self.assertEqual(match.line_ids.mapped("result"), ["agrees", "agrees"])
        self.assertEqual(match.line_ids[0].explanation, "As ordered and received.")
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        self.assertTrue(match.posted_on)

    def test_price_and_quantity(self):
        order = self._order((self.gloves, 10, 4.0), (self.syringes, 200, 0.12))
        self._receive(order, 10, 150)
        bill = self._bill(order, (10, 5.0), (200, 0.12))
        match = self._match(bill)
        self.assertEqual((match.state, match.blocks), ("held", "posting"))
        self.assertEqual(self._codes(bill), ["PRICE", "QTY_REC"])
        price, quantity = self._hold(bill, "PRICE"), self._hold(bill, "QTY_REC")
        self.assertEqual((price.amount, quantity.amount), (10.0, 6.0))
        self.assertEqual(match.withheld, 16.0)
        self.assertEqual(price.user_id, self.buyer)
        self.assertIn("Billed at 5.00, ordered at 4.00: 25\u00a0% more", price.explanation)
        self.assertIn("received 150: 50 too many", quantity.explanation)
        self.assertEqual(match.line_ids.mapped("difference"), [0.0, 50.0])
        self.assertEqual(match.line_ids.mapped("price_difference"), [1.0, 0.0])
        self.assertIn("2 holds stop posting", bill.match_banner)
        with self.refused("cannot be posted"):
            bill.action_post()

    def test_within_tolerance(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        bill = self._bill(order, (10, 4.08))
        self.assertEqual(self._match(bill).state, "clean")
        self.assertEqual(self._match(bill).line_ids.result, "tolerated")
        bill.invoice_line_ids.price_unit = 4.09
        bill.action_match_again()
        self.assertEqual(self._codes(bill), ["PRICE"])

    def test_saving_compares_again(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        bill.write({"invoice_line_ids": [(1, bill.invoice_line_ids.id, {"quantity": 12})]})
        self.assertEqual(self._codes(bill), ["QTY_ORD"])
        bill.write({"invoice_line_ids": [(1, bill.invoice_line_ids.id, {"quantity": 10})]})
        self.assertEqual(self._match(bill).state, "clean")
        self.assertEqual(self._codes(bill, "auto_released"), ["QTY_ORD"])

    def test_receipt_releases(self):
        order = self._order((self.gloves, 10, 4.0))
        bill = self._bill(order, (10, 4.0))
        self.assertEqual(self._codes(bill), ["NOT_RECEIVED"])
        self._receive(order, 6)
        self.assertEqual(self._codes(bill), ["QTY_REC"])
        self.assertEqual(self._codes(bill, "auto_released"), ["NOT_RECEIVED"])
        self._receive(order, 4)
        self.assertEqual(self._match(bill).state, "clean")
        bill.action_post()

    def test_return_holds(self):
        order = self._order((self.gloves, 10, 4.0))
        picking = self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 3
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.to_refund = True
        back.button_validate()
        self.assertEqual(order.order_line.qty_received, 7)
        with self.refused("received"):
            bill.action_post()

    def test_return_after_posting_keeps_money_back(self):
        order = self._order((self.gloves, 10, 4.0))
        picking = self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        bill.action_post()
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 3
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.to_refund = True
        back.button_validate()
        self.assertEqual(self._match(bill).withheld, 12.0)
        with self.refused("three-way match"):
            self._pay(bill, 40.0)
        self._credit_note(bill, (3, 4.0))
        self.assertEqual(self._match(bill).state, "clean")

    def test_two_bills_cannot_take_the_same(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        first, second = self._bill(order, (6, 4.0)), self._bill(order, (6, 4.0))
        self.assertEqual(self._match(first).state, "clean")
        self.assertEqual(self._codes(second), ["QTY_ORD"])
        self.assertEqual(self._match(second).line_ids.billed_before, 6)
        first.action_post()
        with self.assertRaises(UserError):
            second.action_post()
        self.assertEqual(self._match(first).state, "clean")

    def test_units(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order((self.gloves, 24, 1.0))
        self._receive(order, 24)
        bill = self._bill(order, (2, 12.0))
        bill.write(
            {
                "invoice_line_ids": [
                    (1, bill.invoice_line_ids.id, {"product_uom_id": dozen.id, "price_unit": 12.0})
                ]
            }
        )
        self.assertEqual(self._match(bill).state, "clean")
        self.assertEqual(self._match(bill).line_ids.billed_now, 24)

    def test_pack_size(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.gloves.uom_ids = dozen
        order = self._order((self.gloves, 24, 1.0))
        self._receive(order, 24)
        bill = self._bill(order, (24, 12.0))
        self.assertEqual(self._codes(bill), ["UOM_PACK"])

    def test_service_needs_no_receipt(self):
        service = self.env["product.product"].create({"name": "Calibration", "type": "service"})
        order = self._order((service, 3, 90.0))
        self.assertEqual(self._match(self._bill(order, (3, 90.0))).state, "clean")

    def test_tax_is_kept_back_too(self):
        order = self._order((self.gloves, 10, 100.0))
        self._receive(order, 9)
        bill = self._bill(order, (10, 100.0))
        bill.write(
            {
                "invoice_line_ids": [
                    (1, bill.invoice_line_ids.id, {"tax_ids": [(6, 0, self.tax_purchase_a.ids)]})
                ]
            }
        )
        hold = self._hold(bill, "QTY_REC")
        self.assertEqual((hold.amount, hold.amount_gross), (100.0, 115.0))

    def test_cancelled_bills_take_nothing(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        first = self._bill(order, (10, 4.0))
        first.button_cancel()
        self.assertEqual(self._match(self._bill(order, (10, 4.0))).state, "clean")

    def test_the_link_taken_away(self):
        order = self._order((self.gloves, 10, 4.0))
        bill = self._bill(order, (10, 4.0))
        bill.write(
            {"invoice_line_ids": [(1, bill.invoice_line_ids.id, {"purchase_line_id": False})]}
        )
        self.assertEqual(self._codes(bill), ["NO_PO"])
        with self.refused("No order is named"):
            bill.action_post()

    def test_a_bill_without_order(self):
        bill = self.init_invoice("in_invoice", partner=self.supplier, amounts=[100.0], taxes=[])
        match = self._match(bill)
        self.assertEqual((match.state, match.blocks), ("none", "nothing"))
        bill.action_post()
        self._amend(no_order_blocks="posting")
        bill = self.init_invoice("in_invoice", partner=self.supplier, amounts=[100.0], taxes=[])
        with self.assertRaises(UserError):
            bill.action_post()

    def test_unconfirmed_order(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        order.state = "cancel"
        with self.refused("not a confirmed order"):
            bill.action_post()
