"""Documents that come before what they refer to: they wait, are woken, and in the end a person is asked."""

from datetime import timedelta
from itertools import pairwise
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core.waiting import WAITS
from ..formats import render
from ..services import settle
from ..services.inbox import Inbox
from ..transports.base import Reply
from .common import ConnectorCase
from .test_despatch_advice import shipped


@tagged("post_install", "-at_install")
class TestWaiting(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 5)])
        self.queued = self.messages_of(self.order)

    def came(self, document):
        """Without sending orders first."""
        uid = self.accept(render(document, "ubl")).message_id
        self.drain()
        return self.env["integration.message"].search([("uid", "=", uid)])

    def drain(self):
        Inbox(self.env).drain(30)
        self.env.invalidate_all()

    def later(self, **delta):
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def response(self, **values):
        return self.response_for(self.order, status="accepted", **values)

    # -- an order that is still on its way -------------------------------------------------------------

    def test_a_response_waits_for_its_order_to_be_sent(self):
        message = self.came(self.response())
        self.assertEqual(message.state, "waiting")
        self.assertEqual(message.waiting_for, f"order_not_sent:{self.order.name}")
        self.assertIn(self.order.name, message.last_error)
        self.assertEqual(message.attempt_count, 0, "waiting uses up no attempts")
        self.assertEqual(message.attempt_ids.outcome, "waiting")
        self.assertFalse(self.order.acknowledgement_ids)
        hours = (message.wait_until - message.wait_since).total_seconds() / 3600
        self.assertEqual(hours, WAITS["order_response", "order_not_sent"].hours)
        self.drain_outbound()
        message.invalidate_recordset()
        self.assertEqual(message.state, "received", "the order's record of being sent woke it")
        self.drain()
        self.assertEqual((message.state, message.waiting_for), ("processed", False))

    def test_whatever_keeps_the_order_from_arriving(self):
        for state in ("queued", "sending", "retrying", "held", "dead"):
            with self.subTest(state=state):
                self.force_state(self.queued, state)
                message = self.came(self.response())
                self.assertEqual(
                    (message.state, message.waiting_for[:14]), ("waiting", "order_not_sent")
                )

    def test_however_the_order_arrived(self):
        for state in ("sent", "acknowledged", "exported"):
            with self.subTest(state=state):
                self.force_state(self.queued, state)
                self.assertEqual(self.came(self.response()).state, "processed")

    def test_an_order_without_a_message_is_known_to_the_supplier(self):
        self.force_state(self.queued, "cancelled")
        self.assertEqual(self.came(self.response()).state, "processed")

    def test_an_answer_to_the_order_does_not_wait_for_its_change(self):
        self.drain_outbound()
        self.transport.answers = [Reply(503, {}, b"", 0.01)]
        self.queued.copy({"state": "queued", "document_type": "order_change", "uid": "change"})
        self.assertEqual(self.came(self.response()).state, "processed")

    def test_a_ship_notice_waits_for_the_order_not_for_its_answer(self):
        message = self.came(self.despatch_for(self.order, [shipped(1, "10")]))
        self.assertEqual(message.state, "waiting")
        self.drain_outbound()
        self.drain()
        self.assertEqual(message.state, "processed")
        self.assertFalse(self.order.acknowledgement_ids)

    def test_an_invoice_waits_for_neither_sending_nor_goods(self):
        self.assertEqual(self.came(self.invoice_for(self.order)).state, "processed")

    # -- an order that is not approved yet ---------------------------------------------------------------

    def test_documents_wait_for_approval(self):
        draft = self.draft_order([(self.gloves, 10, 5)])
        draft.order_line.integration_line_number = 1
        messages = [
            self.came(self.response_for(draft, status="accepted")),
            self.came(self.invoice_for(draft)),
        ]
        for message in messages:
            self.assertEqual(message.waiting_for, f"order_not_approved:{draft.name}")
        draft.with_user(self.buyer).button_confirm()
        self.assertEqual([message.state for message in messages], ["received", "received"])
        self.drain()
        self.assertEqual([message.state for message in messages], ["waiting", "processed"])
        self.drain_outbound()
        self.drain()
        self.assertEqual(messages[0].state, "processed")

    # -- an order that does not exist ----------------------------------------------------------------------

    def test_an_unknown_order_may_still_come(self):
        message = self.came(self.response(order_number="P-LATER"))
        self.assertEqual(message.waiting_for, "order_unknown:PLATER")
        self.force_state(self.queued, "sent")
        self.order.name = "P-LATER"
        self.drain()
        self.assertEqual(message.state, "waiting", "it is not looked for all the time")
        with self.later(minutes=1):
            self.drain()
        self.assertEqual(message.state, "processed")

    def test_looks_become_rare_and_leave_no_trace(self):
        message = self.came(self.response(order_number="P-LATER"))
        looks = [message.next_attempt]
        self.startPatcher(patch.object(settle.random, "random", return_value=1))
        for _look in range(4):
            with freeze_time(message.next_attempt + timedelta(seconds=1)):
                self.drain()
            looks.append(message.next_attempt)
        waits = [later - earlier for earlier, later in pairwise(looks)]
        self.assertEqual(
            waits, sorted(waits), "each wait is as long as all before it, more or less"
        )
        self.assertGreater(waits[-1], timedelta(seconds=60))
        self.assertEqual(len(message.attempt_ids), 1)
        self.assertEqual(message.attempt_count, 0)

    def test_in_the_end_a_person_is_asked(self):
        message = self.came(self.response(order_number="P99999"))
        with self.later(minutes=59):
            Inbox(self.env).heal()
            self.assertEqual(message.state, "waiting")
        with self.later(minutes=61):
            Inbox(self.env).heal()
        self.assertEqual(message.state, "parked")
        exception = self.open_exceptions(message)
        self.assertEqual(exception.code, "unknown_order")
        self.assertIn("P99999", exception.summary)
        self.assertEqual(exception.user_id, self.endpoint.owner_id)

    def test_a_route_says_how_long(self):
        self.env["integration.route"].create(
            {
                "endpoint_id": self.endpoint.id,
                "direction": "in",
                "document_type": "order_response",
                "date_from": "2020-01-01",
                "wait_hours": 6,
            }
        )
        message = self.came(self.response(order_number="P99999"))
        self.assertEqual(message.wait_until - message.wait_since, timedelta(hours=6))

    def test_nobody_waits_for_an_order_without_a_number(self):
        message = self.came(self.despatch_for(self.order, [shipped(1, "1")], order_number=None))
        self.assertEqual(self.open_exceptions(message).code, "unknown_order")

    # -- a ship notice -------------------------------------------------------------------------------------

    def ship_notices_come(self):
        self.env["integration.route"].create(
            {
                "endpoint_id": self.endpoint.id,
                "direction": "in",
                "document_type": "despatch_advice",
                "date_from": "2020-01-01",
            }
        )

    def test_an_invoice_waits_for_the_ship_notice_it_names(self):
        self.ship_notices_come()
        self.drain_outbound()
        invoice = self.came(self.invoice_for(self.order, despatch_number="LS 77"))
        self.assertEqual(invoice.waiting_for, "shipment_unknown:LS77")
        notice = self.came(self.despatch_for(self.order, [shipped(1, "10")], number="ls-77"))
        self.assertEqual((notice.state, invoice.state), ("processed", "processed"))

    def test_a_notice_on_paper_is_not_waited_for(self):
        invoice = self.came(self.invoice_for(self.order, despatch_number="LS 77"))
        self.assertEqual(invoice.state, "processed")

    def test_after_its_time_a_replay_applies_it_without(self):
        self.ship_notices_come()
        invoice = self.came(self.invoice_for(self.order, despatch_number="LS 77"))
        with self.later(hours=49):
            Inbox(self.env).heal()
            exception = self.open_exceptions(invoice)
            self.assertEqual(exception.code, "still_waiting")
            exception.with_user(self.endpoint.owner_id).action_replay()
            self.drain()
        self.assertEqual(invoice.state, "processed")

    # -- an operator -----------------------------------------------------------------------------------------

    def test_an_operator_need_not_wait(self):
        message = self.came(self.response())
        operator = self._user(
            "operator", "healthcare_procurement_connector.group_integration_operator"
        )
        with self.assertRaises(AccessError):
            message.with_user(self.buyer).action_stop_waiting()
        message.with_user(operator).action_stop_waiting()
        self.drain()
        self.assertEqual(message.state, "processed")
        with self.assertRaises(UserError):
            message.with_user(operator).action_stop_waiting()
        audit = self.env["integration.audit"].search([("action", "=", "message.not_waiting")])
        self.assertEqual((audit.res_id, audit.user_id), (message.id, operator))

    def test_what_cannot_do_without_is_refused_at_once(self):
        message = self.came(self.response(order_number="P99999"))
        message.action_stop_waiting()
        self.drain()
        self.assertEqual(self.open_exceptions(message).code, "unknown_order")
