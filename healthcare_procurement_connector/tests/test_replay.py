from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command, Datetime
from odoo.tests import Form, tagged

from ..services import rehearse, replay
from ..services.arrival import Arrival
from ..transports.base import Reply
from .common import ConnectorCase

NOT_COUNTED = ("integration_replay", "integration_rehearsal", "integration_replay_line")


@tagged("post_install", "-at_install")
class TestReplay(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user(
            "operator", "healthcare_procurement_connector.group_integration_operator"
        )

    def dead(self, status=422):
        self.transport.answers = [Reply(status, {}, b"", 0.1)]
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        return self.messages_of(order).with_user(self.operator)

    def parked(self, order=None):
        order = order or self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        response = self.response_for(order, status="accepted", order_number="P-missing")
        message = self.receive(response)
        self.waited_in_vain(message)
        return message.with_user(self.operator), order

    def wizard(self, messages=None, **values):
        context = {}
        if messages:
            context = {"active_model": "integration.message", "active_ids": messages.ids}
        form = Form(self.env["integration.replay"].with_user(self.operator).with_context(**context))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def rows(self):
        """{table: rows} of the whole database, but for the dialogs' own."""
        self.env.flush_all()
        self.env.cr.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                            "current_schema()::regnamespace")  # fmt: skip
        counted = {}
        for (table,) in self.env.cr.fetchall():
            if table not in NOT_COUNTED:
                self.env.cr.execute(f'SELECT COUNT(*) FROM "{table}"')
                counted[table] = self.env.cr.fetchone()[0]
        return counted

    def test_a_replay_keeps_the_id_and_is_audited(self):
        message = self.dead()
        uid, requests = message.uid, list(self.transport.requests)
        replay.replay(message)
        self.assertEqual((message.state, message.attempt_count), ("queued", 0))
        self.assertFalse(message.exception_ids.filtered(lambda record: record.state == "open"))
        self.drain_outbound()
        again = self.transport.requests[-1]
        self.assertEqual(again.headers["Idempotency-Key"], uid)
        self.assertEqual(again.body, requests[-1].body)
        entry = self.env["integration.audit"].search(
            [("res_id", "=", message.id), ("action", "=", "message.replayed")]
        )
        self.assertEqual((entry.user_id, entry.detail["from"]), (self.operator, "dead"))

    def test_it_replays_all_or_says_which_not(self):
        dead, sent = self.dead(), self.messages_of(self.confirmed_order([(self.gloves, 2, 1)]))
        self.drain_outbound()
        with self.assertRaisesRegex(UserError, sent.number):
            replay.replay(dead | sent.with_user(self.operator))
        self.assertEqual(dead.state, "dead")

    def test_what_a_drain_has_in_its_hands_is_left_alone(self):
        message = self.dead()
        message.sudo().lease_until = Datetime.add(Datetime.now(), minutes=1)
        with self.assertRaisesRegex(UserError, "just now"):
            replay.replay(message)
        self.assertEqual(message.state, "dead")

    def test_a_state_that_changed_meanwhile_is_not_overridden(self):
        message = self.dead()
        self.assertEqual(message.state, "dead")  # what the operator saw is in the cache
        self.env.cr.execute(
            "UPDATE integration_message SET state = 'sending' WHERE id = %s", [message.id]
        )
        with self.assertRaises(UserError):
            replay.replay(message)
        self.assertEqual(message.state, "sending")

    def test_documents_without_bytes_are_refused(self):
        message, _order = self.parked()
        message.sudo().payload_ids.unlink()
        with self.assertRaisesRegex(UserError, "bytes"):
            replay.replay(message)

    def test_the_dialog_counts_by_cause_and_replays_what_is_ticked(self):
        refused, broken = self.dead(422), self.dead(401)
        parked, _order = self.parked()
        wizard = self.wizard(
            endpoint_id=self.endpoint, date_from=Datetime.subtract(Datetime.now(), hours=1)
        )
        counts = {(line.state, line.cause): line.count for line in wizard.line_ids}
        self.assertEqual(
            counts,
            {("dead", "refused_by_partner"): 1, ("dead", "set_up"): 1, ("parked", "waiting"): 1},
        )
        wizard.line_ids.filtered(lambda line: line.cause == "set_up").selected = False
        self.assertEqual(wizard.count, 2)
        wizard.action_replay()
        self.assertEqual(
            (refused.state, broken.state, parked.state), ("queued", "dead", "received")
        )

    def test_the_window_is_one_of_time_endpoint_and_way(self):
        self.dead()
        self.parked()
        yesterday = Datetime.subtract(Datetime.now(), days=1)
        empty = self.wizard(endpoint_id=self.endpoint, date_to=yesterday)
        self.assertFalse(empty.line_ids)
        with self.assertRaises(UserError):
            empty.action_replay()
        inbound = self.wizard(endpoint_id=self.endpoint, direction="in")
        self.assertEqual(inbound.line_ids.mapped("state"), ["parked"])

    def test_what_may_order_twice_is_not_ticked_by_itself(self):
        message = self.dead()
        self.force_state(message, "uncertain")
        (line,) = self.wizard(message).line_ids
        self.assertEqual((line.doubtful, line.selected), (True, False))
        self.endpoint.idempotent = True
        self.assertTrue(self.wizard(message).line_ids.selected)

    def test_the_preview_shows_the_very_bytes_and_leaves_no_trace(self):
        stored = self.dead()
        held = self.messages_of(self.confirmed_order([(self.gloves, 3, 1)]))
        self.force_state(held, "held")
        wizard = self.wizard(stored | held.with_user(self.operator))
        before = self.rows()
        wizard.action_preview()
        self.assertEqual(self.rows(), before)
        first, second = wizard.rehearsal_ids
        self.assertIn(stored.number, first.text)
        self.assertIn(stored.uid, first.verdict)
        self.assertTrue(second.fits)
        self.assertIn(held.number, second.text)
        self.assertEqual((stored.state, held.state), ("dead", "held"))
        self.assertFalse(held.payload_ids)
        (rehearsal,) = rehearse.rehearse(stored)
        wizard.action_replay()
        self.drain_outbound()
        self.assertIn(rehearsal.raw, [request.body for request in self.transport.requests])

    def test_the_preview_says_why_it_would_be_held(self):
        crate = self.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 7, "relative_uom_id": self.gloves.uom_id.id}
        )
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1, crate)]))
        self.drain_outbound()
        (rehearsal,) = rehearse.rehearse(message.with_user(self.operator))
        self.assertFalse(rehearsal.fits)
        self.assertIn("Crate", rehearsal.verdict)
        self.assertEqual(len(message.exception_ids), 1)

    def test_an_endpoint_that_cannot_prepare_is_said_to(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.endpoint.user_id = self._user("weak")
        self.env.invalidate_all()
        (rehearsal,) = rehearse.rehearse(message.with_user(self.operator))
        self.assertFalse(rehearsal.fits)

    def test_the_preview_of_a_document_says_what_would_change(self):
        order = self.confirmed_order([(self.gloves, 10, 5)])
        message, _order = self.parked(order)
        order.name = "P-missing"
        wizard = self.wizard(message)
        before = self.rows()
        wizard.action_preview()
        self.assertEqual(self.rows(), before)
        (row,) = wizard.rehearsal_ids
        self.assertTrue(row.fits)
        self.assertIn("1 Supplier's answer to an order", row.verdict)
        self.assertIn("order_number: P-missing", row.text)
        self.assertEqual(message.state, "parked")
        self.assertFalse(order.acknowledgement_ids)

    def test_the_preview_of_a_document_says_why_it_stays_parked(self):
        message, _order = self.parked()
        (rehearsal,) = rehearse.rehearse(message)
        self.assertFalse(rehearsal.fits)
        self.assertIn("P-missing", rehearsal.verdict)
        self.assertEqual(len(message.exception_ids), 1)

    def test_nothing_of_a_preview_happens_after_the_commit(self):
        message, order = self.parked()
        order.name = "P-missing"
        called = []
        finish = Arrival.finish
        self.env.cr.postcommit.add(lambda: called.append("before"))

        def later(arrival, applied):
            finish(arrival, applied)
            self.env.cr.postcommit.add(lambda: called.append("preview"))

        with patch.object(Arrival, "finish", later):
            rehearse.rehearse(message)
        self.env.cr.postcommit.run()
        self.assertEqual(called, ["before"])

    def test_replaying_many_costs_no_query_each(self):
        orders = self.env["purchase.order"]
        for number in range(1, 31):
            orders |= self.draft_order([(self.gloves, number, 1)])
        orders.button_confirm()
        messages = self.env["integration.message"].search([("res_id", "in", orders.ids)])
        self.force_state(messages, "dead")

        def queries(chosen):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            replay.replay(chosen.with_user(self.operator))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(messages[:1])
        self.assertLessEqual(queries(messages[6:]), queries(messages[1:6]) + 3)

    def test_a_second_message_of_a_double_click_is_not_there(self):
        message = self.dead()
        wizard = self.wizard(message)
        wizard.action_replay()
        with self.assertRaises(UserError):
            wizard.action_replay()

    def test_the_dialog_takes_what_is_ticked_in_the_list_of_stuck_messages(self):
        message = self.dead()
        wizard = (
            self.env["integration.replay"]
            .with_user(self.operator)
            .with_context(active_model="integration.stuck", active_ids=message.ids)
            .create({"line_ids": [Command.clear()]})
        )
        self.assertEqual((wizard.scope, wizard.message_ids), ("chosen", message))
