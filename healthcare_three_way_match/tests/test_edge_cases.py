"""What real life adds: kits, freight on the bill, down payments, other units, corrections, bills before goods.

Kits and landed costs are made by applications that are not installed here (Manufacturing, Landed Costs); what they
leave behind on orders and bills is written by the tests.
"""

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..services.fast_matching import FastMatching
from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestEdgeCases(MatchCommon):
    def test_a_kit(self):
        """Its parts arrive; the purchase application then says how many whole kits that makes."""
        order = self._order((self.gloves, 10, 4.0))
        order.picking_ids.move_ids.product_id = self.syringes
        self._receive(order, 10)
        self.assertEqual(self._codes(self._bill(order, (8, 4.0))), ["NOT_RECEIVED"])
        order.order_line.flush_recordset()
        self.env.cr.execute(
            "UPDATE purchase_order_line SET qty_received = 8 WHERE id = %s", [order.order_line.id]
        )
        order.order_line.invalidate_recordset(["qty_received"])
        bill = self.env["account.move"].search(
            [("invoice_line_ids.purchase_line_id", "=", order.order_line.id)]
        )
        bill.action_match_again()
        self.assertEqual(self._match(bill).state, "clean")
        bill.invoice_line_ids.quantity = 9
        bill.action_match_again()
        self.assertEqual(self._codes(bill), ["QTY_REC"])

    def test_freight_on_the_goods_bill(self):
        """A landed cost is a service line that no order names: only that line is in question."""
        freight = self.env["product.product"].create({"name": "Freight", "type": "service"})
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        bill.write(
            {
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": freight.id,
                            "quantity": 1,
                            "price_unit": 25.0,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ]
            }
        )
        hold = self._hold(bill, "NO_PO")
        self.assertEqual((hold.amount, hold.line_label), (25.0, "Freight"))
        self.assertEqual(self._codes(bill), ["NO_PO"])

    def test_a_down_payment_and_its_deduction(self):
        order = self._order((self.gloves, 10, 4.0))
        order._create_downpayments(
            [
                {
                    "name": "Down payment",
                    "product_qty": 0.0,
                    "is_downpayment": True,
                    "price_unit": 15.0,
                    "tax_ids": False,
                    "order_id": order.id,
                }
            ]
        )
        paid_ahead = order.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )
        line = {"purchase_line_id": paid_ahead.id, "price_unit": 15.0, "tax_ids": False}
        vals = {
            "move_type": "in_invoice",
            "partner_id": self.supplier.id,
            "invoice_date": fields.Date.today(),
        }
        ahead = self.env["account.move"].create(
            vals | {"ref": "DP-1", "invoice_line_ids": [Command.create(line | {"quantity": 1})]}
        )
        self.assertEqual(self._match(ahead).state, "clean")
        ahead.action_post()
        twice = self.env["account.move"].create(
            vals | {"ref": "DP-2", "invoice_line_ids": [Command.create(line | {"quantity": 1})]}
        )
        self.assertEqual(self._codes(twice), ["QTY_ORD"])
        twice.button_cancel()
        goods = order.order_line.filtered("product_id")
        self._receive_goods(order, goods, 10)
        used = {
            "product_id": self.gloves.id,
            "purchase_line_id": goods.id,
            "price_unit": 4.0,
            "tax_ids": False,
        }
        part = self.env["account.move"].create(
            vals | {"ref": "P-1", "invoice_line_ids": [Command.create(used | {"quantity": 6})]}
        )
        self.assertEqual(self._match(part).state, "clean", "enough is left to take it off later")
        self.assertEqual(self._left_by_rows(part), part)
        part.button_cancel()
        final = self.env["account.move"].create(
            vals
            | {
                "ref": "F-1",
                "invoice_line_ids": [
                    Command.create(used | {"quantity": 10}),
                    Command.create(line | {"quantity": -1}),
                ],
            }
        )
        self.assertEqual(self._match(final).state, "clean")
        self.assertEqual(final.amount_untaxed, 25.0)
        final.invoice_line_ids.filtered(lambda each: each.quantity < 0).unlink()
        final.action_match_again()
        hold = self._hold(final, "DOWN_PAYMENT")
        self.assertEqual((hold.amount, hold.user_id), (15.0, self.buyer))
        self.assertIn(f"$\xa015.00 was billed ahead on order {order.name}", hold.explanation)
        with self.refused("Down payment not taken off"):
            final.action_post()
        self._credit_note(ahead, (1, 15.0))
        self.assertEqual(self._match(final).state, "clean", "it was given back")

    def _left_by_rows(self, bill):
        """What the batch does not decide by rows."""
        return FastMatching(self.env).run(bill)

    def _receive_goods(self, order, line, quantity):
        picking = order.picking_ids
        picking.move_ids.filtered(lambda move: move.purchase_line_id == line).quantity = quantity
        picking.with_user(self.receiver).with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")

    def test_a_price_per_piece_for_an_order_by_the_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order((self.gloves, 24, 1.0))
        order.order_line.write({"product_uom_id": dozen.id, "product_qty": 2, "price_unit": 12.0})
        self._receive(order, 24)
        bill = self._bill(order, (24, 1.0))
        bill.invoice_line_ids.product_uom_id = self.gloves.uom_id
        bill.invoice_line_ids.price_unit = 1.0
        bill.action_match_again()
        self.assertEqual(self._match(bill).state, "clean")
        bill.invoice_line_ids.price_unit = 1.05
        bill.action_match_again()
        hold = self._hold(bill, "PRICE")
        self.assertAlmostEqual(hold.amount, 1.2)
        self.assertIn("12.60", hold.explanation, "as the order counts")

    def test_a_receipt_that_is_corrected(self):
        order = self._order((self.gloves, 10, 4.0))
        picking = self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        self.assertEqual(self._match(bill).state, "clean")
        picking.move_ids.move_line_ids.quantity = 7
        self.assertEqual(self._hold(bill, "QTY_REC").amount, 12.0)
        with self.refused("received"):
            bill.action_post()
        picking.move_ids.move_line_ids.quantity = 10
        self.assertEqual(self._match(bill).state, "clean")

    def test_a_bill_that_comes_and_is_posted_before_the_goods(self):
        self._amend(tolerance_ids=[Command.create({"code": "NOT_RECEIVED", "blocks": "payment"})])
        order = self._order((self.gloves, 10, 4.0))
        bill = self._bill(order, (10, 4.0))
        bill.action_post()
        self.assertEqual(self._hold(bill, "NOT_RECEIVED").blocks, "payment")
        with self.refused("three-way match"):
            self._pay(bill)
        self._receive(order, 10)
        self.assertEqual(self._match(bill).state, "clean")
        self._pay(bill)
        self.assertEqual(bill.amount_residual, 0.0)

    def test_a_credit_note_for_an_earlier_bill_lets_a_later_one_go(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        first = self._bill(order, (10, 4.0))
        first.action_post()
        later = self._bill(order, (3, 4.0))
        self.assertEqual(self._codes(later), ["QTY_ORD"])
        self._credit_note(first, (2, 4.0))
        self.assertEqual(self._hold(later, "QTY_ORD").amount, 4.0)
        self._credit_note(first, (1, 4.0))
        self.assertEqual(self._match(later).state, "clean")
        later.action_post()

    def test_a_bill_in_another_currency_beside_one_in_the_orders(self):
        dollar = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", "CHF")])
        )
        dollar.active = True
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        foreign = self._bill(order, (5, 40.0), currency_id=dollar.id)
        self.assertEqual(self._codes(foreign), ["CURRENCY"])
        bill = self._bill(order, (5, 4.02))
        self.assertEqual(self._match(bill).state, "clean", "francs are no part of a sum in dollars")
        self.assertEqual(self._match(bill).line_ids.billed_before, 5)
        self.assertEqual(self._left_by_rows(bill), bill, "at which rate is not asked by rows")

    def test_a_bill_in_another_currency_at_the_rate_that_the_policy_means(self):
        today = fields.Date.today()
        days = [fields.Date.subtract(today, days=number) for number in (9, 5, 0)]
        francs = self.setup_other_currency(
            "CHF", rates=list(zip(days, (1.10, 1.20, 1.25), strict=True))
        )
        order = self._order((self.gloves, 10, 4.0))
        order.date_approve = days[0]
        self._receive(order, 10).move_ids.date = days[1]
        bill = self._bill(order, (10, 4.80), currency_id=francs.id)
        self.assertIn("prices do not compare", self._hold(bill, "CURRENCY").explanation)
        with self.refused("its day is not changed", error=UserError):
            order.date_approve = today
        self._amend(rate_basis="receipt")
        self.assertEqual(self._match(bill).state, "clean")
        [line] = bill.match_worksheet["lines"]
        self.assertIn("Ordered at 4.00 in USD. Compared at 1.2 CHF for 1 USD", line["rate"])
        self.assertIn("the day it was received, as the policy says", line["rate"])
        self._amend(rate_basis="order")
        self.assertAlmostEqual(self._hold(bill, "PRICE").amount, 4.0)
        self._amend(rate_basis="bill")
        self.assertEqual(self._match(bill).state, "clean", "less than 5.00 at the bill's day")
        bill.invoice_date = fields.Date.subtract(today, days=30)
        self.assertIn(
            "no rate is kept for the bill's date", self._hold(bill, "CURRENCY").explanation
        )

    def test_a_line_for_another_suppliers_order(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        rival = self.env["res.partner"].create({"name": "Rival", "is_company": True})
        bill = self._bill(order, (10, 4.0), partner_id=rival.id)
        hold = self._hold(bill, "OTHER_SUPPLIER")
        self.assertEqual((hold.amount, hold.user_id), (40.0, self.approver))
        self.assertIn(f"{order.name} was placed with Mediline", hold.explanation)
        with self.refused("Another supplier's order"):
            bill.action_post()
        contact = {"name": "Invoicing", "parent_id": self.supplier.id}
        bill.partner_id = self.env["res.partner"].create(contact)
        self.assertEqual(self._match(bill).state, "clean", "the same supplier, another desk")
