from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core.exceptions import AmbiguousError
from ..formats import parse
from ..services.calls import CallPool
from ..services.outbox import Outbox
from ..transports.base import Reply
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestPlacedOrders(ConnectorCase):
    def placed(self, order, note="Ms Smith, 14:20"):
        action = order.with_user(self.buyer).action_placed_by_phone()
        wizard = self.env[action["res_model"]].with_user(self.buyer)
        wizard.with_context(**action["context"]).create({"note": note}).action_confirm()
        return order

    def acts(self, order):
        entries = self.env["integration.audit"].search(
            [("res_model", "=", "purchase.order"), ("res_id", "=", order.id)], order="id"
        )
        return entries.mapped("action")

    def with_confirmations(self):
        self.endpoint.route_ids.already_placed = "confirm"

    def test_marked_before_approval_it_is_not_sent(self):
        order = self.placed(self.draft_order([(self.gloves, 100, 5)]))
        self.assertEqual(
            (order.already_placed_by_id, order.already_placed_note), (self.buyer, "Ms Smith, 14:20")
        )
        order.with_user(self.buyer).button_confirm()
        self.drain_outbound()
        self.assertFalse(self.transport.requests)
        self.assertFalse(self.messages_of(order))
        self.assertEqual(
            (order.change_ids.state, order.change_ids.told_by_id), ("told", self.buyer)
        )
        self.assertEqual(self.acts(order), ["order.placed_by_phone", "order.not_sent"])

    def test_marked_while_it_waits_its_message_is_cancelled(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        self.placed(order)
        self.drain_outbound()
        self.assertFalse(self.transport.requests)
        self.assertEqual(self.messages_of(order).state, "cancelled")
        self.assertEqual(order.change_ids.mapped("state"), ["withdrawn", "told"])

    def test_by_its_route_it_goes_as_a_confirmation(self):
        self.with_confirmations()
        waiting = self.placed(self.confirmed_order([(self.gloves, 100, 5)]))
        draft = self.placed(self.draft_order([(self.gloves, 60, 5)]))
        draft.with_user(self.buyer).button_confirm()
        self.drain_outbound()
        for request in self.transport.requests:
            (document,) = parse(request.body)
            self.assertEqual((document.purpose, document.note), ("confirmation", "Ms Smith, 14:20"))
            self.assertIn(b"CONFIRMATION ONLY - DO NOT DUPLICATE", request.body)
        self.assertEqual(len(self.transport.requests), 2)
        self.assertEqual(
            self.messages_of(waiting).mapped("state"), ["sent", "cancelled"], "newest first"
        )

    def test_what_the_supplier_has_is_not_placed_again(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        self.drain_outbound()
        self.assertFalse(order.may_be_placed)
        with self.assertRaisesRegex(UserError, "delivered twice"):
            self.placed(order)

    def test_what_is_being_sent_at_this_moment_is_not_placed(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        with self.worker_dies_at(CallPool, "add"):
            self.drain_outbound()
        with self.assertRaisesRegex(UserError, "at this moment"):
            self.placed(order)
        self.assertEqual(self.messages_of(order).state, "sending")

    def test_what_does_not_get_through_is_placed_and_never_sent(self):
        for answer in (Reply(503, {}, b"", 0.1), AmbiguousError("?"), Reply(422, {}, b"", 0.1)):
            with self.subTest(answer=answer):
                order = self.confirmed_order([(self.gloves, 100, 5)])
                self.transport.answers = [answer]
                self.drain_outbound()
                message = self.messages_of(order)
                self.assertTrue(order.may_be_placed)
                self.placed(order)
                self.assertEqual(message.state, "cancelled")
                self.assertFalse(self.open_exceptions(message))
                entry = self.env["integration.audit"].search(
                    [("action", "=", "order.placed_by_phone"), ("res_id", "=", order.id)]
                )
                self.assertTrue(entry.detail["maybe_sent_before"])

    def test_a_message_that_a_drain_has_claimed_is_stopped(self):
        order = self.confirmed_order([(self.gloves, 100, 5)])
        self.save()
        outbox = Outbox(self.env)
        claimed = outbox._claim()
        self.placed(order)
        self.assertFalse(outbox._prepare(claimed), "nothing to call")
        self.assertEqual(self.messages_of(order).state, "cancelled")

    def test_what_was_placed_by_phone_is_changed_and_cancelled_by_phone(self):
        order = self.placed(self.confirmed_order([(self.gloves, 100, 5)]))
        order.order_line.product_qty = 60
        self.save()
        self.assertEqual(order.change_ids[-1].state, "phone")
        self.assertFalse(self.messages_of(order, "order_change"))
        order.button_cancel()
        self.assertEqual(
            order.change_ids.mapped("state"), ["withdrawn", "told", "withdrawn", "phone"]
        )

    def test_a_confirmation_is_changed_electronically(self):
        self.with_confirmations()
        order = self.placed(self.draft_order([(self.gloves, 100, 5)]))
        order.button_confirm()
        self.drain_outbound()
        order.order_line.product_qty = 60
        self.drain_outbound()
        document = parse(self.transport.requests[-1].body)[0]
        self.assertEqual((type(document).__name__, document.purpose), ("OrderChange", None))

    def test_not_placed_after_all(self):
        order = self.placed(self.confirmed_order([(self.gloves, 100, 5)]))
        order.with_user(self.buyer).action_not_placed()
        self.assertFalse(order.already_placed or order.already_placed_note)
        self.drain_outbound()
        self.assertEqual(parse(self.transport.requests[0].body)[0].purpose, None)
        self.assertEqual(self.acts(order)[-2:], ["order.not_placed_by_phone", "order.queued"])
        draft = self.placed(self.draft_order([(self.gloves, 100, 5)]))
        draft.with_user(self.buyer).action_not_placed()
        draft.button_confirm()
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 2)

    def test_a_sent_confirmation_is_not_taken_back(self):
        self.with_confirmations()
        order = self.placed(self.confirmed_order([(self.gloves, 100, 5)]))
        self.drain_outbound()
        with self.assertRaisesRegex(UserError, "has the confirmation"):
            order.action_not_placed()

    def test_a_supplier_without_route_may_be_marked_all_the_same(self):
        order = self.placed(self.draft_order([(self.gloves, 100, 5)], partner=self.rival))
        order.button_confirm()
        order.order_line.product_qty = 60
        self.save()
        self.assertFalse(order.change_ids)

    def test_marked_once_and_only_alive(self):
        order = self.placed(self.draft_order([(self.gloves, 100, 5)]))
        with self.assertRaises(UserError):
            self.placed(order)
        other = self.draft_order([(self.gloves, 100, 5)])
        other.button_cancel()
        with self.assertRaises(UserError):
            self.placed(other)

    def test_cancelled_before_approval_it_is_cancelled_by_phone(self):
        order = self.placed(self.draft_order([(self.gloves, 100, 5)]))
        order.button_cancel()
        self.assertEqual(order.change_ids.mapped("state"), ["told", "phone"])
        order.button_draft()
        order.button_confirm()
        self.drain_outbound()
        self.assertEqual(order.change_ids.mapped("state"), ["told", "withdrawn"])
        self.assertFalse(self.transport.requests, "the supplier has it still, by phone")

    def test_a_cancelled_confirmation_leaves_the_call_to_be_taken_back(self):
        self.with_confirmations()
        order = self.placed(self.confirmed_order([(self.gloves, 100, 5)]))
        order.button_cancel()
        self.drain_outbound()
        self.assertFalse(self.transport.requests)
        self.assertEqual(
            order.change_ids.mapped("state"), ["withdrawn", "withdrawn", "told", "phone"]
        )

    def test_ordered_again_after_that_it_is_an_order_like_any_other(self):
        order = self.placed(self.confirmed_order([(self.gloves, 100, 5)]))
        order.button_cancel()
        order.change_ids[-1].with_user(self.buyer)._told_by_phone("Ms Smith")
        order.button_draft()
        self.assertFalse(order.already_placed)
        order.button_confirm()
        self.drain_outbound()
        (document,) = parse(self.transport.requests[0].body)
        self.assertEqual((document.number, document.purpose), (order.name, None))

    def test_the_mark_is_set_by_its_button_only(self):
        order = self.draft_order([(self.gloves, 100, 5)]).with_user(self.buyer)
        with self.assertRaises(AccessError):
            order.write({"already_placed": True})
        with self.assertRaises(AccessError):
            order.create({"partner_id": self.supplier.id, "already_placed": True})
        clerk = self._user("clerk", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            self.env["purchase.order.phoned"].with_user(clerk).create(
                {"order_id": order.id, "note": "me"}
            )

    def test_a_copy_was_not_placed(self):
        order = self.placed(self.confirmed_order([(self.gloves, 100, 5)]))
        copy = order.copy()
        self.assertFalse(copy.already_placed or copy.change_ids)
        copy.button_confirm()
        self.drain_outbound()
        self.assertEqual(self.messages_of(copy).state, "sent")

    def test_what_was_placed_is_not_merged_into_what_was_not(self):
        placed = self.placed(self.draft_order([(self.gloves, 100, 5)]))
        other = self.draft_order([(self.gloves, 60, 5)])
        with self.assertRaises(UserError):
            (placed | other).action_merge()
        third = self.draft_order([(self.gloves, 1, 5)])
        (placed | other | third).action_merge()
        self.assertEqual((placed.state, third.state), ("draft", "cancel"))
        self.assertEqual(sum(other.order_line.mapped("product_qty")), 61)
