"""An order raised after its bill came: it counts once somebody beside the buyer stands for it."""

from decimal import Decimal

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Item,
    OrderResponseLine,
    Price,
)
from odoo.addons.healthcare_procurement_connector.tests.common import ConnectorCase

from .common import MatchCommon, put_into_force


@tagged("post_install", "-at_install")
class TestAmendments(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._person("head", "purchase.group_purchase_manager")

    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))
        self._receive(self.order, 10)
        self.line = self.order.order_line

    def _raised(self, user=None):
        bill = self._bill(self.order, (10, 5.0))
        self.line.with_user(user or self.buyer).price_unit = 5.0
        bill.action_match_again()
        return bill

    def _approve(self, hold, reason="negotiated in March"):
        return self._decide(hold, "approve_change", reason)

    def test_a_second_person_approves(self):
        bill = self._raised()
        hold = self._hold(bill, "PRICE", self.approver)
        self.assertTrue(hold.may_approve_change)
        self._approve(hold)
        self.assertEqual(hold.state, "auto_released")
        self.assertEqual(self._match(bill).state, "clean")
        bill.action_post()
        row = self.env["purchase.match.amendment"].search([("order_id", "=", self.order.id)])
        self.assertEqual((row.term, row.before, row.after), ("price", 4.0, 5.0))
        entry = self.env["integration.audit"].search(
            [("action", "=", "order_change.approved"), ("res_id", "=", hold.id)]
        )
        self.assertEqual(entry.user_id, self.approver)
        self.assertEqual(entry.detail["reason"], "negotiated in March")

    def test_who_heads_purchasing_may_too(self):
        self._approve(self._hold(self._raised(), "PRICE", self.head))
        self.assertTrue(self.line.match_amendment_ids)

    def test_not_who_bought(self):
        self.buyer.group_ids += self.env.ref("purchase.group_purchase_manager")
        hold = self._hold(self._raised(), "PRICE", self.buyer)
        self.assertFalse(hold.may_approve_change)
        with self.refused("second person", AccessError):
            self._approve(hold)

    def test_not_who_changed_it(self):
        hold = self._hold(self._raised(self.head), "PRICE", self.head)
        self.assertFalse(hold.may_approve_change)
        with self.refused("second person", AccessError):
            self._approve(hold)
        self.head.group_ids += self.env.ref("healthcare_three_way_match.group_match_approver")
        with self.refused("Who bought", AccessError):
            self._decide(hold, "release")

    def test_who_changed_it_cannot_hide_it(self):
        self._raised(self.head)
        self.assertEqual(self.line.sudo().match_changer_ids, self.head)
        with self.assertRaises(AccessError):
            self.line.with_user(self.head).match_changer_ids = False
        with self.assertRaises(AccessError):
            self.line.with_user(self.head).read(["match_changer_ids"])

    def test_not_who_entered_the_bill(self):
        bill = self._bill(self.order, (10, 5.0), user=self.approver)
        self.line.with_user(self.buyer).price_unit = 5.0
        bill.action_match_again()
        with self.refused("entered the bill", AccessError):
            self._approve(self._hold(bill, "PRICE", self.approver))

    def test_not_above_the_limit(self):
        self.approver.match_release_limit = 9.99
        hold = self._hold(self._raised(), "PRICE", self.approver)
        self.assertFalse(hold.may_approve_change)
        with self.refused("more than your release limit", AccessError):
            self._approve(hold)
        self.approver.match_release_limit = 10.0
        self._approve(hold)

    def test_not_without_the_right_nor_a_reason(self):
        bill = self._raised()
        with self.refused("needs the right", AccessError):
            self._approve(self._hold(bill, "PRICE", self.clerk))
        with self.refused("few words"):
            self._approve(self._hold(bill, "PRICE", self.approver), " ")

    def test_what_was_not_raised_has_nothing_to_approve(self):
        bill = self._bill(self.order, (10, 5.0))
        hold = self._hold(bill, "PRICE", self.approver)
        self.assertFalse(hold.may_approve_change)
        with self.refused("not raised"):
            self._approve(hold)

    def test_raised_once_more(self):
        bill = self._raised()
        hold = self._hold(bill, "PRICE", self.approver)
        self.line.with_user(self.buyer).price_unit = 9.0
        with self.refused("changed once more"):
            self._approve(hold)

    def test_an_approval_reaches_no_further_than_it_went(self):
        bill = self._raised()
        self._approve(self._hold(bill, "PRICE", self.approver))
        bill.write({"invoice_line_ids": [(1, bill.invoice_line_ids.id, {"price_unit": 6.0})]})
        self.line.with_user(self.buyer).price_unit = 6.0
        bill.action_match_again()
        self.assertEqual(self._hold(bill, "PRICE").amount, 10.0)

    def test_a_bill_entered_again_finds_the_order_as_it_was(self):
        for go in ("unlink", "button_cancel"):
            bill = self._bill(self.order, (10, 5.0), ref=f"INV 7/{go}")
            self.line.with_user(self.buyer).price_unit = 5.0
            getattr(bill, go)()
            again = self._bill(self.order, (10, 5.0), ref=f"inv-7-{go}")
            self.assertEqual(self._hold(again, "PRICE").amount, 10.0)
            again.unlink()
            self.line.with_user(self.buyer).price_unit = 4.0

    def test_a_larger_quantity(self):
        self._receive_more()
        bill = self._bill(self.order, (12, 4.0))
        self.line.with_user(self.buyer).product_qty = 12
        self._receive(self.order, 2)
        hold = self._hold(bill, "QTY_ORD", self.approver)
        self.assertEqual(hold.amount, 8.0)
        self._approve(hold)
        self.assertEqual(self._match(bill).state, "clean")

    def _receive_more(self):
        self.assertEqual(self.line.qty_received, 10.0)

    def test_nobody_writes_approvals_by_hand(self):
        self._approve(self._hold(self._raised(), "PRICE", self.approver))
        row = self.line.match_amendment_ids
        for user in (self.buyer, self.head, self.approver, self.env.ref("base.user_admin")):
            mine = row.with_user(user)
            with self.assertRaises(AccessError):
                mine.create({"order_line_id": self.line.id, "term": "price", "value": "99"})
            with self.assertRaises(AccessError):
                mine.write({"value": "99"})
            with self.assertRaises(AccessError):
                mine.unlink()


