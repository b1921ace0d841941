"""Waking, sweeping, lanes: that nothing waits for ever."""

from datetime import timedelta
from unittest.mock import Mock, patch

from odoo import fields
from odoo.api import Environment
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.queue_job.job import Job

from ..core.lane import lane_of
from ..services import outbox
from ..services.inbox import Inbox
from ..services.outbox import Outbox
from ..transports.base import Reply
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestDrain(ConnectorCase):
    def _jobs(self, direction="out"):
        method = {"out": "_job_drain_outbound", "in": "_job_drain_inbound"}[direction]
        return self.env["queue.job"].search([("method_name", "=", method)])

    def _lanes(self):
        return self.env["integration.lane"].search([("endpoint_id", "=", self.endpoint.id)])

    def test_many_orders_wake_one_drain(self):
        before = self._jobs()
        for quantity in (1, 2, 3):
            self.confirmed_order([(self.gloves, quantity, 1)])
        self.assertLessEqual(len(self._jobs() - before), 1)

    def test_the_sweep_finds_what_no_wake_up_told_of(self):
        self.confirmed_order([(self.gloves, 1, 1)])
        self._jobs().unlink()
        self.env["integration.drain"]._cron_sweep()
        self.assertEqual(len(self._jobs()), 1)

    def test_nothing_due_wakes_nobody(self):
        self._jobs().unlink()
        self.env["integration.drain"]._cron_sweep()
        self.assertFalse(self._jobs())

    def test_where_no_runner_comes_the_sweep_does_the_work(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        # Behind the job's back, which lets nobody change when it was created.
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = date_created - interval '10 minutes' WHERE id IN %s",
            [tuple(self._jobs().ids)],
        )
        self.env["integration.drain"]._cron_sweep()
        self.assertEqual(message.state, "sent")
        asked = self.env["integration.exception"].search([("code", "=", "runner_silent")])
        self.assertEqual(asked.state, "open")
        self.env["integration.drain"]._cron_sweep()
        self.assertEqual(len(asked.search([("code", "=", "runner_silent")])), 1, "asked once")
        self._jobs().unlink()
        self.env["integration.drain"]._cron_sweep()
        self.assertEqual(asked.state, "resolved")

    def test_a_soon_retry_gets_a_drain_of_its_own(self):
        self.transport.answers = [Reply(503, {}, b"", 0.1)]
        self.confirmed_order([(self.gloves, 1, 1)])
        self._jobs().unlink()
        self.drain_outbound()
        self.assertTrue(self._jobs().filtered("eta"))

    def test_a_drain_whose_time_is_over_calls_another(self):
        self.endpoint.write({"idempotent": True, "concurrency": 1})
        for quantity in range(3):
            self.confirmed_order([(self.gloves, quantity + 1, 1)])
        self._jobs().unlink()
        Outbox(self.env).drain(0)
        self.assertFalse(self.transport.requests)
        self.assertEqual(len(self._jobs()), 1)

    def test_no_more_than_the_rate_limit_allows(self):
        self.endpoint.write(
            {"idempotent": True, "concurrency": 4, "calls_per_minute": 1, "burst": 2}
        )
        messages = self.env["integration.message"]
        for quantity in range(1, 6):
            messages += self.messages_of(self.confirmed_order([(self.gloves, quantity, 1)]))
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 2)
        self.assertEqual(messages.mapped("state").count("queued"), 3)

    def test_a_call_that_is_not_made_leaves_its_place(self):
        self.endpoint.write({"calls_per_minute": 60, "burst": 1})
        crate = self.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 7, "relative_uom_id": self.gloves.uom_id.id}
        )
        self.confirmed_order([(self.gloves, 1, 1, crate)])
        good = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.drain_outbound()
        self.assertEqual(good.state, "sent", "the order that is held used no call")

    def test_a_paused_endpoint_is_not_called(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.endpoint.state_ids.write({"paused": True, "pause_reason": "stocktaking"})
        self.drain_outbound()
        self.assertEqual(message.state, "queued")
        self.assertFalse(Outbox(self.env).has_work(), "nobody is woken for it")
        self.endpoint.state_ids.paused = False
        self.drain_outbound()
        self.assertEqual(message.state, "sent")

    def test_of_two_endpoints_the_older_one_gets_the_order_whatever_their_names(self):
        younger = self.endpoint.copy({"code": "younger", "name": "A", "url": "https://y.example"})
        self._open_route(younger)
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.assertEqual(message.endpoint_id, self.endpoint)
        younger.name = self.endpoint.name
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.assertEqual(message.endpoint_id, self.endpoint)

    def test_an_endpoint_goes_before_its_alternative_though_that_is_older(self):
        newest = self.endpoint.copy({"code": "newest", "url": "https://n.example"})
        self._open_route(newest)
        newest.fallback_endpoint_id = self.endpoint
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.assertEqual(message.endpoint_id, newest)

    def _open_route(self, endpoint):
        self.env["integration.route"].create(
            {"endpoint_id": endpoint.id, "document_type": "order", "date_from": "2020-01-01"}
        )

    def test_the_sweep_sends_another_way_what_waits_at_a_paused_endpoint(self):
        other = self.endpoint.copy({"url": "https://other.example", "code": "other"})
        for kind in ("order", "order_change"):
            self.env["integration.route"].create(
                {"endpoint_id": other.id, "document_type": kind, "date_from": "2020-01-01"}
            )
        self.env["integration.mapping"].search([("endpoint_id", "=", self.endpoint.id)]).copy(
            {"endpoint_id": other.id, "state": "approved"}
        )
        self.endpoint.write({"fallback": "reroute", "fallback_endpoint_id": other.id})
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.env["integration.drain"]._cron_sweep()
        self.assertEqual(message.endpoint_id, self.endpoint, "it is not down")
        self.endpoint.state_ids.write({"paused": True, "pause_reason": "stocktaking"})
        self.env["integration.drain"]._cron_sweep()
        message.invalidate_recordset()
        self.assertEqual(message.endpoint_id, other)
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        self.assertEqual(self.transport.requests[0].url, "https://other.example")

    def test_lanes_follow_the_endpoint(self):
        self.assertEqual(len(self._lanes()), 1, "one by one where a repeat is a second order")
        self.endpoint.write({"idempotent": True, "concurrency": 4})
        self.assertEqual(self._lanes().mapped("number"), [0, 1, 2, 3])
        messages = [
            self.messages_of(self.confirmed_order([(self.gloves, n, 1)])) for n in range(1, 9)
        ]
        self.assertEqual(
            [message.lane for message in messages],
            [lane_of(message.business_key, 4) for message in messages],
        )
        self.endpoint.concurrency = 2
        self.assertEqual(self._lanes().mapped("number"), [0, 1])
        self.assertLessEqual(max(message.lane for message in messages), 1)
        self.drain_outbound()
        self.assertEqual({message.state for message in messages}, {"sent"})

    def test_a_lane_that_another_drain_holds_is_left_alone(self):
        self.confirmed_order([(self.gloves, 1, 1)])
        first, second = Outbox(self.env), Outbox(self.env)
        self.assertEqual(len(first._claim(seconds=30)), 1)
        self.assertFalse(second._claim(seconds=30))
        first._record([])
        self.assertEqual(len(second._claim(seconds=30)), 1)

    def test_a_drain_leaves_lanes_of_an_endpoint_to_another(self):
        self.endpoint.write({"idempotent": True, "concurrency": 16})
        for quantity in range(1, 81):
            self.confirmed_order([(self.gloves, quantity, 1)])
        lanes = [
            {each.lane_id for each in Outbox(self.env)._claim(seconds=30)} for _drain in range(3)
        ]
        self.assertEqual(list(map(len, lanes)), [8, 8, 0])
        self.assertFalse(lanes[0] & lanes[1])

    def test_more_than_a_batch_wakes_one_more_drain(self):
        self.endpoint.write({"idempotent": True, "concurrency": 4})
        for quantity in range(1, 5):
            self.confirmed_order([(self.gloves, quantity, 1)])
        self._jobs().unlink()
        drain = Outbox(self.env)
        drain._claim(seconds=30)
        self.assertFalse(self._jobs(), "it manages these alone")
        with patch.object(outbox, "BATCH", 4):
            drain._claim(seconds=30)
            drain._claim(seconds=30)
        self.assertEqual(len(self._jobs()), 1)

    def _held_by_a_job(self):
        """(lane, message) that a drain claimed whose job runs nowhere."""
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        job = Job.load(self.env, self._jobs()[:1].uuid)
        job.add_lock_record()
        drain = Outbox(self.env(context={"job_uuid": job.uuid}))
        (claimed,) = drain._claim(seconds=30)
        return self.env["integration.lane"].browse(claimed.lane_id), message

    def test_lanes_of_a_drain_that_died_are_free_at_once(self):
        lane, message = self._held_by_a_job()
        self.assertGreater(lane.lease_until, fields.Datetime.now())
        self.drain_outbound()
        self.assertEqual(message.state, "sent")

    def test_a_lane_in_which_a_call_may_be_under_way_is_not(self):
        lane, message = self._held_by_a_job()
        message.flush_recordset()
        self.env.cr.execute(
            "UPDATE integration_message SET state = 'sending', lease_until = %s WHERE id = %s",
            [fields.Datetime.now() + timedelta(minutes=1), message.id],
        )
        self.env.invalidate_all()
        Outbox(self.env).heal()
        self.assertTrue(lane.holder)

    def test_the_oldest_order_does_not_starve(self):
        ordinary = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        urgent = self.env["integration.message"]
        for quantity in range(2, 8):
            order = self.draft_order([(self.gloves, quantity, 1)])
            order.priority = "1"
            order.button_confirm()
            urgent += self.messages_of(order)
        sent = []
        with patch.object(self.transport, "send", side_effect=lambda *_: Reply(200)):
            while not sent or sent[-1] not in ordinary.ids:
                drain = Outbox(self.env)
                (claimed,) = drain._claim(seconds=30)
                sent.append(claimed.message_id)
                self.force_state(self.env["integration.message"].browse(sent[-1]), "sent")
                drain._record([])
        self.assertEqual(sent[:3], urgent.ids[:3], "urgent ones first")
        self.assertEqual(sent[3:], ordinary.ids, "yet not for ever")

    def test_claiming_takes_the_same_queries_however_much_there_is(self):
        self.endpoint.write({"idempotent": True, "concurrency": 2})
        for quantity in range(1, 13):
            self.confirmed_order([(self.gloves, quantity, 1)])
        self.env.flush_all()
        with self.assertQueryCount(5):
            self.assertEqual(len(Outbox(self.env)._claim(seconds=30)), 12)

    def test_a_claim_looks_at_each_message_by_itself(self):
        """However PostgreSQL judges a queue that was empty when it last looked: no join of all with all."""
        self.confirmed_order([(self.gloves, 1, 1)])
        self.accept(b"<nothing/>")
        asked = []
        ask = Environment.execute_query

        def remember(env, query):
            asked.append(query)
            return ask(env, query)

        with patch.object(Environment, "execute_query", remember):
            Outbox(self.env).has_work()
            Outbox(self.env)._claim(seconds=30)
            Inbox(self.env).has_work()
            Inbox(self.env)._claim(self.endpoint.id)
        plans = []
        for query in asked:
            if "older" in query.code:
                self.env.cr.execute(SQL("EXPLAIN %s", query))
                plans.append("\n".join(line for (line,) in self.env.cr.fetchall()))
        self.assertGreaterEqual(len(plans), 4)
        for plan in plans:
            self.assertNotIn("Anti Join", plan)
            self.assertIn("SubPlan", plan)

    def test_what_ended_meanwhile_is_recorded_at_once(self):
        """However much a fast partner answered while the next batch was prepared, it does not pile up."""
        ended = list(range(3 * outbox.RECORD_EVERY))
        pool = Mock()
        pool.lanes.return_value = {7}
        pool.collect.side_effect = lambda most, seconds: [
            ended.pop(0) for _ in range(min(most, len(ended)))
        ]
        with patch.object(Outbox, "_record") as record:
            Outbox(self.env)._record_some(pool)
        record.assert_called_once_with(list(range(3 * outbox.RECORD_EVERY)), {7})

    def test_nothing_due_is_not_asked_again_at_once(self):
        pool = Mock()
        pool.room.return_value = 24
        pool.idle.return_value = False
        drain = Outbox(self.env)
        with patch.object(Outbox, "_claim", return_value=[]) as claim:
            drain._fill(pool, 30)
            drain._fill(pool, 30)
            self.assertEqual(claim.call_count, 1)
            pool.idle.return_value = True
            drain._fill(pool, 30)
            self.assertEqual(claim.call_count, 2, "with nothing under way it is the last look")
