from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..formats import parse, render
from ..services.inbox import Inbox
from ..transports.base import Reply
from .common import ConnectorCase
from .test_acknowledgement import answer


class SentOrderCase(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 100, 5), (self.syringes, 40, 2)])
        self.drain_outbound()
        self.order = self.order.with_user(self.buyer)
        self.gloves_line, self.syringes_line = self.order.order_line

    def want(self, quantity, line=None):
        line = line or self.gloves_line
        line.write(
            {
                "product_qty": quantity,
                "price_unit": line.price_unit,
                "date_planned": line.date_planned,
            }
        )
        self.drain_outbound()

    def answered(self, *lines, order=None, **options):
        message = self.receive(self.response_for(order or self.order, lines, **options))
        self.assertEqual(message.state, "processed", message.last_error)
        return message

    def rows(self, order=None):
        return (order or self.order).change_ids

    def states(self, order=None):
        return self.rows(order).mapped("state")

    def asked(self, code, order=None):
        return self.env["integration.exception"].search(
            [
                ("code", "=", code),
                ("state", "=", "open"),
                ("res_id", "=", (order or self.order).id),
                ("res_model", "=", "purchase.order"),
            ]
        )

    def without(self, document_type):
        self.endpoint.route_ids.filtered(lambda r: r.document_type == document_type).unlink()

    def with_cancellations(self):
        self.endpoint.route_ids = [
            Command.create(
                {
                    "document_type": "order_cancellation",
                    "direction": "out",
                    "date_from": "2020-01-01",
                }
            )
        ]


@tagged("post_install", "-at_install")
class TestChangeAnswers(SentOrderCase):
    def test_a_change_waits_until_it_is_answered(self):
        self.answered(status="accepted")
        self.assertTrue(self.order.acknowledged)
        self.want(60)
        self.assertEqual(self.states(), ["accepted", "pending"])
        self.assertFalse(self.order.acknowledged)
        self.assertIn("Change 1: Waits for an answer", self.order.waiting_changes)
        message = self.answered(status="received")
        self.assertEqual(self.states(), ["accepted", "pending"], "an answer follows")
        message = self.answered(status="accepted")
        self.assertEqual(self.states(), ["accepted", "accepted"])
        self.assertEqual(self.rows()[1].acknowledgement_id.message_id, message)
        self.assertTrue(self.order.acknowledged)
        self.assertFalse(self.order.waiting_changes)

    def test_an_answer_on_its_way_is_for_the_order_not_its_change(self):
        self.want(60)
        self.answered(status="accepted")
        self.assertEqual(self.states(), ["accepted", "pending"])
        self.assertFalse(self.order.acknowledged, "the change is not agreed")

    def test_the_answer_may_name_the_change(self):
        self.want(60)
        name = f"{self.order.name}-1"
        self.answered(status="accepted", change_number=name)
        self.assertEqual(self.states(), ["superseded", "accepted"])
        self.want(70)
        self.answered(status="accepted", order_number=f"{self.order.name}-2")
        self.assertEqual(self.states(), ["superseded", "accepted", "accepted"])
        message = self.receive(
            self.response_for(self.order, status="accepted", order_number=f"{self.order.name}-3")
        )
        self.assertEqual(
            (message.state, self.states()[-1]), ("waiting", "accepted"), "no such change"
        )

    def test_a_later_change_overtakes_an_earlier_one(self):
        self.want(60)
        self.want(70)
        self.assertEqual(self.states(), ["pending", "superseded", "pending"])
        self.assertEqual(self.rows().mapped("number"), [0, 1, 2])

    def test_a_refused_change_asks_the_buyer_and_never_counted(self):
        self.answered(status="accepted")
        self.want(60)
        message = self.answered(status="rejected", note="Packed already")
        self.assertEqual(self.states(), ["accepted", "rejected"])
        asked = self.asked("change_refused")
        self.assertEqual((asked.user_id, asked.message_id), (self.buyer, message))
        self.assertIn("Packed already", asked.summary)
        self.assertIn("60 instead of 100", asked.summary)
        self.assertFalse(self.order.acknowledgement_pending, "no line is rejected")
        self.assertEqual(self.gloves_line.product_qty, 60, "nothing is written unasked")
        self.want(60)
        self.assertEqual((len(self.rows()), asked.state), (2, "open"), "it is not asked again")
        self.want(100)
        self.assertEqual(self.states(), ["accepted", "rejected"], "back to what the supplier knows")
        self.assertEqual(asked.state, "resolved")
        self.want(90)
        self.assertIn("90 instead of 100", self.rows()[-1].summary)
        self.assertEqual(self.rows()[-1].number, 2)

    def test_a_change_answered_with_changes_is_decided_line_by_line(self):
        self.answered(status="accepted")
        self.want(60)
        self.answered(answer(1, "changed", quantity="50"), answer(2), status="changed")
        self.assertEqual(self.states(), ["accepted", "changed"])
        self.assertEqual(self.order.acknowledgement_pending, 1)

    def test_what_both_sides_agreed_on_is_not_sent_back(self):
        message = self.answered(answer(1, "changed", quantity="60", price="5.50"))
        lines = self.env[message.res_model].browse(message.res_id).line_ids
        lines.with_user(self.buyer).action_accept()
        self.drain_outbound()
        self.assertEqual(self.gloves_line.product_qty, 60)
        self.assertEqual(self.states(), ["changed"])
        self.assertEqual(len(self.transport.requests), 1)
        self.want(70)
        self.assertEqual(self.rows()[-1].summary.count("instead of"), 1)
        self.assertIn("70 instead of 60", self.rows()[-1].summary)

    def test_agreeing_makes_a_waiting_change_needless(self):
        self.gloves_line.write(
            {"product_qty": 60, "price_unit": 5, "date_planned": self.gloves_line.date_planned}
        )
        self.save()
        self.answered_before_the_change_goes(answer(1, "changed", quantity="60"))
        self.assertFalse(self.order.acknowledgement_pending, "it is what we want by now")
        message = self.answered_before_the_change_goes(answer(1, "changed", quantity="50"))
        lines = self.env[message.res_model].browse(message.res_id).line_ids
        lines.with_user(self.buyer).action_accept()
        self.drain_outbound()
        self.assertEqual(self.states(), ["changed", "withdrawn"])
        self.assertEqual(len(self.transport.requests), 1)

    def answered_before_the_change_goes(self, *lines):
        accepted = self.accept(render(self.response_for(self.order, lines), "ubl"))
        Inbox(self.env).drain(30)
        return self.env["integration.message"].search([("uid", "=", accepted.message_id)])

    def test_declining_restates_the_line(self):
        message = self.answered(answer(1, "changed", quantity="60"), answer(2))
        lines = self.env[message.res_model].browse(message.res_id).line_ids
        lines[0].with_user(self.buyer).action_decline()
        self.drain_outbound()
        (document,) = parse(self.transport.requests[-1].body)
        self.assertEqual(
            {line.number: (line.action, int(line.quantity.value)) for line in document.lines},
            {"1": ("change", 100), "2": ("keep", 40)},
        )
        self.assertIn("stays as ordered", self.rows()[-1].summary)


