from odoo.tests import tagged
from odoo.tools import SQL

from ..services import relay, retention
from .common import BusCase


@tagged("post_install", "-at_install")
class TestRetention(BusCase):
    def setUp(self):
        super().setUp()
        self.subscriber = self._subscriber()
        self.subscription = self._subscription(self.subscriber)
        self.events = self._record(*[self._fact(f"P{n}") for n in range(3)])

    def _age(self, days):
        self.env.cr.execute(
            SQL(
                "UPDATE integration_event SET recorded = recorded - %s * interval '1 day' WHERE id = ANY(%s)",
                days,
                self.events.ids,
            )
        )

    def test_only_what_is_old_and_told_goes(self):
        self._age(1000)
        relay.relay(self.env)
        retention.expire_events(self.env)
        self.assertEqual(len(self.events.exists()), 3)
        self._drain()
        head = relay.head(self.env)
        retention.expire_events(self.env)
        self.assertFalse(self.events.exists())
        self.assertEqual(relay.head(self.env), head)

    def test_the_young_stay(self):
        self._drain()
        self._age(170)
        retention.expire_events(self.env)
        self.assertEqual(len(self.events.exists()), 3)
        self.env["ir.config_parameter"].set_param("healthcare_event_bus.event_days", "100")
        retention.expire_events(self.env)
        self.assertFalse(self.events.exists())

    def test_who_wants_no_more_holds_nothing_back(self):
        self._age(1000)
        relay.relay(self.env)
        self.subscription.active = False
        self.env.flush_all()
        retention.expire_events(self.env)
        self.assertFalse(self.events.exists())

    def test_attempts_go_earlier(self):
        self._drain()
        log = self.env["integration.event.delivery"].search([("event_id", "in", self.events.ids)])
        self.assertEqual(len(log), 3)
        self.env.cr.execute(
            "UPDATE integration_event_delivery SET attempted = attempted - interval '31 days'"
        )
        self.env["integration.event.delivery"]._gc_deliveries()
        self.assertFalse(log.exists())
        self.assertTrue(self.events.exists())

    def test_counters_outlive_their_events(self):
        counter = self.env["integration.event.counter"].search([("key", "=", "HP1")])
        self.env["integration.event.counter"]._gc_counters()
        self.assertTrue(counter.exists())
        self.env.cr.execute(
            "UPDATE integration_event_counter SET moved = moved - interval '801 days'"
        )
        self.env["integration.event.counter"]._gc_counters()
        self.assertFalse(counter.exists())
