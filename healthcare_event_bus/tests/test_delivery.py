import json
from unittest.mock import patch

from standardwebhooks.webhooks import Webhook

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..services import claim, relay
from ..services.transport import TRANSPORT
from .common import SECRET, BusCase


@tagged("post_install", "-at_install")
class TestDelivery(BusCase):
    def test_events_arrive_signed_in_order_and_once(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        events = self._record(*[self._fact(f"P{n}", ref="HP9", n=n) for n in range(50)])
        self.assertEqual(self._drain(), 50)
        self.assertEqual(subscriber.subjects, [f"P{n}" for n in range(50)])
        self.assertEqual(
            [e["sequence"] for e in subscriber.events], [f"{n:010d}" for n in range(1, 51)]
        )
        self.assertEqual([e["id"] for e in subscriber.events], events.mapped("uuid"))
        for headers, body in subscriber.calls:
            Webhook(SECRET).verify(body, headers, json_parse=False)
            self.assertEqual(headers["Content-Type"], "application/cloudevents+json")
            event = json.loads(body)
            self.assertEqual(headers["webhook-id"], event["id"])
            self.assertEqual(headers["traceparent"], event["traceparent"])
        self.assertEqual(subscription.behind, 0)
        self.assertTrue(subscription.last_success)
        self.assertEqual(self._drain(), 0)
        self.assertEqual(len(events.delivery_ids), 50)

    def test_each_subscriber_gets_what_it_asked_for(self):
        orders, invoices = self._subscriber(), self._subscriber()
        self._subscription(orders, event_types="order.*")
        narrow = self._subscription(invoices, event_types="invoice.held, hold.*", name="Finance")
        self._record(
            self._fact("o1", "order.sent"),
            self._fact("i1", "invoice.received"),
            self._fact("i2", "invoice.held"),
            self._fact("h1", "hold.released"),
            self._fact("g1", "goods.received"),
        )
        self._drain()
        self.assertEqual(orders.subjects, ["o1"])
        self.assertEqual(invoices.subjects, ["i2", "h1"])
        self.assertEqual(narrow.behind, 0)

    def test_new_subscriptions_hear_what_follows_or_everything(self):
        self._record(self._fact("before"))
        self._drain()
        late, keen = self._subscriber(), self._subscriber()
        self._subscription(late)
        self._subscription(keen, start_at="oldest")
        self._record(self._fact("after"))
        self._drain()
        self.assertEqual(late.subjects, ["after"])
        self.assertEqual(keen.subjects[-2:], ["before", "after"])

    def test_companies_hear_only_their_own(self):
        ours, theirs = self._subscriber(), self._subscriber()
        self._subscription(ours)
        self._subscription(theirs, company_id=self.other_company.id)
        self._record(self._fact("ours"), self._fact("theirs", company=self.other_company))
        self._drain()
        self.assertEqual((ours.subjects, theirs.subjects), (["ours"], ["theirs"]))

    def test_a_failure_is_tried_again_later_and_nothing_overtakes_it(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        self._record(self._fact("a"), self._fact("b"), self._fact("c"))
        subscriber.answer((204, {}), (500, {}))
        self._drain()
        self.assertEqual(subscriber.subjects, ["a", "b"])
        self.assertEqual((subscription.failures, subscription.status), (1, "running"))
        self.assertIn("500", subscription.last_error)
        self.assertEqual(self._drain(later=4), 0)
        self.assertEqual(self._drain(later=6), 2)
        self.assertEqual(subscriber.subjects, ["a", "b", "b", "c"])
        self.assertEqual(subscriber.events[1]["id"], subscriber.events[2]["id"])
        self.assertEqual(subscriber.calls[1][1], subscriber.calls[2][1])
        self.assertEqual((subscription.failures, subscription.behind), (0, 0))

    def test_the_subscriber_says_when(self):
        subscriber = self._subscriber()
        self._subscription(subscriber)
        self._record(self._fact())
        subscriber.answer((429, {"Retry-After": "600"}))
        self._drain()
        self.assertEqual(self._drain(later=590), 0)
        self.assertEqual(self._drain(later=610), 1)

    def test_waits_grow_until_a_person_is_asked(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber, owner_id=self.operator.id)
        self._record(self._fact())
        subscriber.answer(*[(503, {})] * 20)
        later = 0
        while subscription.status == "running":
            later += 90_000
            self.assertEqual(self._drain(later), 1)
        self.assertEqual((subscription.status, len(subscriber.calls)), ("suspended", 10))
        raised = self.env["integration.exception"].search([("res_id", "=", subscription.id)])
        self.assertEqual((raised.code, raised.user_id), ("subscriber_failed", self.operator))
        self.assertEqual(self._drain(later + 90_000), 0)
        subscriber.answer()
        subscription.with_user(self.operator).action_resume()
        self._drain(later + 90_000)
        self.assertEqual((subscription.status, subscription.behind), ("running", 0))

    def test_gone_means_gone(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        self._record(self._fact(), self._fact())
        subscriber.answer((410, {}))
        self._drain()
        self.assertEqual((subscription.status, len(subscriber.calls)), ("disabled", 1))
        self.assertEqual(self._drain(later=10**6), 0)

    def test_redirects_are_refused(self):
        subscriber, thief = self._subscriber(), self._subscriber()
        subscription = self._subscription(subscriber)
        self._record(self._fact())
        subscriber.answer((307, {"Location": thief.url}))
        self._drain()
        self.assertEqual((subscription.failures, thief.calls), (1, []))

    def test_one_that_nobody_reaches_does_not_hold_up_the_others(self):
        subscriber, dead = self._subscriber(), self._subscriber()
        dead.close()
        self._subscription(dead, name="Dead")
        self._subscription(subscriber, name="Living")
        self._record(self._fact("a"), self._fact("b"))
        self._drain()
        self.assertEqual(subscriber.subjects, ["a", "b"])

    def test_a_slow_one_costs_only_itself(self):
        quick, slow = self._subscriber(), self._subscriber()
        slow.delay = 1.5
        hanging = self._subscription(slow, name="Slow", timeout=1)
        self._subscription(quick, name="Quick")
        # More than one run holds, so that the quick one must be claimed again while the slow one hangs.
        self._record(*[self._fact(str(number)) for number in range(30)])
        self._drain()
        self.assertEqual(len(quick.calls), 30)
        self.assertLess(quick.times[-1], slow.times[0] + 1)
        self.assertEqual((hanging.failures, hanging.status), (1, "running"))
        self.assertEqual(hanging.state_ids.last_status, 0)
        log = self.env["integration.event.delivery"].search([("subscription_id", "=", hanging.id)])
        self.assertEqual(log.outcome, "unknown")

    def test_internal_addresses_need_the_managers_word(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber, internal=False)
        self._record(self._fact())
        self._drain()
        self.assertEqual((subscription.status, subscriber.calls), ("suspended", []))
        self.assertIn("private network", subscription.last_error)

    def test_without_a_secret_nothing_is_sent(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        subscription._set_secret("signing", False)
        self._record(self._fact())
        self._drain()
        self.assertEqual((subscription.status, subscriber.calls), ("suspended", []))

    @mute_logger("odoo.addons.healthcare_event_bus.services.send")
    def test_a_surprise_stops_one_subscription_not_the_bus(self):
        subscription = self._subscription()
        self._record(self._fact())
        with patch.object(TRANSPORT, "send", side_effect=RuntimeError("surprise")):
            self._drain()
        self.assertEqual(subscription.status, "suspended")
        self.assertNotIn("surprise", subscription.last_error)

    def test_a_lease_keeps_others_away_until_it_ends(self):
        subscriber = self._subscriber()
        self._subscription(subscriber)
        self._record(self._fact())
        self._drain(later=-100)
        self._record(self._fact("second"))
        relay.relay(self.env)
        self.assertEqual(len(claim.claim(self.env, self.now, 5)), 1)
        self.assertEqual(self._drain(later=60), 0)
        self.assertEqual(self._drain(later=100), 1)

    def test_a_paused_subscription_catches_up_when_resumed(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        subscription.with_user(self.operator).action_pause()
        self._record(self._fact("meanwhile"))
        self.assertEqual(self._drain(), 0)
        subscription.with_user(self.operator).action_resume()
        self._drain()
        self.assertEqual(subscriber.subjects, ["meanwhile"])

    def test_the_job_and_the_sweep_do_the_same(self):
        subscriber = self._subscriber()
        self._subscription(subscriber)
        self._record(self._fact("by job"))
        self.env["integration.event.drain"]._job_drain()
        self._record(self._fact("by sweep"))
        self.env["queue.job"].search([]).unlink()
        self.env["integration.event.drain"]._cron_sweep()
        self.assertEqual(self.env["queue.job"].search_count([("state", "=", "pending")]), 1)
        self.env["integration.event.drain"]._job_drain()
        self.assertEqual(subscriber.subjects, ["by job", "by sweep"])
        self.env["queue.job"].search([]).unlink()
        self.env["integration.event.drain"]._cron_sweep()
        self.assertFalse(self.env["queue.job"].search_count([]))
