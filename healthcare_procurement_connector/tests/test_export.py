import base64
import io
import zipfile
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..core.exceptions import AmbiguousError, TransientError
from ..formats import FormatError, parse
from ..services import export_orders, outgoing_orders, replay, resend
from ..services.outbox import Outbox
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestExport(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user(
            "operator", "healthcare_procurement_connector.group_integration_operator"
        )

    def queued(self, lines=None):
        order = self.confirmed_order(lines or [(self.gloves, 10, 8.40)])
        return self.messages_of(order).with_user(self.operator)

    def files(self, export):
        content = base64.b64decode(export.content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.assertIsNone(archive.testzip())
            return {name: archive.read(name) for name in archive.namelist()}

    def test_each_order_is_there_as_pdf_ubl_and_csv(self):
        messages = self.queued() | self.queued([(self.gloves, 2, 3.5), (self.syringes, 1, 1)])
        export = export_orders.export(messages)
        files = self.files(export)
        self.assertEqual(len(files), 6)
        for message in messages:
            number = message.number
            (document,) = parse(files[f"{number}/{number}.xml"])
            self.assertEqual(document.number, number)
            self.assertTrue(files[f"{number}/{number}.pdf"].startswith(b"%PDF-"))
            rows = files[f"{number}/{number}.csv"].decode("utf-8-sig").splitlines()
            self.assertEqual(len(rows), 1 + len(document.lines))
            self.assertIn("9506000191003", rows[1])
        self.assertEqual(set(messages.mapped("state")), {"exported"})
        entry = self.env["integration.audit"].search(
            [("action", "=", "message.exported"), ("res_id", "=", messages[0].id)]
        )
        self.assertEqual((entry.user_id, entry.detail["export"]), (self.operator, export.id))
        self.assertFalse(entry.detail["confirmed_not_received"])

    def test_the_electronic_send_does_not_happen_as_well(self):
        message = self.queued()
        export_orders.export(message)
        self.drain_outbound()
        self.assertFalse(self.transport.requests)
        with self.assertRaisesRegex(UserError, "decision of its own"):
            replay.replay(message)
        self.assertEqual(message.state, "exported")
        new = resend.resend(message, "Their system is back, and they lost the paper")
        self.drain_outbound()
        self.assertEqual((message.state, new.state), ("exported", "sent"))
        self.assertNotEqual(new.uid, message.uid)
        entry = self.env["integration.audit"].search([("action", "=", "message.resent")])
        self.assertEqual(entry.detail["reason"], new.decision)

    def test_a_drain_that_had_claimed_it_does_not_send_it(self):
        message = self.queued()
        outbox = Outbox(self.env)
        claimed = outbox._claim()
        export_orders.export(message)
        outbox._prepare(claimed)
        self.assertEqual(message.state, "exported")
        self.assertFalse(self.transport.requests)

    def test_what_is_being_sent_is_not_exported(self):
        message = self.queued()
        self.assertEqual(message.state, "queued")  # what the operator saw is in the cache
        self.env.cr.execute(
            "UPDATE integration_message SET state = 'sending' WHERE id = %s", [message.id]
        )
        with self.assertRaises(UserError):
            export_orders.export(message)
        self.assertEqual(message.state, "sending")
        self.assertFalse(self.env["integration.export"].search([]))

    def test_a_message_in_a_drains_hands_is_not_exported(self):
        message = self.queued()
        message.sudo().lease_until = fields.Datetime.add(fields.Datetime.now(), minutes=1)
        with self.assertRaisesRegex(UserError, "just now"):
            export_orders.export(message)

    def test_what_may_have_arrived_asks_for_a_confirmation(self):
        self.transport.answers = [AmbiguousError("no answer", "no_answer")]
        message = self.queued()
        self.drain_outbound()
        self.assertEqual(message.state, "uncertain")
        form = Form(
            self.env["integration.export.wizard"]
            .with_user(self.operator)
            .with_context(active_model="integration.message", active_ids=message.ids)
        )
        self.assertIn(message.number, form.doubtful)
        with self.assertRaisesRegex(UserError, "confirm"):
            form.save().action_export()
        self.assertEqual(message.state, "uncertain")
        form.confirmed = True
        action = form.save().action_export()
        (link,) = action["params"]["links"]
        self.assertIn("/web/content/integration.export/", link["url"])
        self.assertEqual(message.state, "exported")
        self.assertFalse(self.open_exceptions(message))
        entry = self.env["integration.audit"].search([("action", "=", "message.exported")])
        self.assertTrue(entry.detail["confirmed_not_received"])

    def test_a_connection_that_was_refused_needs_none(self):
        self.transport.answers = [TransientError("refused", "refused")]
        message = self.queued()
        self.drain_outbound()
        self.assertEqual(message.state, "retrying")
        export_orders.export(message)
        self.assertEqual(message.state, "exported")

    def test_a_change_does_not_overtake_its_order(self):
        message = self.queued()
        order = self.env["purchase.order"].browse(message.res_id)
        change = outgoing_orders.queue_orders(order, "order_change").with_user(self.operator)
        with self.assertRaisesRegex(UserError, message.number):
            export_orders.export(change)
        self.assertEqual(len(self.files(export_orders.export(change | message))), 6)

    def test_one_that_cannot_be_written_exports_none(self):
        crate = self.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 7, "relative_uom_id": self.gloves.uom_id.id}
        )
        messages = self.queued() | self.queued([(self.gloves, 1, 1, crate)])
        with self.assertRaisesRegex(UserError, "Crate"):
            export_orders.export(messages)
        self.assertEqual(set(messages.mapped("state")), {"queued"})

    def test_what_was_sent_in_a_syntax_that_cannot_become_ubl_is_named(self):
        message = self.queued()
        with (
            patch.object(
                export_orders,
                "render",
                side_effect=FormatError("not_carried", "/Order", "too much"),
            ),
            self.assertRaisesRegex(UserError, f"{message.number}.*too much"),
        ):
            export_orders.export(message)
        self.assertEqual(message.state, "queued")

    def test_no_cell_becomes_a_formula_and_no_name_leaves_the_folder(self):
        self.gloves.name = "=HYPERLINK(1)"
        order = self.draft_order([(self.gloves, 1, 1)])
        order.name = "../../P 1"
        order.order_line.name = "x"
        order.button_confirm()
        message = self.messages_of(order).with_user(self.operator)
        files = self.files(export_orders.export(message))
        self.assertEqual({name.split("/")[0] for name in files}, {"P_1"})
        self.assertIn("'=HYPERLINK(1)", files["P_1/P_1.csv"].decode("utf-8-sig"))

    def test_exports_are_bounded(self):
        messages = self.queued() | self.queued()
        with patch.object(export_orders, "LIMIT", 1), self.assertRaisesRegex(UserError, "many"):
            export_orders.export(messages)

    def test_letters_the_font_does_not_have_do_not_stop_it(self):
        self.gloves.name = "\N{HIRAGANA LETTER A} & <b>\N{GREEK SMALL LETTER ALPHA}"
        files = self.files(export_orders.export(self.queued()))
        self.assertEqual(len(files), 3)

    def test_a_buyer_exports_and_reads_the_own_file_only(self):
        message = self.queued().with_user(self.buyer)
        self.env.invalidate_all()  # what is in the cache is read without asking for rights
        export = export_orders.export(message)
        self.assertEqual(message.state, "exported")
        self.assertEqual(export.user_id, self.buyer)
        export.read(["content"])
        with self.assertRaises(AccessError):
            export.with_user(self.operator).read(["content"])
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", export._name), ("res_id", "=", export.id),
             ("res_field", "=", "content")]
        )  # fmt: skip
        self.assertTrue(attachment)
        with self.assertRaises(AccessError):
            attachment.with_user(self.operator).read(["datas"])

    def test_who_has_no_right_on_orders_exports_nothing(self):
        message = self.queued()
        reader = self._user("reader", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            export_orders.export(message.with_user(reader))
        self.assertEqual(message.state, "queued")

    def test_files_go_after_their_time(self):
        export = export_orders.export(self.queued())
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_export SET create_date = create_date - interval '15 days' WHERE id = %s",
            [export.id],
        )
        self.env.invalidate_all()
        self.env["integration.export"]._gc_exports()
        self.assertFalse(export.exists())
