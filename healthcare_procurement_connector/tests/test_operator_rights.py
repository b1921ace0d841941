from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from ..core.exceptions import AmbiguousError
from ..services import edit, export_orders, give_up, replay, reroute, resend
from .common import ConnectorCase

GROUP = "healthcare_procurement_connector.group_integration_"
DIALOGS = ("decision", "edit", "export.wizard", "rehearsal", "replay", "reroute", "resend")
ACTS = {
    "replay": replay.replay,
    "give up": lambda messages: give_up.give_up(messages, "x"),
    "the supplier has it": lambda messages: give_up.supplier_has_it(messages, "x"),
    "it never arrived": lambda messages: give_up.it_never_arrived(messages, "x"),
    "re-send": lambda messages: resend.resend(messages, "x"),
    "preview of a re-send": resend.preview,
    "edit": lambda messages: edit.edit_and_resend(messages, "x", "x"),
    "text to edit": edit.editable_text,
    "reroute": lambda messages: reroute.reroute(messages, messages.sudo().endpoint_id, "x"),
    "export": lambda messages: export_orders.export(messages, confirmed=True),
}


@tagged("post_install", "-at_install")
class TestOperatorRights(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.transport.answers = [AmbiguousError("no answer", "no_answer")]
        self.order = self.confirmed_order([(self.gloves, 1, 1)])
        self.drain_outbound()
        self.message = self.messages_of(self.order)

    def stranger(self):
        other = self.env["res.company"].create({"name": "Other hospital"})
        user = new_test_user(
            self.env,
            login="stranger",
            groups=f"base.group_user,purchase.group_purchase_manager,{GROUP}manager",
        )
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        return user

    def refused(self, user):
        self.env.invalidate_all()
        for name, act in ACTS.items():
            with self.subTest(name), self.assertRaises(AccessError):
                act(self.message.with_user(user))
        self.assertEqual(self.message.state, "uncertain")

    def test_a_user_sees_and_does_nothing(self):
        user = self._user("reader", GROUP + "user")
        self.message.with_user(user).read(["state", "decision"])
        self.env["integration.stuck"].with_user(user).search([]).read(["cause", "held_back"])
        self.refused(user)

    def test_an_auditor_changes_nothing(self):
        self.refused(self._user("auditor", GROUP + "auditor"))

    def test_an_operator_of_another_company_is_refused(self):
        stranger = self.stranger()
        self.assertFalse(self.env["integration.stuck"].with_user(stranger).search([]))
        self.refused(stranger)

    def test_a_buyer_only_exports(self):
        for name, act in ACTS.items():
            if name != "export":
                with self.subTest(name), self.assertRaises(AccessError):
                    act(self.message.with_user(self.buyer))

    def test_dialogs_are_closed_to_who_may_not_act(self):
        user = self._user("reader", GROUP + "user")
        for name in DIALOGS:
            with self.subTest(name), self.assertRaises(AccessError):
                self.env[f"integration.{name}"].with_user(user).create({})

    def test_a_dialog_is_for_the_one_who_opened_it(self):
        first = self._user("operator_1", GROUP + "operator")
        second = self._user("operator_2", GROUP + "operator")
        dialog = self.env["integration.replay"].with_user(first).create({})
        dialog.read(["scope"])
        with self.assertRaises(AccessError):
            dialog.with_user(second).read(["scope"])

    def test_a_dialog_does_not_reach_into_another_company(self):
        dialogs = self.env["integration.decision"].with_user(self.stranger())
        vals = {"message_ids": [Command.set(self.message.ids)], "reason": "x"}
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialogs.create(vals).action_confirm()
        self.assertEqual(self.message.state, "uncertain")

    def test_rpc_gives_a_plain_user_nothing(self):
        env = self.env(user=self._user("reader", GROUP + "user"))
        ids = self.message.ids
        for method, args in (
            ("action_replay", [ids]),
            ("write", [ids, {"state": "queued"}]),
            ("create", [{"direction": "out", "state": "queued", "endpoint_id": self.endpoint.id}]),
            ("unlink", [ids]),
        ):
            with self.subTest(method), self.assertRaises(AccessError):
                call_kw(env["integration.message"], method, args, {})
        self.assertEqual(self.message.state, "uncertain")

    def test_no_operator_writes_messages_by_rpc(self):
        env = self.env(user=self._user("operator", GROUP + "operator"))
        for model in ("integration.message", "integration.stuck", "integration.export"):
            with self.subTest(model), self.assertRaises(AccessError):
                call_kw(env[model], "create", [{}], {})
        with self.assertRaises(AccessError):
            call_kw(env["integration.message"], "write", [self.message.ids, {"note": "x"}], {})
