from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..formats import render
from ..services import ingest
from ..services.inbox import Inbox
from .common import SECRET, ConnectorCase

OTHER_SECRET = "whsec_" + "b3RoZXIgc2VjcmV0IG90aGVyIHNlY3JldA=="


@tagged("post_install", "-at_install")
class TestInbox(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 5)])
        self.raw = render(self.response_for(self.order, status="accepted"), "ubl")

    def messages(self):
        return self.env["integration.message"].search([("direction", "=", "in")])

    def test_what_is_accepted_is_stored_before_it_is_read(self):
        accepted = self.accept(self.raw)
        self.assertFalse(accepted.repeated)
        self.assertEqual(self.messages().state, "received")
        self.assertEqual(self.messages().payload_ids._raw(), self.raw)

    def test_a_repeat_gets_the_first_answer(self):
        first = self.accept(self.raw, external_id="msg_same")
        second = self.accept(self.raw, external_id="msg_same")
        self.assertEqual((second.message_id, second.repeated), (first.message_id, True))
        self.assertEqual(len(self.messages()), 1)

    def test_one_id_for_two_documents_is_refused(self):
        self.accept(self.raw, external_id="msg_same")
        with self.assertRaises(ingest.IdTaken):
            self.accept(self.raw + b"\n", external_id="msg_same")

    def test_what_is_not_authenticated_is_not_stored(self):
        with self.assertRaises(ingest.NotAuthenticated):
            self.accept(self.raw, secret=OTHER_SECRET)
        self.endpoint.active = False
        with self.assertRaises(ingest.NotAuthenticated):
            self.accept(self.raw)
        self.assertFalse(self.messages())

    def test_an_unreadable_secret_or_an_odd_code_looks_like_an_unknown_endpoint(self):
        self.env["integration.secret"].search([]).ciphertext = "garbage"
        with (
            self.assertLogs(
                "odoo.addons.healthcare_procurement_connector.services.ingest", "ERROR"
            ),
            self.assertRaises(ingest.NotAuthenticated),
        ):
            self.accept(self.raw)
        with self.assertRaises(ingest.NotAuthenticated):
            ingest.accept(self.env, "sup\x00plier", {}, self.raw, "application/xml", 0)

    def test_a_document_that_suppliers_do_not_send_is_parked_at_once(self):
        self.drain_outbound()
        order = self.messages_of(self.order).payload_ids._raw()
        message = self.receive(order)
        self.assertEqual(message.state, "parked")

    def test_the_size_is_limited(self):
        self.endpoint.max_size = 1
        with self.assertRaises(ingest.TooLarge):
            self.accept(b"x" * 1001)

    def test_what_is_known_of_a_refused_document_is_kept(self):
        number = "R-unknown"
        response = self.response_for(
            self.order, status="accepted", number=number, order_number="P99999"
        )
        message = self.receive(response)
        self.assertEqual((message.number, message.document_type), (number, "order_response"))
        self.assertEqual(message.partner_id, self.supplier)

    def test_the_content_is_readable_in_the_web_client(self):
        self.receive(self.raw)
        shown = self.messages().with_context(bin_size=True).payload_text
        self.assertIn("<cbc:ID>", shown)

    def test_a_truncated_document_keeps_its_bytes(self):
        message = self.receive(self.raw[:300])
        self.assertEqual(message.state, "parked")
        self.assertEqual(self.open_exceptions(message).code, "unreadable")
        self.assertEqual(message.payload_ids._raw(), self.raw[:300])

    def test_a_document_has_its_effect_once(self):
        self.receive(self.raw)
        self.assertEqual(self.receive(self.raw).state, "duplicate")
        self.assertEqual(len(self.order.acknowledgement_ids), 1)

    def test_a_failure_takes_back_the_whole_effect(self):
        broken = ValueError("poison")
        with (
            patch(
                "odoo.addons.healthcare_procurement_connector.services.arrival.Arrival.finish"
            ) as finish,
            self.assertLogs(
                "odoo.addons.healthcare_procurement_connector.services.settle", "ERROR"
            ),
        ):
            finish.side_effect = broken
            message = self.receive(self.raw)
        self.assertEqual(message.state, "retrying")
        self.assertFalse(self.order.acknowledgement_ids)
        message.next_attempt = fields.Datetime.now()
        Inbox(self.env).drain(30)
        self.assertEqual(message.state, "processed")

    def test_poison_is_parked_after_its_retries_and_the_others_go_on(self):
        self.endpoint.max_attempts = 1
        with (
            patch(
                "odoo.addons.healthcare_procurement_connector.services.arrival.Arrival.finish"
            ) as finish,
            self.assertLogs(
                "odoo.addons.healthcare_procurement_connector.services.settle", "ERROR"
            ),
        ):
            finish.side_effect = ValueError("poison")
            message = self.receive(self.raw)
        self.assertEqual(message.state, "parked")
        self.assertEqual(self.open_exceptions(message).code, "processing_failed")
        self.assertEqual(self.receive(self.raw + b"\n").state, "processed")

    def test_documents_are_applied_as_the_technical_user(self):
        self.receive(self.raw)
        self.assertEqual(self.order.acknowledgement_ids.create_uid, self.endpoint.user_id)
        audit = self.env["integration.audit"].search(
            [("action", "=", "order_response.applied")], limit=1
        )
        self.assertEqual(audit.user_id, self.endpoint.user_id)

    def test_no_secret_is_readable(self):
        self.endpoint.inbound_secret = SECRET
        self.assertNotIn(SECRET, str(self.endpoint.read()))
        stored = self.env["integration.secret"].search([("res_id", "=", self.endpoint.id)])
        self.assertEqual(len(stored), 2)
        self.assertNotIn(SECRET, "".join(stored.mapped("ciphertext")))
        self.assertFalse(self.endpoint.copy({"code": "copy"}).inbound_secret)
