from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..services import retention
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestRetention(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        self.message = self.messages_of(self.order)
        self.rules = self.env["integration.retention"]
        self.general = self.env.ref("healthcare_procurement_connector.retention_others")

    def age(self, days, message=None):
        then = fields.Datetime.now() - timedelta(days=days)
        message = message or self.message
        message.payload_ids.created = then
        message.attempt_ids.started = then

    def prune(self):
        for vacuum in (
            self.env["integration.payload"]._gc_payloads,
            self.env["integration.attempt"]._gc_attempts,
        ):
            while vacuum()[1]:
                pass
        self.env.invalidate_all()

    def test_bytes_and_attempts_go_by_age_and_the_message_stays(self):
        size, sha256 = self.message.payload_ids.size, self.message.payload_ids.sha256
        self.age(200)
        self.prune()
        self.assertFalse(self.message.attempt_ids)
        self.assertTrue(self.message.payload_ids)
        self.age(800)
        self.prune()
        self.assertFalse(self.message.payload_ids)
        self.assertEqual((self.message.state, self.message.number), ("sent", self.order.name))
        self.assertEqual((self.message.size, self.message.content_hash), (size, sha256))
        self.assertTrue(self.message.pruned)

    def test_each_type_has_its_time(self):
        message = self.receive(self.invoice_for(self.order))
        self.age(3000, message)
        self.age(3000)
        self.prune()
        self.assertTrue(message.payload_ids)
        self.assertFalse(self.message.payload_ids)
        self.assertFalse(message.attempt_ids)
        self.age(4000, message)
        self.prune()
        self.assertFalse(message.payload_ids)

    def test_what_could_not_be_read_goes_by_the_general_rule(self):
        message = self.receive(b"<nothing/>")
        self.give_up(message)
        self.age(700, message)
        self.prune()
        self.assertTrue(message.payload_ids)
        self.age(731, message)
        self.prune()
        self.assertFalse(message.payload_ids)

    def test_a_companys_own_rule(self):
        self.rules.create({"company_id": self.company.id, "payload_days": 10, "attempt_days": 10})
        self.age(11)
        self.prune()
        self.assertFalse(self.message.payload_ids)
        self.assertFalse(self.message.attempt_ids)

    def test_what_waits_for_a_person_keeps_everything(self):
        self.force_state(self.message, "dead")
        self.age(9000)
        self.prune()
        self.assertTrue(self.message.payload_ids)
        self.assertTrue(self.message.attempt_ids)

    def test_zero_days_keeps_everything(self):
        self.general.write({"payload_days": 0, "attempt_days": 0})
        self.age(9000)
        self.prune()
        self.assertTrue(self.message.payload_ids)

    def test_without_rules_nothing_goes(self):
        self.rules.search([("id", "!=", 0)]).unlink()
        self.age(9000)
        self.prune()
        self.assertTrue(self.message.payload_ids)

    def test_a_batch_is_bounded_and_says_that_more_is_left(self):
        others = [self.receive(b"<nothing/>" + b" " * count) for count in range(3)]
        for message in others:
            self.give_up(message)
            self.age(9000, message)
        self.patch(retention, "CONTENT_BATCH", 2)
        payloads = self.env["integration.payload"]
        self.assertEqual(payloads._gc_payloads(), (2, True))
        self.assertEqual(payloads._gc_payloads(), (1, True))
        self.assertEqual(payloads._gc_payloads(), (0, False))

    def test_the_old_are_found_by_index(self):
        self.env.flush_all()
        old = retention._old(
            retention.SQL("integration_payload"),
            retention.SQL("created"),
            self.company.id,
            "order",
            fields.Datetime.now(),
        )
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plan = self.env.execute_query(retention.SQL("EXPLAIN %s", old))
        self.assertIn("integration_payload_retention_idx", str(plan))

    # -- what is gone is said to be gone -------------------------------------------------------------

    def test_a_message_without_content_says_so(self):
        message = self.receive(b"<nothing/>")
        message.payload_ids.unlink()
        message.invalidate_recordset()
        self.assertFalse(message.payload_text)
        with self.assertRaises(UserError):
            message.action_download()
        with Form(message) as form:
            self.assertEqual(form.state, "parked")
        with self.assertRaisesRegex(UserError, "no bytes any more"):
            message.action_replay()
        self.assertEqual(message.state, "parked")

    # -- who decides -----------------------------------------------------------------------------------

    def test_managers_decide_and_it_is_recorded(self):
        manager = self._user(
            "manager", "healthcare_procurement_connector.group_integration_manager"
        )
        rule = self.general.with_user(manager)
        rule.payload_days = 100
        audit = self.env["integration.audit"].search(
            [("action", "=", "retention.changed")], limit=1
        )
        self.assertEqual((audit.user_id, audit.detail["payload_days"]), (manager, 100))
        with self.assertRaises(AccessError):
            self.general.with_user(
                self._user("seer", "healthcare_procurement_connector.group_integration_user")
            ).payload_days = 1

    def test_one_rule_for_each_type(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self.rules.create({"payload_days": 1, "attempt_days": 1})
            self.env.flush_all()

    def test_settled_questions_go_and_open_ones_stay(self):
        vals = {"code": "shipment", "summary": "x", "company_id": self.company.id}
        settled, waiting = self.env["integration.exception"]._raise([vals, vals])
        settled._resolve("done")
        settled.resolved_on = fields.Datetime.now() - timedelta(days=2000)
        self.env["integration.exception"]._gc_exceptions()
        self.assertFalse(settled.exists())
        self.assertTrue(waiting.exists())