@tagged("post_install", "-at_install")
class TestSuppliersAnswer(ConnectorCase):
    """The supplier's own answer carries a price: no second person is needed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = put_into_force(
            cls.env["purchase.match.policy"].create(
                {"name": "All", "company_id": cls.company.id, "mode": "enforce"}
            )
        )

    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 8.4, self.box)])
        self.drain_outbound()
        move = self.order.picking_ids.move_ids
        move.quantity = move.product_uom_qty
        self.order.picking_ids.with_context(skip_backorder=True).button_validate()
        message = self.receive(self.invoice_for(self.order, prices={1: "9.40"}))
        self.bill = self.env["account.move"].browse(message.res_id)
        self.assertEqual(self.bill.match_hold_ids.code, "PRICE")

    def _answered(self, price):
        line = OrderResponseLine(
            order_line="1", status="changed", item=Item(name="Gloves"), price=Price(Decimal(price))
        )
        message = self.receive(self.response_for(self.order, [line]))
        self.assertEqual(message.state, "processed", message.last_error)

    def test_the_buyer_alone_changes_nothing(self):
        self.order.order_line.price_unit = 9.4
        self.bill.action_match_again()
        self.assertEqual(self.bill.match_hold_ids.state, "open")

    def test_accepted(self):
        self._answered("9.40")
        answer = self.order.acknowledgement_ids.line_ids
        self.assertEqual(answer.decision, "pending")
        self.bill.action_match_again()
        self.assertEqual(self.bill.match_hold_ids.state, "open", "not decided yet")
        answer.action_accept()
        self.bill.action_match_again()
        self.assertEqual(self.bill.match_hold_ids.state, "auto_released")

    def test_declined(self):
        self._answered("9.40")
        self.order.acknowledgement_ids.line_ids.action_decline()
        self.order.order_line.price_unit = 9.4
        self.bill.action_match_again()
        self.assertEqual(self.bill.match_hold_ids.state, "open")
