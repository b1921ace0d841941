from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestRetention(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        self.message = self.messages_of(self.order)

    def age(self, days):
        then = fields.Datetime.now() - timedelta(days=days)
        self.message.payload_ids.created = then
        self.message.attempt_ids.started = then

    def prune(self):
        self.env["integration.payload"]._gc_payloads()
        self.env["integration.attempt"]._gc_attempts()
        self.message.invalidate_recordset()

    def test_bytes_and_attempts_go_by_age_and_the_message_stays(self):
        self.age(200)
        self.prune()
        self.assertFalse(self.message.attempt_ids)
        self.assertTrue(self.message.payload_ids)
        self.age(800)
        self.prune()
        self.assertFalse(self.message.payload_ids)
        self.assertEqual(self.message.state, "sent")

    def test_what_waits_for_a_person_keeps_its_bytes(self):
        self.force_state(self.message, "dead")
        self.age(800)
        self.prune()
        self.assertTrue(self.message.payload_ids)

    def test_zero_days_keeps_everything(self):
        self.env["ir.config_parameter"].set_param("healthcare.payload_days", "0")
        self.age(9000)
        self.prune()
        self.assertTrue(self.message.payload_ids)

    def test_settled_questions_go_and_open_ones_stay(self):
        vals = {"code": "shipment", "summary": "x", "company_id": self.company.id}
        settled, waiting = self.env["integration.exception"]._raise([vals, vals])
        settled._resolve("done")
        settled.resolved_on = fields.Datetime.now() - timedelta(days=2000)
        self.env["integration.exception"]._gc_exceptions()
        self.assertFalse(settled.exists())
        self.assertTrue(waiting.exists())
