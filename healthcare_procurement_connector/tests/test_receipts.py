"""Functional acknowledgements: what goes out for what came in, and what comes in for what went out."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..formats import acknowledge, parse, render
from ..services import missing_receipts
from ..services.inbox import Inbox
from .common import ConnectorCase, WorkerDied

LATER = datetime(2026, 11, 25, 12, tzinfo=UTC)


class FormatCase(ConnectorCase):
    """The supplier speaks ``format``; ``their`` documents are rendered as its system would."""

    format = "x12"

    def setUp(self):
        super().setUp()
        self.speak(self.format)

    def speak(self, syntax, **values):
        """All routes of the endpoint in ``syntax``."""
        self.format = syntax
        self.endpoint.route_ids.unlink()
        kinds = [("order", "out")]
        if syntax != "csv":
            kinds += [("order_change", "out"), ("order_cancellation", "out")]
        if syntax in ("x12", "edifact", "ubl"):
            kinds.append(("receipt", "out"))
        self.endpoint.route_ids = [
            Command.create(
                {
                    "document_type": kind,
                    "direction": direction,
                    "format": syntax,
                    "date_from": "2020-01-01",
                    **values,
                }
            )
            for kind, direction in kinds
        ]

    def route(self, document_type):
        return self.endpoint.route_ids.filtered(lambda r: r.document_type == document_type)

    def theirs(self, document, control="1", syntax=None, **options):
        """Bytes as the supplier's system sends them; the endpoint is one for tests."""
        syntax = syntax or self.format
        if syntax in ("x12", "edifact"):
            options = {"control": control, "prepared": LATER, "test": True} | options
        return render(document, syntax, **options)

    def sent_order(self, lines=None):
        order = self.confirmed_order(lines or [(self.gloves, 10, 5)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "sent", message.last_error)
        return order, message

    def last_sent(self):
        return self.transport.requests[-1].body

    def spoilt(self, raw):
        """With a day in it that is none."""
        self.assertIn(b"*20261122", raw)
        return raw.replace(b"*20261122", b"*2026XX22")

    def answers_to(self, message):
        return self.env["integration.message"].search([("acknowledges_id", "in", message.ids)])


@tagged("post_install", "-at_install")
class TestReceiptsOut(FormatCase):
    def test_each_format_acknowledges_what_it_could_read(self):
        for syntax, named in (("x12", "7"), ("edifact", "7"), ("ubl", None)):
            with self.subTest(syntax):
                self.speak(syntax)
                order, _message = self.sent_order()
                response = self.response_for(order, status="accepted")
                message = self.receive(self.theirs(response, control="7"))
                self.assertEqual(message.state, "processed", message.last_error)
                answer = self.answers_to(message)
                self.assertEqual((answer.direction, answer.state), ("out", "queued"))
                self.drain_outbound()
                self.assertEqual(answer.state, "sent", answer.last_error)
                (receipt,) = parse(self.last_sent())
                self.assertIsInstance(receipt, doc.Receipt)
                self.assertEqual(receipt.status, "accepted")
                self.assertEqual(receipt.control, named or response.number)

    def test_what_cannot_be_read_is_refused_in_its_own_words(self):
        order, _message = self.sent_order()
        raw = self.theirs(self.response_for(order, status="accepted"), control="8")
        message = self.receive(self.spoilt(raw))
        self.assertEqual(message.state, "parked")
        self.drain_outbound()
        (receipt,) = parse(self.last_sent())
        self.assertEqual((receipt.status, receipt.control), ("rejected", "8"))
        self.assertTrue(receipt.lines[0].errors)

    def test_a_route_may_say_on_error_or_never(self):
        order, _message = self.sent_order()
        for policy, number, spoilt, count in (
            ("on_error", "11", False, 0),
            ("on_error", "12", True, 1),
            ("never", "13", True, 0),
        ):
            with self.subTest(policy=policy, spoilt=spoilt):
                self.route("receipt").acknowledge = policy
                raw = self.theirs(self.response_for(order, status="accepted"), control=number)
                if spoilt:
                    raw = self.spoilt(raw)
                self.assertEqual(len(self.answers_to(self.receive(raw))), count)

    def test_without_a_route_nothing_is_said(self):
        self.route("receipt").unlink()
        order, _message = self.sent_order()
        message = self.receive(self.theirs(self.response_for(order, status="accepted")))
        self.assertEqual(message.state, "processed")
        self.assertFalse(self.answers_to(message))

    def test_a_partner_that_speaks_another_syntax_once_gets_none(self):
        order, _message = self.sent_order()
        message = self.receive(render(self.response_for(order, status="accepted"), "ubl"))
        self.assertFalse(self.answers_to(message))

    def test_an_acknowledgement_is_never_acknowledged(self):
        for syntax in ("x12", "edifact", "ubl"):
            with self.subTest(syntax):
                self.speak(syntax)
                _order, message = self.sent_order()
                (receipt,) = acknowledge(self.last_sent(), "5", prepared=LATER)
                arrived = self.receive(self.theirs(receipt, control="5"))
                self.assertEqual(arrived.state, "processed", arrived.last_error)
                self.assertFalse(self.answers_to(arrived))
                self.assertEqual(message.state, "acknowledged")

    def test_a_worker_that_dies_after_reading_acknowledges_once(self):
        order, _message = self.sent_order()
        accepted = self.accept(self.theirs(self.response_for(order, status="accepted")))
        self.another_worker()
        with (
            patch.object(Inbox, "_let_others_read", side_effect=WorkerDied),
            suppress(WorkerDied),
        ):
            Inbox(self.env).drain(30)
        message = self.env["integration.message"].search([("uid", "=", accepted.message_id)])
        self.assertEqual((message.state, len(self.answers_to(message))), ("processing", 1))
        message.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        Inbox(self.env).heal()
        message.next_attempt = False
        self.another_worker()
        Inbox(self.env).drain(30)
        message.invalidate_recordset()
        self.assertEqual(message.state, "processed", message.last_error)
        self.assertEqual(len(self.answers_to(message)), 1)

    def test_several_groups_have_an_acknowledgement_each(self):
        order, _message = self.sent_order()
        first = self.theirs(self.response_for(order, status="accepted", number="R-1"), control="3")
        second = self.theirs(self.response_for(order, status="accepted", number="R-2"), control="4")
        message = self.receive(first + second)
        self.assertEqual(len(message.child_ids), 2)
        answers = self.answers_to(message).sorted("position")
        self.assertEqual(answers.mapped("position"), [1, 2])
        self.assertFalse(self.answers_to(message.child_ids))
        self.drain_outbound()
        self.assertEqual(answers.mapped("state"), ["sent", "sent"])
        told = [parse(request.body)[0] for request in self.transport.requests[-2:]]
        self.assertEqual({receipt.control for receipt in told}, {"3", "4"})
        self.assertEqual(
            {receipt.envelope.control.lstrip("0") for receipt in told},
            set(answers.mapped("interchange_control")),
        )

    def test_one_whose_document_is_no_longer_kept_is_held(self):
        order, _message = self.sent_order()
        message = self.receive(self.theirs(self.response_for(order, status="accepted")))
        message.payload_ids.sudo().unlink()
        self.drain_outbound()
        answer = self.answers_to(message)
        self.assertEqual((answer.state, answer.error_code), ("held", "cannot_prepare"))

    def test_no_business_fact_is_told_of_it(self):
        order, _message = self.sent_order()
        self.receive(self.theirs(self.response_for(order, status="accepted")))
        facts = type(self.env["integration.fact"])
        with patch.object(facts, "_record", autospec=True) as record:
            self.drain_outbound()
        told = [fact.type for call in record.call_args_list for fact in call.args[1]]
        self.assertNotIn("order.sent", told)

    def test_only_formats_with_acknowledgements_have_such_a_route(self):
        with self.assertRaises(ValidationError):
            self.route("receipt").format = "csv"


@tagged("post_install", "-at_install")
class TestReceiptsIn(FormatCase):
    def receipt(self, **changes):
        (receipt,) = acknowledge(self.last_sent(), "5", prepared=LATER)
        return replace(receipt, **changes)

    def rejected(self, receipt=None):
        receipt = receipt or self.receipt()
        lines = tuple(
            replace(
                line,
                status="rejected",
                errors=(
                    doc.ReceiptError("5"),
                    doc.ReceiptError("8", "3 PO1"),
                    doc.ReceiptError("7", "3 PO1/3"),
                ),
            )
            for line in receipt.lines
        )
        return replace(receipt, status="rejected", lines=lines)

    def test_accepted_is_acknowledged(self):
        order, message = self.sent_order()
        arrived = self.receive(self.theirs(self.receipt()))
        self.assertEqual(arrived.state, "processed", arrived.last_error)
        self.assertEqual((message.state, message.receipt), ("acknowledged", "accepted"))
        self.assertEqual((arrived.res_model, arrived.res_id), ("purchase.order", order.id))
        self.assertFalse(self.open_exceptions(message))

    def test_the_same_control_number_with_zeros(self):
        _order, message = self.sent_order()
        self.receive(self.theirs(self.receipt(control="000000001")))
        self.assertEqual(message.state, "acknowledged")

    def test_rejected_asks_a_person_in_words(self):
        _order, message = self.sent_order()
        raw = self.theirs(self.rejected())
        self.receive(raw)
        self.assertEqual((message.state, message.receipt), ("sent", "rejected"))
        asked = self.open_exceptions(message)
        self.assertEqual(asked.code, "receipt_rejected")
        self.assertIn("segments in error", asked.summary)
        self.assertIn("7 at 3 PO1/3: invalid code", asked.summary)
        self.receive(self.theirs(self.rejected(), control="6"))
        self.assertEqual(len(self.open_exceptions(message)), 1, "told twice, asked once")

    def test_what_was_rejected_and_then_accepted_is_settled(self):
        _order, message = self.sent_order()
        accepted, rejected = self.theirs(self.receipt(), control="9"), self.theirs(self.rejected())
        self.receive(rejected)
        self.receive(accepted)
        self.assertEqual(message.state, "acknowledged")
        self.assertFalse(self.open_exceptions(message))

    def test_contrl_rejects(self):
        self.speak("edifact")
        _order, message = self.sent_order()
        receipt = self.receipt()
        lines = (
            replace(receipt.lines[0], status="rejected", errors=(doc.ReceiptError("13", "3/1"),)),
        )
        self.receive(self.theirs(replace(receipt, status="rejected", lines=lines)))
        asked = self.open_exceptions(message)
        self.assertIn("13 at 3/1: missing", asked.summary)

    def test_aperak_names_the_document(self):
        self.speak("edifact")
        order, message = self.sent_order()
        aperak = doc.Receipt(
            number="A-1",
            issued=LATER.date(),
            status="rejected",
            scope="document",
            control=order.name,
            errors=(doc.ReceiptError("21", None, "Item 4711 is unknown"),),
        )
        raw = self.theirs(aperak, sender=("0088", "1"), receiver=("0088", "2"))
        arrived = self.receive(raw)
        self.assertEqual(arrived.state, "processed", arrived.last_error)
        self.assertIn("Item 4711 is unknown", self.open_exceptions(message).summary)

    def test_an_order_and_its_change_are_told_apart(self):
        self.speak("ubl")
        order, first = self.sent_order()
        order.order_line.product_qty = 7
        self.drain_outbound()
        change = self.messages_of(order, "order_change")
        self.assertEqual(change.state, "sent", change.last_error)
        (receipt,) = acknowledge(self.last_sent(), "5", prepared=LATER)
        self.receive(self.theirs(receipt))
        self.assertEqual((first.state, change.state), ("sent", "acknowledged"))

    def test_received_is_no_verdict_yet(self):
        self.speak("edifact")
        _order, message = self.sent_order()
        self.receive(self.theirs(self.receipt(status="received", lines=())))
        self.assertEqual((message.state, message.receipt), ("sent", "received"))

    def test_one_of_something_we_never_sent(self):
        self.sent_order()
        arrived = self.receive(self.theirs(self.receipt(control="4711")))
        self.assertEqual((arrived.state, arrived.error_code), ("parked", "unknown_receipt"))

    def test_another_endpoint_cannot_acknowledge_ours(self):
        _order, message = self.sent_order()
        raw = self.theirs(self.receipt())
        other = self.endpoint.copy(
            {"code": "other", "inbound_secret": self.endpoint._secret("inbound")}
        )
        arrived = self.receive(raw, endpoint=other)
        self.assertEqual((arrived.state, message.state), ("parked", "sent"))

    def test_a_live_acknowledgement_of_a_test_is_refused(self):
        _order, message = self.sent_order()
        arrived = self.receive(self.theirs(self.receipt(), test=False))
        self.assertEqual((arrived.state, arrived.error_code), ("parked", "test_document"))
        self.assertEqual(message.state, "sent")

    def test_it_proves_that_what_was_uncertain_arrived(self):
        _order, message = self.sent_order()
        raw = self.theirs(self.receipt())
        self.force_state(message, "uncertain")
        self.receive(raw)
        self.assertEqual(message.state, "acknowledged")

    def test_one_that_is_quicker_than_our_record_waits_for_it(self):
        _order, message = self.sent_order()
        raw = self.theirs(self.receipt())
        self.force_state(message, "sending")
        message.lease_until = fields.Datetime.now() + timedelta(minutes=1)
        arrived = self.receive(raw)
        self.assertEqual(arrived.state, "retrying")
        self.force_state(message, "sent")
        arrived.next_attempt = False
        self.another_worker()
        Inbox(self.env).drain(30)
        arrived.invalidate_recordset()
        self.assertEqual((arrived.state, message.state), ("processed", "acknowledged"))

    def test_a_missing_one_is_asked_about_once(self):
        self.route("order").receipt_hours = 2
        _order, message = self.sent_order()
        now = fields.Datetime.now()
        self.assertFalse(missing_receipts.ask(self.env, now + timedelta(hours=1)))
        later = now + timedelta(hours=3)
        self.assertEqual(missing_receipts.ask(self.env, later), 1)
        self.assertFalse(missing_receipts.ask(self.env, later))
        asked = self.open_exceptions(message)
        self.assertEqual((asked.code, message.receipt), ("receipt_missing", "missing"))
        self.receive(self.theirs(self.receipt()))
        self.assertEqual(message.state, "acknowledged")
        self.assertEqual(asked.state, "resolved")

    def test_the_sweep_asks(self):
        with patch.object(missing_receipts, "ask") as ask:
            self.env["integration.drain"]._cron_sweep()
        self.assertTrue(ask.called)

    def test_a_route_without_clock_expects_none(self):
        self.sent_order()
        later = fields.Datetime.now() + timedelta(days=30)
        self.assertFalse(missing_receipts.ask(self.env, later))

    def test_one_that_was_answered_is_not_missing(self):
        self.route("order").receipt_hours = 2
        self.sent_order()
        self.receive(self.theirs(self.receipt()))
        later = fields.Datetime.now() + timedelta(hours=3)
        self.assertFalse(missing_receipts.ask(self.env, later))
