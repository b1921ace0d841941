"""The worker dies at each point of a drain: what is left behind, and what becomes of it."""

import time
from contextlib import suppress
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..services import outbox
from ..services.calls import CallPool
from ..services.outbox import Outbox
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestCrashPoints(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 1, 1)])
        self.message = self.messages_of(self.order)

    def _later(self, minutes=11):
        """After every lease has ended."""
        return freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=minutes))

    def test_after_the_claim(self):
        with self.worker_dies_at(Outbox, "_prepare"):
            self.drain_outbound()
        self.assertEqual(self.message.state, "queued")
        self.drain_outbound()
        self.assertFalse(self.transport.requests, "its lane is still leased")
        with self._later():
            self.drain_outbound()
        self.assertEqual(
            (self.message.state, self.message.attempt_count), ("sent", 1), self.message.last_error
        )

    def test_while_preparing(self):
        with self.worker_dies_at(outbox, "_call"):
            self.drain_outbound()
        with self._later():
            self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 1)
        self.assertEqual(self.message.state, "sent")

    def test_between_sending_and_the_call(self):
        with self.worker_dies_at(CallPool, "add"):
            self.drain_outbound()
        self.assertEqual(self.message.state, "sending")
        Outbox(self.env).heal()
        self.assertEqual(self.message.state, "sending", "the worker may live")
        with self._later():
            Outbox(self.env).heal()
        self.assertEqual(self.message.state, "uncertain")
        self.assertEqual(self.open_exceptions(self.message).code, "delivery_uncertain")
        with self._later():
            self.drain_outbound()
        self.assertFalse(self.transport.requests, "a person decides, nobody else")

    def test_between_the_call_and_its_record(self):
        with self.worker_dies_at(Outbox, "_record"):
            self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 1)
        with self._later():
            Outbox(self.env).heal()
            self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 1)
        self.assertEqual(self.message.state, "uncertain")

    def test_between_the_call_and_its_record_where_repeats_are_known(self):
        self.endpoint.idempotent = True
        with self.worker_dies_at(Outbox, "_record"):
            self.drain_outbound()
        with self._later():
            Outbox(self.env).heal()
            self.drain_outbound()
        first, second = self.transport.requests
        self.assertEqual(first.headers["Idempotency-Key"], second.headers["Idempotency-Key"])
        self.assertEqual(first.body, second.body)
        self.assertEqual((self.message.state, self.message.attempt_count), ("sent", 2))

    def test_a_drain_that_fails_records_what_was_answered(self):
        """Not a crash: the drain's own error must not lose the calls under way."""
        # Not assertRaises, which would roll the record back with it.
        with suppress(ZeroDivisionError), self._failing_once():
            self.drain_outbound()
            self.fail("the drain's error was swallowed")
        self.assertEqual(self.message.state, "sent")
        self.assertFalse(self.env["integration.lane"].search([("holder", "!=", False)]))

    def _failing_once(self):
        record_some, calls = Outbox._record_some, []

        def fails_the_first_time(drain, pool):
            calls.append(1)
            while not self.transport.requests:
                time.sleep(0.01)
            return record_some(drain, pool) if len(calls) > 1 else 1 / 0

        return patch.object(Outbox, "_record_some", fails_the_first_time)
