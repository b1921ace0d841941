"""The worker dies at each point of the inbound drain: what is left behind, and what becomes of it."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..formats import render
from ..services import inbox, ingest, reading, split
from ..services.inbox import LEASE, Inbox
from .common import ConnectorCase, WorkerDied


@tagged("post_install", "-at_install")
class TestInboundCrash(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.deaths = 0
        self.order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        self.raw = render(self.response_for(self.order, status="accepted"), "ubl")

    def accepted(self, raw=None):
        uid = self.accept(raw or self.raw).message_id
        return self.env["integration.message"].search([("uid", "=", uid)])

    def die_at(self, owner, name):
        with self.worker_dies_at(owner, name):
            Inbox(self.env).drain(30)
        self.env.invalidate_all()

    def next_worker(self):
        """After every lease has ended, and every short wait."""
        self.deaths += 1
        with freeze_time(fields.Datetime.now() + LEASE * 1.1 * self.deaths):
            Inbox(self.env).heal()
            self.env["integration.message"].search(
                [("state", "=", "retrying")]
            ).next_attempt = False
            Inbox(self.env).drain(30)
        self.env.invalidate_all()

    def assert_applied_once(self, message, attempts=2):
        self.assertEqual((message.state, message.attempt_count), ("processed", attempts))
        self.assertEqual(len(self.order.acknowledgement_ids), 1)
        self.assertFalse(self.open_exceptions(message))

    def test_while_storing(self):
        with self.worker_dies_at(ingest, "_wake"):
            with self.env.cr.savepoint():
                self.accept(self.raw, external_id="msg_1")
        self.assertFalse(self.env["integration.message"].search([("external_id", "=", "msg_1")]))
        self.assertFalse(self.accept(self.raw, external_id="msg_1").repeated)

    def test_between_storing_and_answering(self):
        with self.worker_dies_at(ingest, "Accepted"):
            self.accept(self.raw, external_id="msg_1")
        again = self.accept(self.raw, external_id="msg_1")
        self.assertEqual((again.repeated, again.rule), (True, "message_id"))

    def test_after_the_claim(self):
        message = self.accepted()
        self.die_at(Inbox, "_read")
        self.assertEqual(message.state, "processing")
        Inbox(self.env).heal()
        self.assertEqual(message.state, "processing", "the worker may live")
        self.next_worker()
        self.assert_applied_once(message)
        self.assertEqual(message.attempt_ids.mapped("outcome"), ["ok", "transient"])

    def test_while_reading(self):
        message = self.accepted()
        self.die_at(reading, "parse")
        self.assertFalse(message.business_key)
        self.next_worker()
        self.assert_applied_once(message)

    def test_between_reading_and_applying(self):
        message = self.accepted()
        self.die_at(Inbox, "_process")
        self.assertEqual(
            (message.state, message.business_key), ("processing", f"order:{self.order.id}")
        )
        self.next_worker()
        self.assert_applied_once(message)

    def test_while_applying(self):
        message = self.accepted()
        self.die_at(inbox.Arrival, "finish")
        self.assertFalse(self.order.acknowledgement_ids, "nothing of the effect is left")
        self.next_worker()
        self.assert_applied_once(message)

    def test_before_the_attempt_is_recorded(self):
        """Effect, state and attempt are one transaction. Here the savepoint stands for it."""
        message = self.accepted()
        with self.worker_dies_at(inbox, "record_attempt"), self.env.cr.savepoint():
            Inbox(self.env).drain(30)
        self.env.invalidate_all()
        self.assertEqual(message.state, "received")
        self.next_worker()
        self.assert_applied_once(message, attempts=1)

    def test_while_parking(self):
        message = self.accepted(b"<nothing/>")
        with self.worker_dies_at(type(self.env["integration.exception"]), "_raise"):
            Inbox(self.env).drain(30)
        self.env.invalidate_all()
        # In a test nothing is rolled back, so what was written before the death is put right by hand.
        self.force_state(message, "processing")
        message.lease_until = fields.Datetime.now()
        self.next_worker()
        self.assertEqual(message.state, "parked")
        self.assertEqual(self.open_exceptions(message).code, "unreadable")

    def test_while_splitting(self):
        message = self.accepted()
        document = reading.parse(self.raw)[0]
        with patch.object(reading, "parse", return_value=[document, document]):
            with self.worker_dies_at(split, "kept_longest"), self.env.cr.savepoint():
                Inbox(self.env).drain(30)
            self.env.invalidate_all()
            self.assertEqual((message.state, len(message.child_ids)), ("received", 0))
            self.next_worker()
        self.assertEqual((message.state, len(message.child_ids)), ("processed", 2))

    def test_a_lost_wake_up_costs_one_sweep(self):
        message = self.accepted()
        self.env["queue.job"].search([]).unlink()
        self.env["integration.drain"]._cron_sweep()
        self.assertTrue(
            self.env["queue.job"].search([("method_name", "=", "_job_drain_inbound")]),
            message.state,
        )

    def test_what_kills_its_worker_each_time_is_parked_and_takes_no_other_with_it(self):
        self.endpoint.max_attempts = 3
        poison = self.accepted(b"<poison/>")
        others = [self.accepted(self.raw + b"\n" * count) for count in range(1, 4)]
        read = reading.parse
        deaths = []

        def parse(raw):
            if raw == b"<poison/>":
                deaths.append(raw)
                raise WorkerDied
            return read(raw)

        with patch.object(reading, "parse", parse):
            for _night in range(5):
                try:
                    self.next_worker()
                except WorkerDied:
                    continue
        self.env.invalidate_all()
        self.assertEqual((poison.state, len(deaths)), ("parked", 3))
        self.assertEqual(self.open_exceptions(poison).code, "processing_failed")
        self.assertTrue(poison.payload_ids, "the bytes are kept")
        self.assertEqual(others[0].state, "processed")
        self.assertEqual({other.state for other in others[1:]}, {"duplicate"})
        self.assertEqual(
            [other.attempt_count for other in others],
            [2, 2, 2],
            "after the first death it is alone",
        )

    def test_one_attempt_is_not_used_up_by_another_documents_death(self):
        self.endpoint.max_attempts = 1
        message = self.accepted()
        self.die_at(Inbox, "_read")
        self.next_worker()
        self.assert_applied_once(message)
