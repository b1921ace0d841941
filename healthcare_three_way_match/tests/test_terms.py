"""What was agreed beside quantity and price, and what is known of a bill: as records, through the services."""

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestTerms(MatchCommon):
    def _received_order(self, price=4.0):
        order = self._order((self.gloves, 10, price))
        self._receive(order, 10)
        return order

    def _vendor_price(self, price, **vals):
        self.gloves.seller_ids = [
            Command.create(
                {
                    "partner_id": self.supplier.id,
                    "price": price,
                    "currency_id": self.env.company.currency_id.id,
                }
                | vals
            )
        ]

    def test_an_order_above_the_contract(self):
        self._vendor_price(3.5, contract_reference="GPO-7")
        bill = self._bill(self._received_order(), (10, 4.0))
        hold = self._hold(bill, "CONTRACT")
        self.assertEqual((hold.amount, hold.user_id), (5.0, self.buyer))
        self.assertIn("GPO-7", hold.explanation)

    def test_a_vendor_price_without_reference_is_no_contract(self):
        self._vendor_price(3.5)
        self.assertEqual(self._match(self._bill(self._received_order(), (10, 4.0))).state, "clean")

    def test_a_contract_that_ended_says_nothing(self):
        ended = fields.Date.subtract(fields.Date.today(), days=1)
        self._vendor_price(3.5, contract_reference="GPO-7", date_end=ended)
        self.assertEqual(self._match(self._bill(self._received_order(), (10, 4.0))).state, "clean")

    def test_a_contract_of_another_supplier(self):
        other = self.env["res.partner"].create({"name": "Other"})
        self._vendor_price(3.5, contract_reference="GPO-7", partner_id=other.id)
        self.assertEqual(self._match(self._bill(self._received_order(), (10, 4.0))).state, "clean")

    def test_small_excesses_add_up_over_bills(self):
        order = self._order((self.gloves, 100, 4.0))
        self._receive(order, 100)
        first = self._bill(order, (50, 4.08))
        self.assertEqual(self._match(first).state, "clean", "4.00 too much is tolerated")
        second = self._bill(order, (50, 4.08))
        self.assertEqual(self._hold(second, "PRICE_TOTAL").amount, 4.0)
        self.assertFalse(self._codes(first), "the bill that came first is not blamed")

    def test_a_tax_that_was_not_ordered(self):
        tax = self.tax_purchase_a.copy(
            {"name": "6 %", "amount": 6.0, "price_include_override": "tax_excluded"}
        )
        bill = self._bill(self._received_order(), (10, 4.0))
        bill.invoice_line_ids.tax_ids = tax
        bill._match_drafts()
        hold = self._hold(bill, "TAX")
        self.assertEqual((hold.amount, hold.amount_gross), (2.4, 2.4))
        self.assertEqual(hold.user_id, self.approver, "tax is finance's")

    def test_the_same_number_again(self):
        first = self._bill(self._received_order(), (10, 4.0), ref="INV 2026/17")
        first.with_user(self.clerk).action_post()
        again = self._bill(self._received_order(), (10, 4.0), ref="inv-2026-17")
        self.assertIn("INV 2026/17", self._hold(again, "DUPLICATE").explanation)
        self.assertFalse(self._codes(first))
        with self.refused("Billed before"):
            again.with_user(self.clerk).action_post()
        again.with_user(self.clerk).ref = "INV 2026/18"
        self.assertFalse(self._codes(again), "another number, no double")

    def test_the_number_of_another_supplier(self):
        self._bill(self._received_order(), (10, 4.0), ref="INV-1")
        other = self.env["res.partner"].create({"name": "Other"})
        bill = self._bill(self._received_order(), (10, 4.0), ref="INV-1", partner_id=other.id)
        self.assertNotIn("DUPLICATE", self._codes(bill))

    def test_the_same_lines_without_an_order(self):
        def rent(**vals):
            return self.env["account.move"].create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.supplier.id,
                    "invoice_date": fields.Date.today(),
                    "ref": f"R-{self._next()}",
                    "invoice_line_ids": [
                        Command.create({"name": "Rent", "quantity": 1, "price_unit": 900.0})
                    ],
                    **vals,
                }
            )

        rent()
        next_month = fields.Date.add(fields.Date.today(), months=1)
        self.assertEqual(self._codes(rent(invoice_date=next_month)), ["NO_PO"])
        self.assertEqual(self._codes(rent()), ["DUPLICATE", "NO_PO"])

    def test_a_blocked_supplier(self):
        self.supplier.sudo().write({"bills_blocked": True, "bills_blocked_reason": "insolvent"})
        bill = self._bill(self._received_order(), (10, 4.0))
        self.assertIn("insolvent", self._hold(bill, "SUPPLIER_BLOCK").explanation)
        with self.refused("Supplier is blocked"):
            bill.with_user(self.clerk).action_post()

    def test_a_bill_before_the_goods_are_due(self):
        days = {"code": "DATE", "upper_state": "value", "upper_absolute": 5.0, "blocks": "payment"}
        self._amend(tolerance_ids=[Command.create(days)])
        order = self._received_order()
        order.order_line.date_planned = fields.Datetime.add(fields.Datetime.now(), days=20)
        bill = self._bill(order, (10, 4.0))
        self.assertEqual(self._hold(bill, "DATE").blocks, "payment")

    def test_rounding_is_named_and_stops_nothing(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._order((self.gloves, 12, 1.0))
        order.order_line.write({"product_uom_id": dozen.id, "product_qty": 1, "price_unit": 0.94})
        self._receive(order, 12)
        self._amend(row={"upper_state": "zero", "upper_percent": 0, "upper_absolute": 0})
        bill = self._bill(order, (1, 0.08))
        bill.invoice_line_ids.product_uom_id = self.gloves.uom_id
        bill.invoice_line_ids.price_unit = 0.08  # 0.94 a dozen is 0.0783 a piece
        bill.action_match_again()
        hold = self._hold(bill, "ROUNDING")
        self.assertEqual((hold.blocks, self._match(bill).state), ("nothing", "informed"))
        self.assertIn("rounding alone", hold.explanation)
        bill.invoice_line_ids.price_unit = 0.09
        bill.action_match_again()
        self.assertEqual(self._codes(bill), ["PRICE"])

    def test_nobody_marks_a_line_as_a_charge_by_hand(self):
        bill = self._bill(self._received_order(), (10, 4.0))
        with self.refused("recorded by the document", error=AccessError):
            bill.with_user(self.clerk).invoice_line_ids.integration_charge = "FC"


@tagged("post_install", "-at_install")
class TestBlanketOrders(MatchCommon):
    def _blanket(self, **vals):
        order = self._order((self.gloves, 1000, 4.0), match_blanket=True, **vals)
        self._receive(order, 1000)
        return order

    def test_bills_use_up_the_value(self):
        order = self._blanket(match_blanket_value=100.0)
        first = self._bill(order, (20, 4.0))
        self.assertEqual(self._match(first).state, "clean")
        first.action_post()
        second = self._bill(order, (10, 4.0))
        hold = self._hold(second, "BLANKET_VALUE")
        self.assertEqual((hold.amount, hold.user_id), (20.0, self.buyer))
        self.assertIn(f"blanket order {order.name} together ask", hold.explanation)
        with self.refused("Blanket order used up"):
            second.action_post()
        self._credit_note(first, (5, 4.0))
        self.assertFalse(self._codes(second))

    def test_call_offs_draw_on_it(self):
        blanket = self._blanket(match_blanket_value=100.0)
        call_off = self._order((self.syringes, 100, 1.0), match_blanket_id=blanket.id)
        self._receive(call_off, 100)
        self._bill(blanket, (20, 4.0)).action_post()
        bill = self._bill(call_off, (50, 1.0))
        self.assertEqual(self._hold(bill, "BLANKET_VALUE").amount, 30.0)
        turn = blanket.order_line.match_version
        call_off.order_line._take_turn()
        self.assertEqual(blanket.order_line.match_version, turn + 1, "both orders take turns")

    def test_after_its_time(self):
        order = self._blanket(
            match_blanket_from=fields.Date.subtract(fields.Date.today(), days=30),
            match_blanket_to=fields.Date.subtract(fields.Date.today(), days=1),
        )
        hold = self._hold(self._bill(order, (1, 4.0)), "BLANKET_PERIOD")
        self.assertEqual(hold.amount, 4.0)
        self.assertIn("ended on", hold.explanation)

    def test_an_order_that_is_none(self):
        order = self._order((self.gloves, 10, 4.0), match_blanket_value=1.0)
        self._receive(order, 10)
        self.assertEqual(self._match(self._bill(order, (10, 4.0))).state, "clean")

    def test_the_buyer_does_not_widen_it(self):
        order = self._blanket(match_blanket_value=100.0)
        with self.refused("purchase administrator", error=AccessError):
            order.with_user(self.buyer).match_blanket_value = 1000.0
        order.match_blanket_value = 1000.0  # the test's user is one

    def test_what_makes_no_sense(self):
        order = self._blanket()
        with self.refused("ends after it begins"):
            order.write({"match_blanket_from": "2026-02-01", "match_blanket_to": "2026-01-01"})
        other = self._order((self.gloves, 1, 4.0))
        with self.refused("called off from a blanket order"):
            order.match_blanket_id = other
