"""What becomes of a message of which nobody knows whether it arrived."""

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..core.exceptions import AmbiguousError, TransientError
from ..services.outbox import Outbox
from ..transports.base import Reply
from .common import ConnectorCase
from .test_despatch_advice import shipped


@tagged("post_install", "-at_install")
class TestUncertain(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.endpoint.status_url = "https://supplier.example/orders/{id}?n={number}"
        self.transport.answers = [AmbiguousError("no answer")]
        self.order = self.confirmed_order([(self.gloves, 1, 1)])
        self.message = self.messages_of(self.order)
        self.drain_outbound()

    def _sweep(self, *answers, minutes=0):
        self.transport.answers = list(answers)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=minutes)):
            Outbox(self.env).heal()
        self.message.invalidate_recordset()

    def test_the_partner_has_it(self):
        self.assertEqual(self.message.state, "uncertain")
        self._sweep(Reply(200))
        question = self.transport.requests[-1]
        self.assertEqual(
            (question.method, question.url),
            ("GET", f"https://supplier.example/orders/{self.message.uid}?n={self.order.name}"),
        )
        self.assertIn("webhook-signature", question.headers)
        self.assertEqual(self.message.state, "sent")
        self.assertFalse(self.open_exceptions(self.message))

    def test_it_never_arrived(self):
        self._sweep(Reply(404))
        self.assertEqual(self.message.state, "queued")
        self.drain_outbound()
        self.assertEqual(self.message.state, "sent")
        sent = [r for r in self.transport.requests if r.method == "POST"]
        self.assertEqual(len({r.headers["Idempotency-Key"] for r in sent}), 1)

    def test_a_partner_that_cannot_say_is_asked_again_later(self):
        self._sweep(Reply(503))
        self._sweep(Reply(200))
        self.assertEqual(self.message.state, "uncertain", "not before the pause is over")
        self._sweep(TransientError("refused"), minutes=6)
        self.assertEqual(self.message.state, "uncertain")
        self.assertEqual(self.open_exceptions(self.message).code, "delivery_uncertain")
        self._sweep(Reply(200), minutes=12)
        self.assertEqual(self.message.state, "sent")

    def test_a_person_was_faster(self):
        self.message.action_replay()
        self._sweep(Reply(200))
        self.assertEqual(self.message.state, "queued")

    def test_without_an_address_nobody_is_asked(self):
        self.endpoint.status_url = False
        self._sweep(Reply(200))
        self.assertEqual(self.message.state, "uncertain")

    def test_the_address_names_the_message(self):
        with self.assertRaises(ValidationError):
            self.endpoint.status_url = "https://supplier.example/orders"

    def test_the_supplier_s_answer_says_that_it_has_it(self):
        notice = self.receive(self.despatch_for(self.order, [shipped(1, "1")]))
        answer = self.receive(self.response_for(self.order, status="accepted"))
        self.assertEqual(answer.state, "processed")
        notice.invalidate_recordset()
        self.assertEqual(notice.state, "processed", "what waited for the order's delivery goes on")
        self.message.invalidate_recordset()
        self.assertEqual(self.message.state, "sent")
        self.assertTrue(self.message.delivered)
        self.assertFalse(self.open_exceptions(self.message))
        self.assertIn(answer.number, self.message.exception_ids.resolution)
        self.assertEqual(
            self.env["integration.audit"]
            .search([("res_id", "=", self.message.id), ("action", "=", "message.answered")])
            .business_ref,
            self.order.business_ref,
        )

    def test_an_answer_that_cannot_be_applied_settles_nothing(self):
        answer = self.receive(self.response_for(self.order, status="accepted", currency="CHF"))
        self.assertEqual(answer.state, "parked")
        self.message.invalidate_recordset()
        self.assertEqual(self.message.state, "uncertain")
        self.assertTrue(self.open_exceptions(self.message))

    def test_a_ship_notice_proves_nothing(self):
        notice = self.receive(self.despatch_for(self.order, [shipped(1, "1")]))
        self.assertEqual(notice.state, "waiting")
        self.message.invalidate_recordset()
        self.assertEqual(self.message.state, "uncertain")
