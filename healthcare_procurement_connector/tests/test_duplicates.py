"""What came before: by id, key, identity or bytes; each says which rule fired."""

from decimal import Decimal

from odoo.tests import tagged

from ..core.signature import headers
from ..formats import render
from ..services import ingest
from ..services.inbox import Inbox
from .common import NOW, SECRET, ConnectorCase


@tagged("post_install", "-at_install")
class TestDuplicates(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 5)])
        self.invoice = self.invoice_for(self.order, number="INV-7")
        self.raw = render(self.invoice, "ubl")

    def bills(self):
        return self.env["account.move"].search([("partner_id", "=", self.supplier.id)])

    def posted(self, raw, external_id, **extra):
        signed = headers([SECRET], external_id, NOW, raw) | extra
        return ingest.accept(self.env, "supplier", signed, raw, "application/xml", NOW)

    # -- at the door ---------------------------------------------------------------------------------

    def test_the_same_message_id(self):
        first = self.posted(self.raw, "msg_1")
        again = self.posted(self.raw, "msg_1")
        self.assertEqual((again.message_id, again.rule), (first.message_id, "message_id"))
        self.assertIsNone(first.rule)

    def test_the_same_idempotency_key(self):
        first = self.posted(self.raw, "msg_1", **{"Idempotency-Key": "key"})
        again = self.posted(self.raw, "msg_2", **{"idempotency-key": "key"})
        self.assertEqual((again.message_id, again.rule), (first.message_id, "idempotency_key"))
        with self.assertRaises(ingest.IdTaken) as taken:
            self.posted(b"<other/>", "msg_3", **{"Idempotency-Key": "key"})
        self.assertEqual(taken.exception.rule, "idempotency_key")
        self.assertFalse(self.posted(b"<other/>", "msg_4", **{"Idempotency-Key": "new"}).repeated)

    def test_the_message_id_speaks_before_the_key(self):
        first = self.posted(self.raw, "msg_1", **{"Idempotency-Key": "key"})
        self.posted(b"<other/>", "msg_2", **{"Idempotency-Key": "other"})
        again = self.posted(self.raw, "msg_1", **{"Idempotency-Key": "other"})
        self.assertEqual((again.message_id, again.rule), (first.message_id, "message_id"))

    def test_a_key_without_end_is_refused(self):
        with self.assertRaises(ingest.BadIdempotencyKey):
            self.posted(self.raw, "msg_1", **{"Idempotency-Key": "k" * 256})

    def test_the_line_is_bounded_and_repeats_are_answered_all_the_same(self):
        self.endpoint.max_backlog = 2
        self.posted(self.raw, "msg_1")
        self.posted(self.raw, "msg_2")
        with self.assertRaises(ingest.Overloaded):
            self.posted(self.raw, "msg_3")
        self.assertTrue(self.posted(self.raw, "msg_1").repeated)
        Inbox(self.env).drain(30)
        self.assertFalse(self.posted(self.raw, "msg_3").repeated)
        self.endpoint.max_backlog = 0
        self.assertFalse(self.posted(self.raw, "msg_4").repeated)

    def test_how_much_accepting_costs(self):
        self.posted(self.raw, "msg_warm")
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(11):
            self.posted(self.raw, "msg_1")

    # -- in business ---------------------------------------------------------------------------------

    def test_the_same_document(self):
        first = self.receive(self.raw)
        second = self.receive(self.raw)
        self.assertEqual((second.state, second.duplicate_of_id), ("duplicate", first))
        self.assertEqual(second.duplicate_rule, "business_identity_and_content")
        self.assertEqual(len(self.bills()), 1)

    def test_the_same_content_in_other_bytes(self):
        first = self.receive(self.raw)
        second = self.receive(self.raw + b"\n<!-- sent again -->")
        self.assertEqual((second.state, second.duplicate_of_id), ("duplicate", first))
        self.assertEqual(second.duplicate_rule, "business_identity_and_content")

    def test_other_content_is_compared_for_a_person(self):
        self.receive(self.raw)
        other = self.invoice_for(self.order, number="inv 7", quantities={1: 9})
        message = self.receive(other)
        self.assertEqual(message.state, "parked")
        exception = self.open_exceptions(message)
        self.assertEqual(exception.code, "same_number_other_content")
        self.assertIn("number: INV-7 → inv 7", exception.summary)
        self.assertIn("and 4 more", exception.summary)
        self.assertIn("line 1 quantity value: 10 → 9", message.difference)
        self.assertIn("payable: 50 → 45", message.difference)
        self.assertEqual(len(self.bills()), 1)

    def test_other_content_whose_first_is_no_longer_kept(self):
        first = self.receive(self.raw)
        first.payload_ids.unlink()
        message = self.receive(self.invoice_for(self.order, number="INV-7", quantities={1: 9}))
        self.assertEqual(self.open_exceptions(message).code, "same_number_other_content")
        self.assertIn("no longer kept", self.open_exceptions(message).summary)
        self.assertFalse(message.difference)

    def test_another_suppliers_number_is_another_document(self):
        self.endpoint.partner_ids |= self.rival
        self.receive(self.raw)
        other = self.invoice_for(
            self.order,
            number="INV-7",
            seller=self.seller("9506000130125", "Rival"),
            order_number=None,
        )
        self.assertEqual(self.receive(other).state, "processed")

    # -- to the byte ---------------------------------------------------------------------------------

    def test_what_cannot_be_read_is_asked_about_once(self):
        first = self.receive(b"<nothing/>")
        second = self.receive(b"<nothing/>")
        self.assertEqual((second.state, second.duplicate_of_id), ("duplicate", first))
        self.assertEqual(second.duplicate_rule, "content_hash")
        self.assertFalse(second.exception_ids)

    def test_what_waits_for_a_person_is_asked_about_once(self):
        wrong = self.invoice_for(self.order, total_incl=Decimal("91.00"), payable=Decimal("91.00"))
        first = self.receive(wrong)
        second = self.receive(wrong)
        self.assertEqual(first.state, "parked")
        self.assertEqual((second.state, second.duplicate_of_id), ("duplicate", first))
        third = self.receive(wrong)
        self.assertEqual(third.duplicate_of_id, first, "not of the second")

    def test_both_in_one_batch(self):
        self.posted(b"<nothing/>", "msg_1")
        self.posted(b"<nothing/>", "msg_2")
        self.posted(self.raw, "msg_3")
        self.posted(self.raw, "msg_4")
        Inbox(self.env).drain(30)
        self.env.invalidate_all()
        states = self.env["integration.message"].search(
            [("direction", "=", "in"), ("endpoint_id", "=", self.endpoint.id)], order="id"
        )
        self.assertEqual(states.mapped("state"), ["parked", "duplicate", "processed", "duplicate"])
        self.assertEqual(len(self.bills()), 1)

    def test_what_a_person_discarded_may_come_again(self):
        first = self.receive(b"<nothing/>")
        self.give_up(first)
        self.assertEqual(self.receive(b"<nothing/>").state, "parked")

    def test_the_window_ends(self):
        first = self.receive(b"<nothing/>")
        self.env.cr.execute(
            "UPDATE integration_message SET create_date = create_date - interval '%s days' WHERE id = %s",
            [self.endpoint.duplicate_days + 1, first.id],
        )
        first.invalidate_recordset()
        self.assertEqual(self.receive(b"<nothing/>").state, "parked")

    def test_another_endpoint_is_another_partner(self):
        self.receive(b"<nothing/>")
        other = self.endpoint.copy({"code": "other"})
        other.inbound_secret = SECRET
        self.assertEqual(self.receive(b"<nothing/>", endpoint=other).state, "parked")
