"""Release and dispute: who may, what it does, what stays."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestDecisions(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0), (self.syringes, 200, 0.12))
        self._receive(self.order, 10, 150)
        self.bill = self._bill(self.order, (10, 5.0), (200, 0.12))

    def test_the_story(self):
        """Accept the price, dispute the quantity, post, pay the rest."""
        self._decide(self._hold(self.bill, "PRICE", self.approver), "release", "new list price")
        with self.assertRaises(UserError):
            self.bill.action_post()
        self._decide(self._hold(self.bill, "QTY_REC", self.approver), "dispute", "50 missing")
        hold = self._hold(self.bill, "QTY_REC")
        self.assertEqual((hold.state, hold.blocks), ("disputed", "payment"))
        self.bill.action_post()
        self.assertEqual(self.bill.state, "posted")
        self.assertEqual(self._match(self.bill).withheld, 6.0)
        self.assertIn("$ 6.00 is kept from being paid", self.bill.match_banner.replace("\xa0", " "))
        with self.refused("You can pay up to"):
            self._pay(self.bill, 74.0)
        self._pay(self.bill)
        self.assertEqual(self.bill.amount_residual, 6.0)
        with self.assertRaises(UserError):
            self._pay(self.bill, 6.0)

    def test_a_released_hold_stays_released(self):
        self._decide(self._hold(self.bill, "PRICE", self.approver), "release")
        self.bill.action_match_again()
        self.assertEqual(self._codes(self.bill), ["QTY_REC"])
        line = self.bill.invoice_line_ids[0]
        self.bill.write({"invoice_line_ids": [(1, line.id, {"price_unit": 5.5})]})
        self.assertEqual(self._codes(self.bill), ["PRICE", "QTY_REC"])

    def test_edit_after_release_is_looked_at_again(self):
        """Reset, edit, post again: the gate compares with what is there now."""
        for code in ("PRICE", "QTY_REC"):
            self._decide(self._hold(self.bill, code, self.approver), "release")
        self.bill.action_post()
        self.bill.button_draft()
        self.bill.invoice_line_ids[0].price_unit = 9.0
        with self.assertRaises(UserError):
            self.bill.action_post()

    def test_a_reason_is_needed(self):
        with self.refused("why"):
            self._decide(self._hold(self.bill, "PRICE", self.approver), "release", "  ")
        with self.refused("why"):
            self._decide(self._hold(self.bill, "PRICE", self.approver), "dispute", "")

    def test_who_entered_the_bill_cannot_release(self):
        bill = self._bill(self.order, (10, 5.0), (200, 0.12), user=self.approver)
        hold = self._hold(bill, "PRICE", self.approver)
        self.assertFalse(hold.may_release)
        with self.refused("entered the bill", AccessError):
            self._decide(hold, "release")

    def test_who_bought_cannot_release(self):
        self.approver.group_ids += self.env.ref("purchase.group_purchase_user")
        order = self._order((self.gloves, 10, 4.0), buyer=self.approver)
        self._receive(order, 10)
        bill = self._bill(order, (10, 5.0))
        with self.refused("Who bought", AccessError):
            self._decide(self._hold(bill, "PRICE", self.approver), "release")

    def test_without_the_right(self):
        hold = self._hold(self.bill, "PRICE", self.clerk)
        self.assertFalse(hold.may_release)
        self.assertTrue(hold.may_dispute)
        with self.assertRaises(AccessError):
            self._decide(hold, "release")

    def test_raising_the_order_does_not_help(self):
        """Who bought could settle their own holds that way."""
        hold = self._hold(self.bill, "PRICE")
        self.order.with_user(self.buyer).order_line[0].price_unit = 5.0
        self.bill.action_match_again()
        self.assertEqual((hold.state, hold.amount), ("open", 10.0))
        self.assertIn("raised to 5.00 after the bill came", hold.explanation)
        with self.refused("raised to 5.00"):
            self.bill.action_post()
        self._decide(self._hold(self.bill, "PRICE", self.approver), "release", "right price")
        self.assertEqual(self._codes(self.bill), ["QTY_REC"])

    def test_nor_by_naming_it_anew(self):
        line, order_line = self.bill.invoice_line_ids[0], self.order.order_line[0]
        self.bill.write({"invoice_line_ids": [(1, line.id, {"purchase_line_id": False})]})
        order_line.with_user(self.buyer).price_unit = 5.0
        self.bill.write({"invoice_line_ids": [(1, line.id, {"purchase_line_id": order_line.id})]})
        self.assertIn("PRICE", self._codes(self.bill))

    def test_a_lower_order_counts_at_once(self):
        self.order.with_user(self.buyer).order_line[0].price_unit = 3.0
        self.bill.action_match_again()
        self.assertEqual(self._hold(self.bill, "PRICE").amount, 20.0)

    def test_limit(self):
        self.approver.match_release_limit = 9.99
        hold = self._hold(self.bill, "PRICE", self.approver)
        self.assertFalse(hold.may_release)
        with self.refused("above your release limit", AccessError):
            self._decide(hold, "release")
        self.approver.match_release_limit = 0
        self._amend(release_limit=5)
        with self.assertRaises(AccessError):
            self._decide(hold, "release")
        self._amend(release_limit=10)
        self._decide(hold, "release")

    def test_a_decided_hold_is_decided(self):
        hold = self._hold(self.bill, "PRICE", self.approver)
        self._decide(hold, "release")
        with self.refused("decided already"):
            self._decide(hold, "release")

    def test_the_buyer_disputes_what_is_theirs(self):
        hold = self._hold(self.bill, "PRICE", self.buyer)
        self.assertTrue(hold.may_dispute)
        self.assertFalse(hold.may_release)
        self._decide(hold, "dispute", "not what we agreed")
        self.assertEqual(self._hold(self.bill, "PRICE").state, "disputed")

    def test_who_received_is_asked_about_quantities(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 8).user_id = self.receiver
        bill = self._bill(order, (10, 4.0))
        hold = self._hold(bill, "QTY_REC", self.receiver)
        self.assertEqual(hold.user_id, self.receiver)
        self.assertFalse(hold.may_release)
        self.assertIn("received 8", hold.explanation)
        self._decide(hold, "dispute", "two boxes were broken")
        self.assertEqual(hold.state, "disputed")

    def test_a_dispute_that_gets_worse_stops_again(self):
        for code in ("PRICE", "QTY_REC"):
            self._decide(self._hold(self.bill, code, self.approver), "dispute")
        line = self.bill.invoice_line_ids[0]
        self.bill.write({"invoice_line_ids": [(1, line.id, {"price_unit": 6.0})]})
        self.assertEqual(self._hold(self.bill, "PRICE").state, "open")
        with self.assertRaises(UserError):
            self.bill.action_post()

    def test_several_at_once(self):
        holds = self._match(self.bill).hold_ids.with_user(self.approver)
        self._decide(holds, "dispute", "one call, two questions")
        self.assertEqual(set(holds.mapped("state")), {"disputed"})

    def test_every_act_is_on_record(self):
        self._decide(self._hold(self.bill, "PRICE", self.approver), "release", "list price")
        self._decide(self._hold(self.bill, "QTY_REC", self.approver), "dispute", "50 missing")
        self.bill.action_post()
        entries = self.env["integration.audit"].search(
            [("business_ref", "=", self.bill.business_ref)]
        )
        actions = entries.mapped("action")
        for action in (
            "hold.opened",
            "hold.released",
            "hold.disputed",
            "invoice.held",
            "invoice.posted",
        ):
            self.assertIn(action, actions)
        released = entries.filtered(lambda entry: entry.action == "hold.released")
        self.assertEqual(released.user_id, self.approver)
        self.assertEqual(released.detail["reason"], "list price")

    def test_facts_carry_no_reason(self):
        facts = []
        self.patch(
            type(self.env["integration.fact"]), "_record", lambda _self, found: facts.extend(found)
        )
        self._decide(
            self._hold(self.bill, "PRICE", self.approver), "release", "told me on the phone"
        )
        self._decide(self._hold(self.bill, "QTY_REC", self.approver), "dispute", "50 missing")
        self.bill.action_post()
        self.assertEqual(
            [fact.type for fact in facts], ["hold.released", "hold.disputed", "invoice.posted"]
        )
        self.assertNotIn("phone", str(facts))
