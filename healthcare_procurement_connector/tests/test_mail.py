import base64
from datetime import timedelta
from email.message import EmailMessage

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..formats import render
from ..services import upload
from ..services.inbox import Inbox
from ..services.outbox import Outbox
from .common import ConnectorCase

OPERATOR = "healthcare_procurement_connector.group_integration_operator"
PROOF = "mx.hospital.example; dkim=pass header.d=supplier.example"


@tagged("post_install", "-at_install")
class TestMail(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "purchasing@hospital.example"
        domain = cls.env["mail.alias.domain"].create({"name": "hospital.example"})
        cls.mailbox = cls.env["integration.mailbox"].create(
            {
                "name": "Documents",
                "alias_name": "documents",
                "alias_domain_id": domain.id,
                "owner_id": cls.buyer.id,
                "trusted_server": "mx.hospital.example",
            }
        )
        cls.endpoint.mail_senders = "@supplier.example"
        cls.operator = cls._user("mail_operator", OPERATOR)

    # -- out -----------------------------------------------------------------------------------------

    def order_by_mail(self):
        self.endpoint.write(
            {"transport": "mail", "url": False, "mail_to": "orders@supplier.example"}
        )
        order = self.confirmed_order([(self.gloves, 2, 3)])
        self.drain_outbound()
        return order, self.messages_of(order)

    def look_at_mails(self):
        self.env.flush_all()
        self.another_worker()
        Outbox(self.env).heal()
        self.another_worker()

    def test_an_order_is_a_mail_with_a_pdf_and_the_document(self):
        order, message = self.order_by_mail()
        mail = message.mail_id
        self.assertEqual((message.state, mail.state), ("sending", "outgoing"))
        self.assertEqual(mail.email_to, "orders@supplier.example")
        self.assertIn(order.name, mail.subject)
        self.assertIn(message.uid, mail.message_id)
        pdf, document = mail.attachment_ids.sorted("name")
        self.assertTrue(pdf.raw.startswith(b"%PDF"))
        self.assertEqual(document.raw, message.payload_ids._raw())
        self.assertFalse(self.transport.requests)

    def test_sent_means_that_our_mail_server_took_it(self):
        _order, message = self.order_by_mail()
        self.look_at_mails()
        self.assertEqual(message.state, "sending")
        message.mail_id.state = "sent"
        self.look_at_mails()
        self.assertEqual((message.state, message.attempt_count), ("sent", 1))

    def test_a_mail_that_cannot_be_sent_is_a_persons(self):
        _order, message = self.order_by_mail()
        message.mail_id.write(
            {
                "state": "exception",
                "failure_type": "mail_smtp",
                "failure_reason": "535 s3cret-value refused",
            }
        )
        self.look_at_mails()
        self.assertEqual((message.state, message.error_code), ("dead", "mail_failed"))
        self.assertEqual(message.exception_ids.code, "delivery_failed")
        told = message.last_error + message.exception_ids.summary
        self.assertNotIn("s3cret-value", told)

    def test_a_change_waits_until_the_orders_mail_is_out(self):
        order, message = self.order_by_mail()
        order.order_line.product_qty = 5
        self.drain_outbound()
        change = self.messages_of(order, "order_change")
        self.assertEqual(change.state, "queued")
        message.mail_id.state = "sent"
        self.look_at_mails()
        self.drain_outbound()
        self.assertTrue(change.mail_id)

    def test_a_mail_that_vanished_is_uncertain(self):
        _order, message = self.order_by_mail()
        message.mail_id.unlink()
        message.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        self.look_at_mails()
        self.assertEqual(message.state, "uncertain")

    def test_a_mail_that_comes_back_is_asked_about_once(self):
        order, message = self.order_by_mail()
        message.mail_id.state = "sent"
        self.look_at_mails()
        for _twice in range(2):
            self.come_back(message.mail_id.message_id)
        self.assertEqual(message.state, "sent", "nothing is decided by what anybody could write")
        self.assertEqual(message.exception_ids.code, "mail_bounced")
        self.assertIn(order.name, message.exception_ids.summary)
        self.assertIn("orders@supplier.example", message.exception_ids.summary)

    def test_what_comes_back_of_others_asks_nobody(self):
        _order, message = self.order_by_mail()
        for strange in ("<1@elsewhere>", f"<{'0' * 32}.1@healthcare-procurement>"):
            self.come_back(strange)
        self.assertFalse(message.exception_ids)

    def come_back(self, message_id):
        """What a mail server sends of a mail that it could not deliver (RFC 3464)."""
        mail = (
            "From: MAILER-DAEMON@mx.supplier.example\nTo: bounce@hospital.example\nSubject: Undelivered\n"
            f"Message-Id: <{next(self.numbers)}@mx>\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            "--b\nContent-Type: text/plain\n\nNo such user\n"
            "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.supplier.example\n\n"
            "Final-Recipient: rfc822; orders@supplier.example\nAction: failed\nStatus: 5.1.1\n"
            f"--b\nContent-Type: text/rfc822-headers\n\nMessage-Id: {message_id}\nSubject: Order\n--b--\n"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(False, mail.encode())

    def test_an_address_is_needed(self):
        for address in (False, "nobody", "a@b.example, nobody"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.endpoint.write({"transport": "mail", "mail_to": address})

    # -- in ------------------------------------------------------------------------------------------

    def arrive(self, files, sender="billing@supplier.example", proof=PROOF, text="Please pay"):
        mail = EmailMessage()
        mail["From"], mail["To"] = f"Billing <{sender}>", "documents@hospital.example"
        mail["Subject"], mail["Message-Id"] = "Your invoice", f"<{next(self.numbers)}@test>"
        if proof:
            mail["Authentication-Results"] = proof
        mail.set_content(text)
        for name, raw in files.items():
            mail.add_attachment(raw, maintype="application", subtype="xml", filename=name)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            found = self.env["mail.thread"].message_process(False, mail.as_bytes())
        return self.env["integration.mail"].browse(found)

    def invoice(self, order):
        return render(self.invoice_for(order), "ubl")

    def billed_order(self):
        order = self.confirmed_order([(self.gloves, 2, 3)])
        self.drain_outbound()
        return order

    def test_an_invoice_by_mail_becomes_a_bill(self):
        raw = self.invoice(self.billed_order()).replace(b"Gloves", "Glöves".encode())
        mail = self.arrive({"invoice.xml": raw, "logo.png": b"\x89PNG\r\n\x1a\n"})
        self.assertEqual((mail.state, mail.endpoint_id), ("taken", self.endpoint))
        (message,) = mail.integration_message_ids
        self.assertEqual(message.payload_ids._raw(), raw)
        self.another_worker()
        Inbox(self.env).drain(30)
        message.invalidate_recordset()
        self.assertEqual((message.document_type, message.state), ("invoice", "processed"))

    def test_the_same_invoice_by_mail_by_hand_and_posted_is_one_bill(self):
        raw = self.invoice(self.billed_order())
        first = self.receive(raw)
        self.assertEqual(first.state, "processed")
        self.arrive({"invoice.xml": raw})
        upload.bring(self.endpoint.with_user(self.operator), {"invoice.xml": raw})
        again = upload.bring(self.endpoint.with_user(self.operator), {"copy.xml": raw})
        self.assertTrue(again[0].repeated)
        self.another_worker()
        Inbox(self.env).drain(30)
        self.another_worker()
        messages = self.env["integration.message"].search(
            [("endpoint_id", "=", self.endpoint.id), ("direction", "=", "in")]
        )
        self.assertEqual(sorted(messages.mapped("state")), ["duplicate", "duplicate", "processed"])

    def parked(self, mail, reason):
        self.assertEqual((mail.state, mail.reason), ("parked", reason))
        self.assertFalse(mail.integration_message_ids)
        question = self.env["integration.exception"].search(
            [("res_model", "=", "integration.mail"), ("res_id", "=", mail.id)]
        )
        self.assertEqual((question.code, question.user_id), ("mail_parked", self.buyer))

    def test_what_nobody_vouches_for_waits_for_a_person(self):
        raw = self.invoice(self.billed_order())
        unknown = "No endpoint accepts this sender."
        unproved = "It is not proved that the mail is from its sender."
        self.parked(self.arrive({"i.xml": raw}, sender="billing@evil.example"), unknown)
        self.parked(self.arrive({"i.xml": raw}, proof=None), unproved)
        forged = "mx.evil.example; dmarc=pass header.from=supplier.example"
        self.parked(self.arrive({"i.xml": raw}, proof=forged), unproved)
        self.mailbox.trusted_server = False
        self.parked(self.arrive({"i.xml": raw}), unproved)

    def test_what_is_no_document_waits_for_a_person(self):
        none = "No attachment is a document in a known format."
        self.parked(self.arrive({"bill.pdf": b"%PDF-1.7"}), none)
        self.parked(self.arrive({}), none)
        self.endpoint.max_size = 1
        raw = self.invoice(self.billed_order())
        self.parked(self.arrive({"i.xml": raw}), "A document is larger than 1 kB.")
        self.endpoint.copy({"code": "second", "mail_senders": "billing@supplier.example"})
        self.parked(self.arrive({"i.xml": raw}), "Several endpoints accept this sender.")

    def test_an_operator_answers_for_a_sender(self):
        raw = self.invoice(self.billed_order())
        mail = self.arrive({"i.xml": raw}, sender="new@evil.example")
        with self.assertRaises(AccessError):
            mail.with_user(self.buyer).sudo(False).action_discard()
        action = mail.with_user(self.operator).action_take()
        wizard = (
            self.env["integration.upload"]
            .with_user(self.operator)
            .with_context(**action["context"])
            .create({"endpoint_id": self.endpoint.id})
        )
        wizard.action_upload()
        self.assertEqual(mail.state, "taken")
        self.assertEqual(mail.integration_message_ids.payload_ids._raw(), raw)
        question = self.env["integration.exception"].search(
            [("res_model", "=", "integration.mail"), ("res_id", "=", mail.id)]
        )
        self.assertEqual(question.state, "resolved")
        with self.assertRaises(UserError):
            mail.with_user(self.operator).action_discard()

    def test_a_mail_is_discarded(self):
        mail = self.arrive({}, sender="new@evil.example")
        mail.with_user(self.operator).action_discard()
        self.assertEqual(mail.state, "discarded")

    def test_no_browser_shows_what_came_by_mail(self):
        mail = self.arrive({"x.html": b"<script>alert(1)</script>"})
        # Odoo makes plain text of what could be shown as a page.
        self.assertIn(mail.attachment_ids.mimetype, ("application/octet-stream", "text/plain"))

    # -- by hand -------------------------------------------------------------------------------------

    def test_files_are_brought_by_hand(self):
        raw = self.invoice(self.billed_order())
        files = self.env["ir.attachment"].with_user(self.operator)
        file = files.create({"name": "i.xml", "datas": base64.b64encode(raw)})
        wizard = (
            self.env["integration.upload"]
            .with_user(self.operator)
            .create(
                {
                    "endpoint_id": self.endpoint.id,
                    "attachment_ids": [Command.set(file.ids)],
                }
            )
        )
        (message,) = self.env["integration.message"].search(wizard.action_upload()["domain"])
        self.assertEqual(message.payload_ids._raw(), raw)
        with self.assertRaises(AccessError):
            upload.bring(self.endpoint.with_user(self.buyer), {"i.xml": raw})
        operator = self.endpoint.with_user(self.operator)
        for files in ({}, {"empty.xml": b""}, {"big.xml": b"x" * 20_000_001}):
            with self.assertRaises(UserError):
                upload.bring(operator, files)
