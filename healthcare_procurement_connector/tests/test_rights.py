from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..services import replay
from .common import ConnectorCase

GROUP = "healthcare_procurement_connector.group_integration_"


@tagged("post_install", "-at_install")
class TestRights(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 1, 1)])
        self.message = self.messages_of(self.order)

    def test_nobody_writes_messages_by_hand(self):
        manager = self._user("manager", GROUP + "manager")
        with self.assertRaises(AccessError):
            self.message.with_user(manager).write({"state": "sent"})
        with self.assertRaises(AccessError):
            self.message.with_user(manager).unlink()

    def test_users_see_and_operators_act(self):
        user, operator = (
            self._user("user", GROUP + "user"),
            self._user("operator", GROUP + "operator"),
        )
        self.message.with_user(user).read(["state"])
        self.force_state(self.message, "dead")
        with self.assertRaises(AccessError):
            replay.replay(self.message.with_user(user))
        replay.replay(self.message.with_user(operator))
        self.assertEqual(self.message.state, "queued")

    def test_only_managers_configure(self):
        operator = self._user("operator", GROUP + "operator")
        with self.assertRaises(AccessError):
            self.endpoint.with_user(operator).write({"url": "https://elsewhere.example"})
        with self.assertRaises(AccessError):
            self.endpoint.with_user(operator).read(["inbound_secret"])

    def test_the_audit_record_is_append_only(self):
        entry = self.env["integration.audit"].search([], limit=1)
        for act in (lambda: entry.write({"action": "x"}), entry.unlink):
            with self.assertRaises(AccessError):
                act()
        auditor = self._user("auditor", GROUP + "auditor")
        entry.with_user(auditor).read(["action"])
        with self.assertRaises(AccessError):
            self.message.with_user(auditor).write({"state": "sent"})

    def test_an_auditor_reads_what_happened_to_what_and_why(self):
        order = self.message.res_id
        self.env["integration.audit"]._append(
            [
                {"action": "a", "company_id": self.company.id, **record, "detail": detail}
                for record, detail in (
                    (
                        {"res_model": "purchase.order", "res_id": order},
                        {"reason": "agreed", "n": 2},
                    ),
                    ({"res_model": "integration.endpoint", "res_id": self.endpoint.id}, None),
                    ({"res_model": "integration.endpoint", "res_id": 2_000_000_000}, None),
                    ({"res_model": "an.addon.that.went", "res_id": 7}, {}),
                )
            ]
        )
        auditor = self._user("auditor", GROUP + "auditor")
        entries = self.env["integration.audit"].with_user(auditor).search([("action", "=", "a")])
        self.assertEqual(
            entries.sorted("id").mapped("record_name"),
            [
                # Orders are not the auditor's to read: which one it was, and no more.
                f"Purchase Order: {order}",
                "Integration endpoint: Supplier",
                "Integration endpoint: 2000000000",
                "an.addon.that.went: 7",
            ],
        )
        self.assertEqual(entries.sorted("id")[0].detail_text, "n: 2 · reason: agreed")

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other hospital"})
        stranger = self._user("stranger", GROUP + "manager")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for record in (self.message, self.endpoint, self.endpoint.route_ids):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))

    def test_a_plain_buyer_needs_no_integration_right_to_confirm(self):
        order = self.draft_order([(self.gloves, 1, 1)])
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(order.with_user(self.buyer).integration_state, "queued")

    def test_buyers_see_the_exceptions_that_are_theirs(self):
        exceptions = self.env["integration.exception"]._raise(
            [
                {
                    "code": "shipment",
                    "summary": "x",
                    "company_id": self.company.id,
                    "user_id": user.id,
                }
                for user in (self.buyer, self.env.user)
            ]
        )
        visible = self.env["integration.exception"].with_user(self.buyer).search([])
        self.assertEqual(visible, exceptions[0].with_user(self.buyer))

    def test_the_technical_user_has_no_password_and_no_configuration_right(self):
        technical = self.endpoint.user_id
        with self.assertRaises(AccessError):
            self.endpoint.with_user(technical).write({"url": "https://elsewhere.example"})
        self.assertFalse(technical.has_group("base.group_system"))
