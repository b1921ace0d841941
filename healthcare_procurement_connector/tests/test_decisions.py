from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..core.exceptions import AmbiguousError
from ..services import give_up, outgoing_orders
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestDecisions(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user(
            "operator", "healthcare_procurement_connector.group_integration_operator"
        )

    def uncertain(self):
        self.transport.answers = [AmbiguousError("no answer", "no_answer")]
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        message = self.messages_of(order).with_user(self.operator)
        self.assertEqual(message.state, "uncertain")
        return message

    def decide(self, messages, act, reason):
        form = Form(
            self.env["integration.decision"]
            .with_user(self.operator)
            .with_context(
                active_model="integration.message", active_ids=messages.ids, default_act=act
            )
        )
        form.reason = reason
        form.save().action_confirm()

    def audit(self, message, action):
        return self.env["integration.audit"].search(
            [("res_id", "=", message.id), ("action", "=", action)]
        )

    def test_giving_up_needs_a_reason_that_stays(self):
        message = self.uncertain()
        with self.assertRaises(UserError):
            self.decide(message, "give_up", "  ")
        self.decide(message, "give_up", "Ordered elsewhere")
        self.assertEqual(
            (message.state, message.decision, message.decided_by_id),
            ("cancelled", "Ordered elsewhere", self.operator),
        )
        entry = self.audit(message, "message.cancelled")
        self.assertEqual((entry.user_id, entry.detail["reason"]), (self.operator, message.decision))
        self.assertFalse(self.open_exceptions(message))

    def test_what_was_held_back_goes_on(self):
        message = self.uncertain()
        order = self.env["purchase.order"].browse(message.res_id)
        change = outgoing_orders.queue_orders(order, "order_change")
        self.drain_outbound()
        self.assertEqual(change.state, "queued")
        give_up.supplier_has_it(message, "Asked by phone: Ms Weber")
        self.drain_outbound()
        self.assertEqual((message.state, change.state), ("sent", "sent"))
        self.assertEqual(len(self.transport.requests), 2, "the order itself is not sent again")

    def test_the_supplier_has_it(self):
        message = self.uncertain()
        self.decide(message, "supplier_has_it", "Asked by phone")
        self.assertEqual(message.state, "sent")
        self.assertTrue(message.delivered)
        self.assertTrue(self.audit(message, "message.confirmed_delivered"))
        with self.assertRaises(UserError):
            self.decide(message, "it_never_arrived", "Changed my mind")

    def test_it_never_arrived(self):
        message = self.uncertain()
        uid = message.uid
        self.decide(message, "it_never_arrived", "Not in their system")
        self.assertEqual((message.state, message.uid), ("queued", uid))
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        first, second = self.transport.requests
        self.assertEqual(first.headers["Idempotency-Key"], second.headers["Idempotency-Key"])
        self.assertTrue(self.audit(message, "message.confirmed_missing"))

    def test_only_what_is_uncertain_is_confirmed(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        for act in ("supplier_has_it", "it_never_arrived"):
            with self.assertRaises(UserError):
                self.decide(message.with_user(self.operator), act, "x")
        self.assertEqual(message.state, "queued")

    def test_what_is_on_the_wire_is_not_given_up(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.force_state(message, "sending")
        with self.assertRaises(UserError):
            give_up.give_up(message.with_user(self.operator), "x")
        self.assertEqual(message.state, "sending")
