from odoo.fields import Command
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestNeutralize(ConnectorCase):
    def test_a_copied_database_talks_to_nobody(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.endpoint.window_ids = [Command.create({"weekday": "6"})]
        self.endpoint.state_ids.write({"breaker_forced": "closed"})
        self.endpoint.write(
            {
                "http_auth": "bearer",
                "http_secret": "s3cret-value",
                "mail_to": "orders@supplier.example",
                "mail_senders": "@supplier.example",
                "folder": "supplier",
            }
        )
        self.env.flush_all()
        for query in get_neutralization_queries(["healthcare_procurement_connector"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.drain_outbound()
        self.assertFalse(self.transport.requests)
        self.assertEqual(self.messages_of(order).state, "cancelled")
        self.assertFalse(self.endpoint.active)
        self.assertIsNone(self.endpoint._secret("inbound"))
        # Whoever makes the endpoint work again in the copy does so knowingly: it is paused besides.
        self.assertTrue(self.endpoint.paused)
        self.assertFalse(self.endpoint.breaker_forced)
        self.assertFalse(self.endpoint.window_ids)
        self.assertEqual(self.endpoint.http_auth, "none")
        self.assertIsNone(self.endpoint._secret("http"))
        for name in ("mail_to", "mail_senders", "folder", "poll"):
            self.assertFalse(self.endpoint[name], name)
