"""What stands around a document that goes out: numbers, identifiers, version, test or not."""

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..core.exceptions import TransientError
from ..formats import parse
from ..services import control_numbers, reroute
from ..transports.base import Reply
from .test_receipts import FormatCase


@tagged("post_install", "-at_install")
class TestInterchanges(FormatCase):
    def envelopes(self):
        return [parse(request.body)[0].envelope for request in self.transport.requests]

    def control_numbers(self):
        return [envelope.control.lstrip("0") for envelope in self.envelopes()]

    def test_numbers_are_gapless_and_kept_with_the_message(self):
        for syntax in ("x12", "edifact"):
            with self.subTest(syntax):
                self.speak(syntax)
                before = self.endpoint.control_number
                messages = [self.sent_order()[1] for _n in range(3)]
                expected = [str(before + n) for n in (1, 2, 3)]
                self.assertEqual(self.control_numbers()[-3:], expected)
                self.assertEqual([m.interchange_control for m in messages], expected)
                self.endpoint.invalidate_recordset()
                self.assertEqual(self.endpoint.control_number, before + 3)

    def test_a_batch_of_several(self):
        for _n in range(4):
            self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        self.assertEqual(sorted(self.control_numbers()), ["1", "2", "3", "4"])

    def test_what_cannot_be_made_leaves_no_gap(self):
        self.sent_order()
        unmapped = self.env["uom.uom"].create({"name": "Bundle"})
        product = self._product("Odd", "ODD", "9506000191034", "MS-9")
        product.uom_id = unmapped
        held = self.confirmed_order([(product, 1, 5)])
        self.drain_outbound()
        self.assertEqual(self.messages_of(held).state, "held")
        self.sent_order()
        self.assertEqual(self.control_numbers(), ["1", "2"])

    def test_a_repeat_is_the_same_bytes(self):
        self.endpoint.idempotent = True
        self.transport.answers = [Reply(503, {}, b"", 0.01)]
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "retrying")
        message.next_attempt = False
        self.drain_outbound()
        first, second = (request.body for request in self.transport.requests)
        self.assertEqual(first, second)
        self.assertEqual(self.endpoint.control_number, 1)

    def test_what_is_made_anew_before_it_was_sent_keeps_its_number(self):
        self.transport.answers = [TransientError("Nobody is there", "connect")]
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        message = self.messages_of(order)
        number = message.interchange_control
        message.payload_ids.sudo().unlink()
        self.force_state(message, "queued")
        self.drain_outbound()
        self.assertEqual((message.interchange_control, number), ("1", "1"))

    def test_identifiers_version_and_test_indicator(self):
        self.endpoint.write(
            {
                "our_scheme": "0060",
                "our_id": "123456789",
                "their_scheme": "ZZ",
                "their_id": "MEDISUPPLY",
            }
        )
        self.route("order").format_version = "005010"
        self.sent_order()
        raw = self.last_sent().decode()
        self.assertIn("*01*123456789      *ZZ*MEDISUPPLY     *", raw)
        self.assertIn("*T*", raw.partition("~")[0])
        self.assertIn("*X*005010~", raw)
        self.endpoint.environment = "live"
        self.sent_order()
        self.assertIn("*P*", self.last_sent().decode().partition("~")[0])

    def test_edifact_directory_and_association(self):
        self.speak("edifact")
        self.route("order").write({"format_version": "D.01B", "association": "EAN010"})
        self.endpoint.write({"our_scheme": "0088", "our_id": "4012345000009",
                             "their_scheme": "0088", "their_id": "4098765000010"})  # fmt: skip
        self.sent_order()
        raw = self.last_sent().decode()
        self.assertIn("ORDERS:D:01B:UN:EAN010", raw)
        self.assertIn("+4012345000009:14+4098765000010:14+", raw)

    def test_cxml_has_the_message_id_as_payload_id(self):
        self.speak("cxml")
        self.endpoint.write({"our_scheme": "NetworkID", "our_id": "AN01000000001",
                             "their_scheme": "0060", "their_id": "987654321"})  # fmt: skip
        _order, message = self.sent_order()
        envelope = self.envelopes()[-1]
        self.assertEqual(envelope.control, message.uid)
        self.assertEqual(envelope.sender, ("NetworkID", "AN01000000001"))
        self.assertEqual(envelope.receiver, ("0060", "987654321"))
        self.assertTrue(envelope.test)

    def test_numbers_go_on_from_an_earlier_system_and_never_back(self):
        self.endpoint.control_number = 500
        self.sent_order()
        self.assertEqual(self.control_numbers(), ["501"])
        with self.assertRaises(UserError):
            self.endpoint.control_number = 7

    def test_a_copy_of_an_endpoint_counts_for_itself(self):
        self.sent_order()
        self.assertEqual(self.endpoint.copy({"code": "copy"}).control_number, 0)

    def test_a_number_that_fails_to_be_stored_is_free_again(self):
        numbers = control_numbers.ControlNumbers(self.env, self.endpoint.ids)
        numbers.use(self.endpoint.id)
        self.assertEqual(control_numbers.last(self.endpoint), {self.endpoint.id: 0})

    def test_what_formats_cannot_take_is_refused_when_entered(self):
        with self.assertRaises(ValidationError):
            self.route("order").format_version = "D.96A"
        with self.assertRaises(ValidationError):
            self.endpoint.write({"our_scheme": "ZZ", "our_id": "LONGER THAN FIFTEEN"})
        with self.assertRaises(ValidationError):
            self.endpoint.write({"their_scheme": "ZZ", "their_id": False})

    def test_another_endpoint_gives_a_number_of_its_own(self):
        self.transport.answers = [TransientError("Nobody is there", "connect")]
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual((message.state, message.interchange_control), ("retrying", "1"))
        other = self.endpoint.copy({"code": "other", "name": "Other"})
        other.route_ids = [
            Command.create({"document_type": "order", "format": "x12", "date_from": "2020-01-01"})
        ]
        other.control_number = 40
        self.assertFalse(reroute.reroute(message, other, "Theirs is down"))
        self.drain_outbound()
        self.assertEqual((message.state, message.interchange_control), ("sent", "41"))
