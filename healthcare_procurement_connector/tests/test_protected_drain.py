from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..core.exceptions import TransientError
from ..services import protection
from ..services.calls import CallPool
from .common import ConnectorCase

REFUSED = TransientError("The partner's system refused the connection", "refused")


@tagged("post_install", "-at_install")
class TestProtectedDrain(ConnectorCase):
    """The drain and the protection of partners, together."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.endpoint.write({"idempotent": True, "concurrency": 4})
        cls.other = cls.endpoint.copy(
            {"code": "rival", "partner_ids": [Command.set(cls.rival.ids)], "outbound_secret": None}
        )
        cls.other.route_ids.unlink()
        cls.other.route_ids = [
            Command.create({"document_type": "order", "date_from": "2020-01-01"})
        ]
        cls.other.outbound_secret = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="

    def close(self, hours=1):
        now = fields.Datetime.now()
        self.endpoint.window_ids = [
            Command.create(
                {
                    "kind": "once",
                    "date_from": now - timedelta(hours=1),
                    "date_to": now + timedelta(hours=hours),
                }
            )
        ]

    def orders(self, count, partner=None):
        orders = self.env["purchase.order"]
        for _ in range(count):
            orders |= self.confirmed_order([(self.gloves, 1, 1)], partner=partner)
        return orders

    def states(self, orders):
        return set(
            self.env["integration.message"].concat(*map(self.messages_of, orders)).mapped("state")
        )

    def test_many_lanes_of_a_closed_endpoint_stand_in_nobodys_way(self):
        waiting, healthy = self.orders(12), self.orders(2, self.rival)
        self.close()
        with patch.object(CallPool, "room", return_value=2):
            self.drain_outbound()
        self.assertEqual(self.states(healthy), {"sent"})
        self.assertEqual(self.states(waiting), {"queued"})

    def test_a_rate_limit_sends_the_burst_and_says_when_to_go_on(self):
        orders = self.orders(5)
        self.endpoint.write({"calls_per_minute": 1, "burst": 2})
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), 2)
        self.assertGreater(protection.opens_in(self.env, fields.Datetime.now()), 0)
        self.assertEqual(self.states(orders), {"sent", "queued"})

    def test_a_partner_that_is_down_gets_no_more_than_it_takes_to_notice(self):
        self.endpoint.concurrency = 1
        orders = self.orders(12)
        self.transport.answers = [REFUSED] * 50
        self.drain_outbound()
        self.assertEqual(self.endpoint.breaker, "open")
        calls = len(self.transport.requests)
        self.drain_outbound()
        self.assertEqual(len(self.transport.requests), calls)
        self.assertTrue(self.states(orders) <= {"queued", "retrying"}, "nothing is lost or dead")
        down = self.env["integration.exception"].search([("code", "=", "endpoint_down")])
        self.assertEqual(len(down), 1)
