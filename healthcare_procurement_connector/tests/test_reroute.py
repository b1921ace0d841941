from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..core.exceptions import TransientError
from ..formats import parse
from ..services import outgoing_orders, reroute
from ..transports.base import Reply
from .common import ConnectorCase

REFUSED = TransientError("refused", "refused")


@tagged("post_install", "-at_install")
class TestReroute(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user(
            "operator", "healthcare_procurement_connector.group_integration_operator"
        )
        cls.other = cls.endpoint.copy(
            {"code": "broker", "name": "Broker", "url": "https://broker.example", "concurrency": 8}
        )
        cls.other.idempotent = True
        cls.other.route_ids = [
            Command.create({"document_type": kind, "direction": "out", "date_from": "2020-01-01"})
            for kind in ("order", "order_change")
        ]
        cls.other.partner_ids = cls.supplier
        cls.env["integration.mapping"].search(
            [("endpoint_id", "=", cls.endpoint.id)]
        ).endpoint_id = False
        # New orders must go to the first of the two.
        cls.other.route_ids.date_from = "2099-01-01"
        cls.endpoint.write({"fallback": "reroute", "fallback_endpoint_id": cls.other.id})

    def order(self, quantity=1):
        order = self.confirmed_order([(self.gloves, quantity, 1)])
        self.other.route_ids.date_from = "2020-01-01"
        message = self.messages_of(order)
        self.assertEqual(message.endpoint_id, self.endpoint)
        return order, message

    def reroute_down(self, *endpoints):
        down = (self.endpoint, *endpoints)
        ids = [endpoint.id for endpoint in down]
        return reroute.reroute_down(self.env, ids, fields.Datetime.now())

    def test_what_waits_goes_to_the_alternative_under_its_id(self):
        _order, message = self.order()
        self.transport.answers = [REFUSED]
        self.drain_outbound()
        self.assertEqual(message.state, "retrying")
        old_bytes = message.payload_ids
        uid, sha = message.uid, old_bytes.sha256
        self.assertEqual(self.reroute_down(), 1)
        self.assertEqual(
            (message.state, message.endpoint_id, message.rerouted_from_id, message.uid),
            ("queued", self.other, self.endpoint, uid),
        )
        self.assertEqual(message.route_id, self.other.route_ids[0])
        self.assertFalse(old_bytes.exists())
        entry = self.env["integration.audit"].search([("action", "=", "message.rerouted")])
        self.assertEqual(
            (entry.detail["from_endpoint"], entry.detail["to_endpoint"]), ("supplier", "broker")
        )
        self.assertEqual(entry.detail["sha256_dropped"], sha)
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.transport.requests[-1].url, "https://broker.example")

    def test_it_gets_a_lane_of_its_new_endpoint(self):
        messages = self.env["integration.message"]
        for quantity in range(1, 12):
            self.other.route_ids.date_from = "2099-01-01"
            messages |= self.order(quantity)[1]
        self.reroute_down()
        self.assertGreater(len(set(messages.mapped("lane"))), 1)
        self.drain_outbound()
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_what_may_have_arrived_stays(self):
        for answer in (Reply(503, {}, b"", 0.1), Reply(500, {}, b"", 0.1)):
            self.other.route_ids.date_from = "2099-01-01"
            _order, message = self.order()
            self.transport.answers = [answer]
            self.drain_outbound()
            self.assertEqual(message.state, "retrying")
            self.assertEqual(self.reroute_down(), 0)
            self.assertEqual(message.endpoint_id, self.endpoint)

    def test_a_person_is_told_what_stays_and_why(self):
        _order, message = self.order()
        self.force_state(message, "uncertain")
        with self.assertRaisesRegex(UserError, message.number):
            reroute.reroute(message.with_user(self.operator), self.other, "Down")

    def test_an_order_and_its_change_go_together_or_not_at_all(self):
        order, message = self.order()
        change = outgoing_orders.queue_orders(order, "order_change")
        change = self.env["integration.message"].browse(change.ids)
        change.write({"endpoint_id": self.endpoint.id})
        self.force_state(message, "uncertain")
        self.assertEqual(self.reroute_down(), 0)
        self.assertEqual(change.endpoint_id, self.endpoint)
        self.force_state(message, "queued")
        self.other.route_ids.filtered(lambda r: r.document_type == "order_change").active = False
        self.assertEqual(self.reroute_down(), 0)
        self.other.with_context(active_test=False).route_ids.active = True
        self.assertEqual(self.reroute_down(), 2)
        self.drain_outbound()
        kinds = [type(parse(r.body)[0]).__name__ for r in self.transport.requests]
        self.assertEqual(kinds, ["Order", "OrderChange"])

    def test_one_of_a_key_takes_the_others_along(self):
        order, message = self.order()
        self.other.route_ids.date_from = "2099-01-01"
        change = outgoing_orders.queue_orders(order, "order_change")
        self.other.route_ids.date_from = "2020-01-01"
        reroute.reroute(change.with_user(self.operator), self.other, "Down until Monday")
        self.assertEqual((message.endpoint_id, change.endpoint_id), (self.other, self.other))

    def test_the_alternative_must_speak_for_the_supplier(self):
        _order, message = self.order()
        self.other.partner_ids = self.rival
        self.assertEqual(self.reroute_down(), 0)
        with self.assertRaisesRegex(UserError, "speak"):
            reroute.reroute(message.with_user(self.operator), self.other, "Down")

    def test_an_alternative_that_is_down_too_gets_nothing(self):
        self.order()
        self.assertEqual(self.reroute_down(self.other), 0)

    def test_waiting_is_the_default(self):
        self.order()
        self.endpoint.write({"fallback": "queue", "fallback_endpoint_id": False})
        self.assertEqual(self.reroute_down(), 0)
        self.assertEqual(self.env["integration.endpoint"].new().fallback, "queue")

    def test_what_is_being_sent_stays(self):
        _order, message = self.order()
        message.lease_until = fields.Datetime.add(fields.Datetime.now(), minutes=1)
        self.assertEqual(self.reroute_down(), 0)

    def test_what_was_given_up_trying_moves_by_a_person_only(self):
        self.endpoint.max_attempts = 1
        _order, message = self.order()
        self.transport.answers = [REFUSED]
        self.drain_outbound()
        self.assertEqual(message.state, "dead")
        self.assertEqual(self.reroute_down(), 0)
        form = Form(
            self.env["integration.reroute"]
            .with_user(self.operator)
            .with_context(active_model="integration.stuck", active_ids=message.ids)
        )
        self.assertEqual((form.endpoint_id, form.moving), (self.other, 1))
        form.reason = "Down until Monday"
        form.save().action_reroute()
        self.assertEqual((message.endpoint_id, message.state), (self.other, "queued"))
        self.assertFalse(self.open_exceptions(message))

    def test_changes_follow_the_order(self):
        order, _message = self.order()
        self.reroute_down()
        self.drain_outbound()
        change = outgoing_orders.queue_orders(order, "order_change")
        self.assertEqual(change.endpoint_id, self.other)

    def test_an_endpoint_does_not_replace_itself(self):
        with self.assertRaises(ValidationError):
            self.endpoint.fallback_endpoint_id = self.endpoint
        with self.assertRaises(ValidationError):
            self.other.write({"fallback": "reroute", "fallback_endpoint_id": self.endpoint.id})
        with self.assertRaises(ValidationError):
            self.endpoint.fallback_endpoint_id = False

    def test_not_to_another_company(self):
        stranger = self.env["res.company"].create({"name": "Other hospital"})
        technical = self._user("technical_there")
        technical.write({"company_ids": [Command.link(stranger.id)]})
        there = self.env["integration.endpoint"].create(
            {
                "name": "There",
                "code": "there",
                "url": "https://there.example",
                "company_id": stranger.id,
                "user_id": technical.id,
            }
        )
        with self.assertRaises(UserError):
            self.endpoint.fallback_endpoint_id = there
