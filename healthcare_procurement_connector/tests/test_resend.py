from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..formats import parse, render
from ..services import edit, replay, resend
from ..services.inbox import Inbox
from ..services.payload_text import editable
from ..transports.base import Reply
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestResend(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user(
            "operator", "healthcare_procurement_connector.group_integration_operator"
        )

    def sent(self, answer=None):
        self.transport.answers = [answer] if answer else []
        order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        return self.messages_of(order).with_user(self.operator)

    def audit(self, message, action):
        return self.env["integration.audit"].search(
            [("res_id", "=", message.id), ("action", "=", action)]
        )

    def wizard(self, model, messages):
        return Form(
            self.env[model]
            .with_user(self.operator)
            .with_context(active_model="integration.message", active_ids=messages.ids)
        )

    # -- the deliberate re-send ----------------------------------------------------------------------

    def test_a_re_send_has_an_id_of_its_own_and_says_so(self):
        old = self.sent()
        form = self.wizard("integration.resend", old)
        form.reason = "The supplier lost it"
        wizard = form.save()
        wizard.action_preview()
        self.assertIn(old.number, wizard.rehearsal_ids.text)
        self.assertFalse(old.replaced_by_ids, "the preview made nothing")
        wizard.action_resend()
        new = old.replaced_by_ids
        self.assertEqual((old.state, new.state, new.resend_of_id), ("sent", "queued", old))
        self.assertNotEqual(new.uid, old.uid)
        self.assertEqual(new.decision, "The supplier lost it")
        self.drain_outbound()
        first, second = self.transport.requests
        self.assertNotEqual(first.headers["Idempotency-Key"], second.headers["Idempotency-Key"])
        self.assertEqual(self.audit(old, "message.resent").detail["replaced_by"], new.uid)
        self.assertEqual(self.audit(new, "message.resent_as").detail["resend_of"], old.uid)

    def test_it_needs_a_reason(self):
        old = self.sent()
        with self.assertRaises(UserError):
            resend.resend(old, " ")
        self.assertFalse(old.replaced_by_ids)

    def test_a_double_click_does_not_order_twice(self):
        old = self.sent()
        resend.resend(old, "Lost")
        with self.assertRaisesRegex(UserError, "on its way"):
            resend.resend(old, "Lost")
        self.assertEqual(len(old.replaced_by_ids), 1)

    def test_what_had_stopped_makes_room(self):
        old = self.sent(Reply(422, {}, b"", 0.1))
        self.assertEqual(old.state, "dead")
        new = resend.resend(old, "Their side is mended")
        self.assertEqual(old.state, "cancelled")
        self.drain_outbound()
        self.assertEqual(new.state, "sent")
        self.assertFalse(self.open_exceptions(old))

    def test_what_is_on_its_way_is_not_sent_anew(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        with self.assertRaises(UserError):
            resend.resend(message.with_user(self.operator), "Faster")

    def test_it_is_made_from_the_order_as_it_stands(self):
        old = self.sent()
        order = self.env["purchase.order"].browse(old.res_id)
        order.order_line.with_context(tracking_disable=True).write({"name": "Gloves, size M"})
        order.order_line.product_id.name = "Nitrile gloves"
        (rehearsal,) = resend.preview(old)
        self.assertIn("-", rehearsal.differences)
        self.assertIn("Nitrile gloves", rehearsal.differences)
        self.assertIn("a new message id", rehearsal.verdict)

    # -- edit and re-send ----------------------------------------------------------------------------

    def test_an_order_is_edited(self):
        old = self.sent(Reply(422, {}, b"", 0.1))
        before = old.sudo().payload_ids._raw()
        form = self.wizard("integration.edit", old)
        self.assertIn(old.number, form.text)
        form.text = form.text.replace("Gloves", "Gloves (box)")
        form.reason = "They want the pack in the name"
        wizard = form.save()
        wizard.action_preview()
        self.assertTrue(wizard.fits)
        self.assertFalse(old.replaced_by_ids)
        action = wizard.action_resend()
        new = self.env["integration.message"].browse(action["res_id"])
        self.assertEqual((old.state, new.edited_by_id), ("cancelled", self.operator))
        self.assertEqual(old.payload_ids._raw(), before, "the old one keeps its bytes")
        self.drain_outbound()
        self.assertEqual(new.state, "sent")
        self.assertIn(b"Gloves (box)", self.transport.requests[-1].body)
        detail = self.audit(new, "message.edited_as").detail
        self.assertEqual(detail["sha256_before"], old.payload_ids.sha256)
        self.assertEqual(detail["sha256"], new.payload_ids.sha256)
        self.assertEqual(detail["resend_of"], old.uid)

    def edited(self, message, change):
        return edit.edit_and_resend(message, change(edit.editable_text(message)), "Mended")

    def test_an_edit_stays_the_same_document(self):
        old = self.sent(Reply(422, {}, b"", 0.1))
        for change, said in (
            (lambda text: text.replace(old.number, "P999999"), "number"),
            (lambda text: text[:200], "cannot be read: "),
            (lambda text: "", "cannot be read"),
            (lambda text: text, "Nothing was changed"),
            (lambda text: f"{text}<!--{'x' * 2_000_000}-->", "at most"),
            (lambda text: f'{{"number": "{old.number}"}}', "read|json"),
        ):
            with self.subTest(said), self.assertRaisesRegex(UserError, said):
                self.edited(old, change)
        self.assertEqual(old.state, "dead")
        self.assertFalse(old.replaced_by_ids)

    def test_line_ends_and_encoding_stay(self):
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        raw = render(self.response_for(order, order_number="P-none", status="accepted"), "ubl")
        self.assertLess(raw.count(b"\n"), 5, "what we write is on one line, and shown indented")
        latin = (
            editable(raw)
            .replace("UTF-8", "ISO-8859-1")
            .replace("Hospital", "H\N{LATIN SMALL LETTER O WITH DIAERESIS}pital")
            .replace("\n", "\r\n")
            .encode("latin-1")
        )
        message = self.receive(latin).with_user(self.operator)
        new = self.edited(message, lambda text: text.replace("P-none", order.name))
        stored = new.sudo().payload_ids._raw()
        self.assertEqual(stored, latin.replace(b"P-none", order.name.encode()))
        with self.assertRaisesRegex(UserError, "iso|latin|ISO"):
            other = self.receive(latin.replace(b"R-", b"S-")).with_user(self.operator)
            self.edited(other, lambda text: text.replace("pital", "\N{HIRAGANA LETTER A}"))

    def test_a_suppliers_document_is_corrected(self):
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        response = self.response_for(order, status="accepted", order_number="P-wrong")
        old = self.receive(response, external_id="msg_theirs").with_user(self.operator)
        self.waited_in_vain(old)
        self.assertEqual(old.state, "parked")
        new = self.edited(old, lambda text: text.replace("P-wrong", order.name))
        self.assertEqual((old.state, new.state), ("discarded", "received"))
        self.assertFalse(new.external_id, "the supplier did not send it so")
        Inbox(self.env).drain(30)
        new.invalidate_recordset()
        self.assertEqual((new.state, new.edited_by_id), ("processed", self.operator))
        self.assertEqual(len(order.acknowledgement_ids), 1)

    def test_the_rules_on_duplicates_hold_for_it(self):
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        response = self.response_for(order, status="accepted", number="R-7", order_number="P-wrong")
        old = self.receive(response, external_id="theirs").with_user(self.operator)
        self.edited(old, lambda text: text.replace("P-wrong", order.name))
        Inbox(self.env).drain(30)
        # The supplier's own repeat gets the first answer; its corrected document meets the edited one.
        raw = old.sudo().payload_ids._raw()
        self.assertTrue(self.accept(raw, external_id="theirs").repeated)
        theirs = self.receive(self.response_for(order, status="rejected", number="R-7"))
        self.assertNotEqual(theirs.state, "processed")
        self.assertEqual(len(order.acknowledgement_ids), 1)

    def test_a_document_that_had_its_effect_is_not_edited(self):
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        done = self.receive(self.response_for(order, status="accepted"))
        with self.assertRaises(UserError):
            edit.edit_and_resend(done.with_user(self.operator), "x", "x")

    def test_what_cannot_be_read_at_all_may_become_readable(self):
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        raw = render(self.response_for(order, status="accepted"), "ubl")
        old = self.receive(raw[:-20]).with_user(self.operator)
        self.assertEqual((old.state, old.error_code), ("parked", "unreadable"))
        edit.edit_and_resend(old, raw.decode(), "The end was missing")
        Inbox(self.env).drain(30)
        self.assertEqual(len(order.acknowledgement_ids), 1)
        (document,) = parse(raw)
        self.assertEqual(order.acknowledgement_ids.name, document.number)

    def test_a_replay_of_what_was_replaced_is_refused(self):
        old = self.sent(Reply(422, {}, b"", 0.1))
        resend.resend(old, "Anew")
        with self.assertRaises(UserError):
            replay.replay(old)
