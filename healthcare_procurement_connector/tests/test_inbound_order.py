"""Documents about one order: who is applied first, and that two workers never apply at once."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..formats import render
from ..services import inbox
from ..services.arrival import Arrival
from ..services.inbox import LEASE, Inbox
from .common import ConnectorCase

SETTLE = "odoo.addons.healthcare_procurement_connector.services.settle"


@tagged("post_install", "-at_install")
class TestInboundOrder(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()

    def answer(self, number, order=None, **values):
        values = {"status": "accepted"} | values
        raw = render(self.response_for(order or self.order, number=number, **values), "ubl")
        uid = self.accept(raw).message_id
        return self.env["integration.message"].search([("uid", "=", uid)])

    def drain(self):
        Inbox(self.env).drain(30)
        self.env.invalidate_all()

    def failing_once(self):
        return (
            patch.object(Arrival, "finish", side_effect=ValueError("for a moment")),
            self.assertLogs(SETTLE, "ERROR"),
        )

    def applied(self):
        return self.order.acknowledgement_ids.sorted("id").mapped("name")

    def test_an_answer_does_not_overtake_an_earlier_one_that_is_still_tried(self):
        first = self.answer("R-1")
        failing, logged = self.failing_once()
        with failing, logged:
            self.drain()
        first.next_attempt = fields.Datetime.now() + LEASE
        later = self.answer("R-2", status="received")
        self.drain()
        self.assertEqual((first.state, later.state), ("retrying", "received"))
        self.assertEqual((later.attempt_count, later.business_key), (0, f"order:{self.order.id}"))
        first.next_attempt = fields.Datetime.now()
        self.drain()
        self.assertEqual((first.state, later.state), ("processed", "processed"))
        self.assertEqual(self.applied(), ["R-1", "R-2"])

    def test_an_answer_read_by_another_worker_goes_first(self):
        """The key of the first is known as soon as it was read, though another worker reads it."""
        first, later = self.answer("R-1"), self.answer("R-2", status="received")
        other = Inbox(self.env)
        messages, lease = other._claim(self.endpoint.id)
        other._put_back(later, lease)
        with patch.object(inbox.time, "sleep", side_effect=lambda _pause: reading.pop()()):
            reading = [lambda: arrivals.extend(other._read(first, lease))]
            arrivals = []
            self.drain()
        self.assertEqual(later.state, "received", "it was put back, its turn had not come")
        self.assertEqual(later.attempt_count, 0)
        other._process(arrivals[0], lease)
        self.drain()
        self.assertEqual(self.applied(), ["R-1", "R-2"])
        self.assertIn(first, messages)

    def test_a_read_that_takes_too_long_holds_nobody_up(self):
        first, later = self.answer("R-1"), self.answer("R-2")
        other = Inbox(self.env)
        _messages, lease = other._claim(self.endpoint.id)
        other._put_back(later, lease)
        first.lease_until = fields.Datetime.now() + LEASE - inbox.PATIENCE
        self.drain()
        self.assertEqual((first.state, later.state), ("processing", "processed"))

    def test_other_orders_go_on(self):
        first = self.answer("R-1")
        failing, logged = self.failing_once()
        with failing, logged:
            self.drain()
        first.next_attempt = fields.Datetime.now() + LEASE
        other_order = self.confirmed_order([(self.gloves, 1, 5)])
        self.drain_outbound()
        other = self.answer("R-3", other_order)
        self.drain()
        self.assertEqual((first.state, other.state), ("retrying", "processed"))

    def test_what_another_worker_holds_is_left_to_it(self):
        message = self.answer("R-1")
        with self._held_elsewhere(f"order:{self.order.id}"):
            self.drain()
            self.assertEqual((message.state, message.attempt_count), ("received", 0))
            self.assertFalse(message.attempt_ids)
        self.drain()
        self.assertEqual(message.state, "processed")

    def test_every_order_of_a_document_is_held(self):
        second = self.confirmed_order([(self.gloves, 1, 5)])
        document = self.despatch_for(self.order, ())
        arrival = Arrival(self.answer("R-1"), document)
        arrival.supplier = self.supplier
        arrival.__dict__["orders"] = {self.order.name: self.order, second.name: second}
        self.assertEqual(arrival.business_key, f"order:{self.order.id}")
        self.assertEqual(
            arrival.keys(),
            {f"order:{self.order.id}", f"order:{second.id}", arrival.identity_key},
        )

    def test_without_an_order_the_identity_is_the_key(self):
        message = self.receive(self.invoice_for(self.order, number="INV 1", order_number=None))
        self.assertEqual(message.business_key, f"invoice:{self.supplier.id}:INV1")

    def test_one_supplier_in_a_flood_does_not_hold_up_another(self):
        quiet = self.endpoint.copy({"code": "quiet", "partner_ids": [(6, 0, self.rival.ids)]})
        quiet.inbound_secret = self.endpoint._secret("inbound")
        for number in range(inbox.BATCH + 5):
            self.accept(b"<nothing/>" + b" " * number)
        uid = self.accept(b"<quiet/>", endpoint=quiet).message_id
        last = self.env["integration.message"].search([("uid", "=", uid)])
        Inbox(self.env)._round(float("inf"))
        self.env.invalidate_all()
        self.assertEqual(last.state, "parked")
        rest = self.env["integration.message"].search(
            [("endpoint_id", "=", self.endpoint.id), ("state", "=", "received")], order="id"
        )
        self.assertEqual(rest.mapped("size"), [30, 31, 32, 33, 34], "the oldest went first")

    def test_what_the_deadline_leaves_is_put_back_untried(self):
        first, later = self.answer("R-1"), self.answer("R-2", status="received")
        queue = Inbox(self.env)
        clock = iter([0, 1])
        with patch.object(inbox.time, "monotonic", side_effect=lambda: next(clock, 100)):
            queue._round(50)
        self.env.invalidate_all()
        self.assertEqual(first.mapped("state") + later.mapped("state"), ["received", "received"])
        self.assertEqual((first | later).mapped("attempt_count"), [0, 0])

    def test_a_lease_that_went_to_another_is_left_alone(self):
        message = self.answer("R-1")
        slow = Inbox(self.env)
        messages, lease = slow._claim(self.endpoint.id)
        (arrival,) = slow._read(messages, lease)
        with freeze_time(fields.Datetime.now() + LEASE * 2):
            Inbox(self.env).heal()
            message.invalidate_recordset()
            message.next_attempt = False
            self.drain()
        self.assertEqual((message.state, message.attempt_count), ("processed", 2))
        slow._process(arrival, lease)
        slow._put_back(message, lease)
        self.env.invalidate_all()
        self.assertEqual((message.state, message.attempt_count), ("processed", 2))
        self.assertEqual(self.applied(), ["R-1"])

    def _held_elsewhere(self, key):
        """Another connection's session holds the key."""
        connection = self.registry.cursor()
        self.addCleanup(connection.close)
        name = f"healthcare.inbound:{self.company.id}:{key}"
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])

        class Held:
            def __enter__(self):
                return connection

            def __exit__(self, *_error):
                connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])

        return Held()