@tagged("post_install", "-at_install")
class TestTellByPhone(SentOrderCase):
    def test_the_buyer_phones_where_the_supplier_takes_no_changes(self):
        self.without("order_change")
        self.want(60)
        self.want(30, self.syringes_line)
        row = self.rows()[1]
        asked = self.asked("phone_change")
        self.assertEqual((row.state, len(self.rows())), ("phone", 2), "one call for both")
        self.assertEqual((asked, asked.user_id), (row.exception_id, self.buyer))
        self.assertIn("60 instead of 100", asked.summary)
        self.assertIn("30 instead of 40", asked.summary)
        self.assertIn("Change 1", self.order.changes_to_phone)
        self.phone(row)
        self.assertEqual(
            (row.state, row.told_by_id, row.told_note), ("told", self.buyer, "Ms Smith")
        )
        self.assertEqual(asked.state, "resolved")
        self.assertFalse(self.order.changes_to_phone)
        self.want(60)
        self.assertEqual(len(self.rows()), 2, "the supplier knows")

    def phone(self, row):
        action = row.with_user(self.buyer).action_told_by_phone()
        wizard = self.env[action["res_model"]].with_user(self.buyer)
        wizard.with_context(**action["context"]).create({"note": "Ms Smith"}).action_confirm()

    def test_resolving_the_question_says_the_same(self):
        self.without("order_change")
        self.want(60)
        self.asked("phone_change").with_user(self.buyer).action_resolve("Told Ms Smith")
        row = self.rows()[1]
        self.assertEqual((row.state, row.told_note), ("told", "Told Ms Smith"))

    def test_a_call_that_is_no_longer_needed(self):
        self.without("order_change")
        self.want(60)
        asked = self.asked("phone_change")
        self.want(100)
        self.assertEqual((self.rows()[1].state, asked.state), ("withdrawn", "resolved"))

    def test_a_change_that_does_not_get_through_may_be_phoned(self):
        self.transport.answers = [Reply(503, {}, b"", 0.1)]
        self.want(60)
        row = self.rows()[1]
        self.assertTrue(row.may_phone)
        self.phone(row)
        self.assertEqual((row.message_id.state, row.state), ("cancelled", "told"))
        self.want(50)
        self.assertEqual(row.message_id.state, "cancelled")
        self.assertIn("50 instead of 60", self.rows()[2].summary)

    def test_what_was_sent_is_not_phoned_as_well(self):
        self.want(60)
        row = self.rows()[1]
        self.assertFalse(row.may_phone)
        with self.assertRaisesRegex(UserError, "twice"):
            self.phone(row)

    def test_only_buyers_say_so(self):
        self.without("order_change")
        self.want(60)
        clerk = self._user("clerk", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            self.rows()[1].with_user(clerk)._told_by_phone("me")
        with self.assertRaises(AccessError):
            self.rows()[1].with_user(self.buyer).write({"state": "told"})


@tagged("post_install", "-at_install")
class TestCancellations(SentOrderCase):
    def test_a_cancellation_waits_until_it_is_answered(self):
        self.with_cancellations()
        self.answered(status="accepted")
        self.want(60)
        self.order.button_cancel()
        self.drain_outbound()
        self.assertEqual(self.states(), ["accepted", "superseded", "pending"])
        self.assertEqual(self.rows()[2].number, 2)
        self.assertIn("Cancellation", self.order.waiting_changes)
        self.answered(status="accepted")
        self.assertEqual(self.states()[-1], "accepted")
        self.assertFalse(self.order.acknowledgement_pending)

    def test_a_late_acceptance_of_the_order_is_not_that_of_its_cancellation(self):
        self.with_cancellations()
        self.order.button_cancel()
        self.drain_outbound()
        self.answered(status="accepted")
        self.assertEqual(self.states(), ["accepted", "pending"])
        self.answered(answer(1, "changed", quantity="60"))
        self.assertEqual(self.states(), ["accepted", "changed"])
        self.assertFalse(
            self.order.acknowledgement_pending, "nothing is decided on a cancelled order"
        )
        self.assertFalse(self.asked("acknowledgement"))

    def test_a_refused_cancellation_asks_the_buyer(self):
        self.with_cancellations()
        self.answered(status="accepted")
        self.order.button_cancel()
        self.drain_outbound()
        self.answered(status="rejected", note="Shipped")
        asked = self.asked("cancellation_refused")
        self.assertEqual((asked.user_id, self.states()), (self.buyer, ["accepted", "rejected"]))
        self.assertIn("Shipped", asked.summary)
        self.order.button_draft()
        self.order.button_confirm()
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 2, "the supplier has the order still")
        self.assertEqual(asked.state, "resolved")

    def test_a_change_that_was_not_sent_goes_with_the_order(self):
        self.with_cancellations()
        self.gloves_line.product_qty = 60
        self.save()
        self.order.button_cancel()
        self.drain_outbound()
        kinds = [type(parse(r.body)[0]).__name__ for r in self.transport.requests]
        self.assertEqual(kinds, ["Order", "OrderCancellation"])
        self.assertEqual(self.rows().mapped("number"), [0, 1, 1])

    def test_confirmed_again_before_the_cancellation_went(self):
        self.with_cancellations()
        self.order.button_cancel()
        self.order.button_draft()
        self.order.button_confirm()
        self.drain_outbound()
        self.assertEqual(self.states(), ["pending", "withdrawn"])
        self.assertEqual(len(self.transport.requests), 1)

    def test_an_order_cancelled_by_phone_is_new_when_it_is_confirmed_again(self):
        self.order.button_cancel()
        asked = self.asked("order_cancelled")
        self.assertEqual((self.rows()[1].state, self.rows()[1].exception_id), ("phone", asked))
        asked.with_user(self.buyer).action_resolve("Told Ms Smith")
        self.order.button_draft()
        self.order.button_confirm()
        self.drain_outbound()
        self.assertEqual(self.rows().mapped("kind"), ["order", "cancellation", "order"])
        self.assertEqual(len(self.transport.requests), 2)

    def test_an_order_is_not_deleted_before_its_supplier_knows(self):
        self.with_cancellations()
        self.order.button_cancel()
        with self.assertRaisesRegex(UserError, "does not know yet"):
            self.order.unlink()
        self.drain_outbound()
        messages = self.messages_of(self.order, "order_cancellation")
        self.order.unlink()
        self.assertEqual(messages.state, "sent")

    def test_a_peppol_answer_names_its_change(self):
        response = self.response_for(self.order, status="accepted", change_number="P1-1")
        self.assertEqual(parse(render(response, "ubl"))[0].change_number, "P1-1")

    def test_more_than_was_ordered_in_a_changed_line_is_compared_with_the_change(self):
        self.answered(status="accepted")
        self.want(60)
        said = doc.OrderResponseLine(
            order_line="1",
            status="accepted",
            item=doc.Item(name="Gloves"),
            quantity=doc.Quantity(Decimal(60), "C62"),
        )
        self.answered(said)
        self.assertFalse(self.order.acknowledgement_pending)
