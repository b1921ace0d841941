"""Whose turn a bill is, in which order, and what stands beside it, for each role."""

import base64
from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.healthcare_procurement_connector.core import documents as doc
from odoo.addons.healthcare_procurement_connector.core.identity import content_hash
from odoo.addons.healthcare_procurement_connector.formats import render

from ..services.worklist import Worklist
from .common import MatchCommon
from .test_beside import HOSTILE, PDF

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class WorklistCase(MatchCommon):
    def _held(self, ref, price=5.0, received=10, **vals):
        order = self._order((self.gloves, 10, 4.0))
        if received:
            self._receive(order, received)
        return self._bill(order, (10, price), ref=ref, **vals)

    def _queue(self, user):
        matches, own = Worklist(self.env(user=user)).matches()
        return [match.sudo().bill_id.ref for match in matches], own

    def _discount(self, days):
        return self.env["account.payment.term"].create(
            {
                "name": f"2 % in {days} days",
                "early_discount": True,
                "discount_percentage": 2.0,
                "discount_days": days,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )

    def _place(self, bill, user):
        return bill.with_user(user).match_worksheet["place"]


@tagged("post_install", "-at_install")
class TestWorklist(WorklistCase):
    def test_discount_then_money(self):
        self._held("SMALL", 4.5)
        self._held("LARGE", 9.0)
        self._held("LOST", 4.4, invoice_payment_term_id=self._discount(1).id).write(
            {"invoice_date": fields.Date.subtract(fields.Date.today(), days=9)}
        )
        self._held("SOON", 4.3, invoice_payment_term_id=self._discount(3).id)
        self.assertEqual(self._queue(self.approver), (["SOON", "LARGE", "SMALL", "LOST"], False))
        self.assertEqual(self._queue(self.buyer), (["SOON", "LARGE", "SMALL", "LOST"], True))

    def test_ones_own_come_before_everybodys(self):
        self._held("PRICE", 5.0)
        self._held("LATE", 4.0, received=0)
        mine = self._held("MINE", 4.0, integration_payee_account="BE71096123456769")
        self.assertEqual(self._hold(mine, "BANK").user_id, self.approver)
        self.assertEqual(self._queue(self.approver), (["MINE"], True))
        self._decide(self._hold(mine, "BANK", self.approver), "dispute")
        everybodys, own = self._queue(self.approver)
        self.assertEqual((set(everybodys), own), ({"PRICE", "LATE"}, False))

    def test_what_wants_a_second_person_is_not_the_firsts(self):
        self._amend(second_approval_above=1.0)
        second = self._person("second", "healthcare_three_way_match.group_match_approver")
        bill = self._held("TWO")
        self._decide(self._hold(bill, "PRICE", self.approver), "release")
        self.assertEqual(self._queue(second), (["TWO"], True))
        self.assertFalse(self._hold(bill, "PRICE", self.approver).waits_for_me)
        self.assertTrue(self._hold(bill, "PRICE", second).waits_for_me)

    def test_others_see_nothing(self):
        self._held("PRICE")
        stranger = self._person("stranger", "stock.group_stock_user")
        self.assertEqual(self._queue(stranger), ([], False))
        self.assertFalse(self.env["purchase.match"].with_user(stranger).action_decide_next())
        action = self.env["purchase.match"].with_user(stranger).action_start_deciding()
        self.assertEqual(action["res_model"], "purchase.match.hold")

    def test_the_filter_and_the_row_agree(self):
        self._held("PRICE")
        for user in (self.buyer, self.approver, self.receiver):
            holds = self.env["purchase.match.hold"].with_user(user)
            found = holds.search([("waits_for_me", "=", True)])
            self.assertEqual(found, holds.search([]).filtered("waits_for_me"))
            self.assertEqual(bool(found), user == self.buyer)

    def test_who_cannot_open_bills_decides_on_the_hold(self):
        self._amend(receiving_user_id=self.receiver.id)
        bill = self._held("SHORT", 4.0, received=8)
        action = self.env["purchase.match"].with_user(self.receiver).action_decide_next()
        hold = self._hold(bill, "QTY_REC", self.receiver)
        self.assertEqual((action["res_model"], action["res_id"]), (hold._name, hold.id))
        sheet = hold.worksheet
        self.assertEqual((sheet["number"], sheet["may_compare"]), ("SHORT", False))
        self.assertFalse(hold.match_id.beside()["document"])
        self._decide(hold, "dispute", "two boxes missing")
        self.assertEqual(hold.state, "disputed")
        bill = self._held("PRICE")
        for user, model in ((self.buyer, hold._name), (self.approver, "account.move")):
            action = self.env["purchase.match"].with_user(user).action_decide_next()
            self.assertEqual(action["res_model"], model)
            opened = self._hold(bill, "PRICE", user).action_open_bill()
            self.assertEqual(opened["res_model"], model)

    def test_what_others_own_stays_out_of_sight(self):
        self._amend(receiving_user_id=self.receiver.id)
        bill = self._held("BOTH", 5.0, received=8)
        hold = self._hold(bill, "QTY_REC", self.receiver)
        match = hold.match_id
        self.env.flush_all()
        # Who has seen all of them in the same transaction.
        self.assertEqual(len(match.sudo().hold_ids.mapped("state")), 2)
        action = match.action_decide_next()
        self.assertEqual(action["res_id"], hold.id)
        (line,) = hold.worksheet["lines"]
        self.assertEqual([shown["id"] for shown in line["holds"]], [hold.id])
        self.assertFalse(match.beside()["history"])
        self.assertEqual(match.action_open_bill()["res_id"], hold.id)

    def test_after_the_last_one_comes_the_first_again(self):
        bills = [self._held(ref, price) for ref, price in (("A", 9.0), ("B", 8.0), ("C", 7.0))]
        places = [self._place(bill, self.approver) for bill in bills]
        ids = [bill.match_id.id for bill in bills]
        self.assertEqual([place["next"] for place in places], [ids[1], ids[2], ids[0]])
        self.assertEqual([place["previous"] for place in places], [ids[2], ids[0], ids[1]])
        self.assertEqual([place["place"] for place in places], [1, 2, 3])

    def test_the_row_costs_the_same_for_many(self):
        def cost():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Worklist(self.env(user=self.approver)).matches()
            return self.cr.sql_log_count - before

        self._held("A")
        cost()
        few = cost()
        for number in range(5):
            self._held(f"B{number}")
        # As above: what the bills cleared of the caches is read again once, however many they are.
        cost()
        self.assertEqual(cost(), few)


@tagged("post_install", "-at_install")
class TestBeside(WorklistCase):
    def _past(self, count=3):
        for number in range(count):
            bill = self._held(f"OLD-{number}")
            self._decide(self._hold(bill, "PRICE", self.approver), "release")
        self._held("CLEAN", 4.0)

    def test_the_past_of_the_supplier(self):
        self._past()
        bill = self._held("NOW").with_user(self.approver)
        supplier = bill.match_id.beside()["supplier"]
        self.assertEqual((supplier["bills"], supplier["held"], supplier["rate"]), (4, 3, "75"))
        self.assertEqual(supplier["kinds"], [{"title": "Price", "count": 3}])
        self.assertEqual(supplier["days"], "0.0")

    def test_what_was_released_before_is_suggested(self):
        self._past(2)
        sheet = self._held("TWO").with_user(self.approver).match_worksheet
        self.assertFalse(sheet["advice"], "two cases are no habit")
        self._past(1)
        bill = self._held("NOW").with_user(self.approver)
        (said,) = bill.match_worksheet["advice"].values()
        self.assertEqual(said["advice"], "release")
        self.assertIn("3 of ", said["text"])

    def test_announced_goods_are_waited_for(self):
        bill = self._held("SHORT", 4.0, received=8)
        order_line = bill.invoice_line_ids.purchase_line_id
        tomorrow = fields.Date.add(fields.Date.today(), days=1)
        self.env["purchase.shipment"].sudo().create(
            {
                "number": "ASN-1",
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "expected": tomorrow,
                "line_ids": [Command.create({"order_line_id": order_line.id, "quantity": 2})],
            }
        )
        (said,) = bill.with_user(self.approver).match_worksheet["advice"].values()
        self.assertEqual(said["advice"], "wait")

    def test_history_tells_who_and_why(self):
        bill = self._held("NOW")
        self._decide(self._hold(bill, "PRICE", self.approver), "release", "list of May")
        (told,) = bill.with_user(self.clerk).match_id.beside()["history"]
        self.assertEqual((told["who"], told["reason"]), (self.approver.name, "list of May"))

    def test_the_attachment_is_the_document(self):
        bill = self._held("NOW")
        self.assertFalse(bill.with_user(self.clerk).match_id.beside()["document"])
        picture = self.env["ir.attachment"].create(
            {"name": "bill.png", "raw": PIXEL, "res_model": bill._name, "res_id": bill.id}
        )
        document = bill.with_user(self.clerk).match_id.beside()["document"]
        self.assertEqual(document["url"], f"/web/content/{picture.id}")
        self.assertEqual(document["kind"], "picture")

    def test_markup_is_no_picture(self):
        bill = self._held("NOW")
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        self.env["ir.attachment"].create(
            {"name": "bill.svg", "raw": svg, "res_model": bill._name, "res_id": bill.id}
        )
        self.assertFalse(bill.with_user(self.clerk).match_id.beside()["document"])

    def test_strangers_read_nothing(self):
        match = self._held("NOW").match_id
        stranger = self._person("stranger", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            match.with_user(stranger).beside()


@tagged("post_install", "-at_install")
class TestDecideAndPost(WorklistCase):
    def _wizard(self, hold):
        action = hold.with_context(match_one_bill=True).action_release()
        wizard = self.env[action["res_model"]].with_user(hold.env.user).browse(action["res_id"])
        wizard.reason = "agreed"
        return wizard

    def test_released_and_posted_in_one_go(self):
        bill = self._held("NOW")
        wizard = self._wizard(self._hold(bill, "PRICE", self.approver))
        self.assertTrue(wizard.post_bill)
        wizard.action_decide()
        self.assertEqual(bill.state, "posted")

    def test_not_while_something_else_stops_it(self):
        bill = self._held("NOW", received=8)
        self._wizard(self._hold(bill, "PRICE", self.approver)).action_decide()
        self.assertEqual((bill.state, self._codes(bill)), ("draft", ["QTY_REC"]))

    def test_not_without_the_right_to_post(self):
        bill = self._held("NOW")
        approver = self._person("no_biller", "healthcare_three_way_match.group_match_approver")
        wizard = self._wizard(self._hold(bill, "PRICE", approver))
        self.assertFalse(wizard.post_bill)
        wizard.post_bill = True
        wizard.action_decide()
        self.assertEqual((bill.state, self._codes(bill)), ("draft", []))


@tagged("post_install", "-at_install")
class TestDecideTours(WorklistCase, HttpCase):
    def test_finance_goes_from_bill_to_bill_by_keyboard(self):
        for number in range(3):
            old = self._held(f"OLD-{number}")
            self._decide(self._hold(old, "PRICE", self.approver), "release")
            old.action_post()
        loose = self._without_order("QUEUE-LOOSE")
        first = self._held("QUEUE-DISCOUNT", 4.5, invoice_payment_term_id=self._discount(5).id)
        large, small = self._held("QUEUE-LARGE", 9.0), self._held("QUEUE-SMALL", 4.6)
        two, raised = self._two_prices("QUEUE-TWO"), self._raised("QUEUE-RAISED")
        self._attach(first, "bill.png", PIXEL)
        pdf = self._attach(two, "bill.pdf", PDF)
        self._came_as(large, HOSTILE)
        self.start_tour("/odoo/match-decide", "match_decide_finance", login=self.approver.login)
        self.env.invalidate_all()
        posted = first + large + small + two + raised
        self.assertEqual({bill.state for bill in posted}, {"posted"})
        self.assertEqual(self._codes(large, "disputed"), ["PRICE"])
        self.assertEqual(self._codes(small, "released"), ["PRICE"])
        self.assertEqual(self._codes(two, "released"), ["PRICE", "PRICE"])
        self.assertEqual(self._codes(raised, "auto_released"), ["PRICE"])
        self.assertEqual((self._match(loose).state, loose.state), ("clean", "draft"))
        self._is_served_harmlessly(pdf)

    def _is_served_harmlessly(self, pdf):
        """A browser takes it for a PDF whatever is in it, and what is in it may load nothing."""
        self.authenticate(self.approver.login, self.approver.login)
        headers = self.url_open(f"/web/content/{pdf.id}").headers
        self.assertEqual(headers["Content-Type"], "application/pdf")
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])

    def _attach(self, bill, name, raw):
        return self.env["ir.attachment"].create(
            {"name": name, "raw": raw, "res_model": bill._name, "res_id": bill.id}
        )

    def _without_order(self, ref):
        """A bill whose line names no order, though there is one that it fits."""
        order = self._order((self.syringes, 10, 4.0))
        self._receive(order, 10)
        bill = self._bill(order, (10, 4.0), ref=ref)
        bill.invoice_line_ids.purchase_line_id = False
        bill._match_drafts()
        return bill

    def _two_prices(self, ref):
        order = self._order((self.gloves, 10, 4.0), (self.syringes, 10, 4.0))
        self._receive(order, 10, 10)
        return self._bill(order, (10, 6.0), (10, 6.0), ref=ref)

    def _raised(self, ref):
        """The buyer raised the order once the bill was there."""
        bill = self._held(ref, 5.5)
        bill.invoice_line_ids.purchase_line_id.with_user(self.buyer).price_unit = 5.5
        bill.action_match_again()
        return bill

    def _came_as(self, bill, words):
        """The bill as one that came over a connection, its supplier's document full of ``words``."""
        endpoint = self.env["integration.endpoint"].create(
            {
                "name": "Mediline",
                "code": "mediline",
                "url": "https://mediline.example",
                "company_id": self.company.id,
                "user_id": self.clerk.id,
            }
        )
        line = doc.InvoiceLine(
            number="1",
            item=doc.Item(name=words),
            quantity=doc.Quantity(Decimal(10), "C62"),
            amount=Decimal(90),
        )
        raw = render(
            doc.Invoice(number=bill.ref, kind="invoice", note=words, lines=(line,)), "json"
        )
        message = (
            self.env["integration.message"]
            .sudo()
            .create(
                {
                    "direction": "in",
                    "document_type": "invoice",
                    "state": "processed",
                    "endpoint_id": endpoint.id,
                    "company_id": self.company.id,
                    "payload_ids": [
                        Command.create(
                            {
                                "content": base64.b64encode(raw),
                                "content_type": "application/json",
                                "size": len(raw),
                                "sha256": content_hash(raw),
                            }
                        )
                    ],
                }
            )
        )
        bill.sudo().write(
            {"integration_message_id": message.id, "integration_total": bill.amount_total}
        )

    def test_a_buyer_disputes_on_the_bill(self):
        bill = self._held("BUYER")
        self.start_tour("/odoo/match-decide", "match_decide_buyer", login=self.buyer.login)
        self.env.invalidate_all()
        self.assertEqual(self._codes(bill, "disputed"), ["PRICE"])

    def test_a_receiver_disputes_without_the_bill(self):
        self._amend(receiving_user_id=self.receiver.id)
        bill = self._held("RECEIVER", 4.0, received=8)
        self.start_tour("/odoo/match-decide", "match_decide_receiver", login=self.receiver.login)
        self.env.invalidate_all()
        self.assertEqual(self._codes(bill, "disputed"), ["QTY_REC"])
