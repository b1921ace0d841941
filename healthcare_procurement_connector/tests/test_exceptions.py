from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestExceptions(ConnectorCase):
    def raised(self, **vals):
        return self.env["integration.exception"]._raise(
            [{"code": "shipment", "summary": "Odd", "company_id": self.company.id, **vals}]
        )

    def test_it_says_what_to_do_by_when(self):
        exception = self.raised()
        self.assertTrue(exception.suggestion)
        self.assertTrue(exception.date_due)
        self.assertFalse(exception.overdue)

    def test_its_owner_resolves_it_with_a_reason(self):
        exception = self.raised(user_id=self.buyer.id).with_user(self.buyer)
        with self.assertRaises(UserError):
            exception.action_resolve("  ")
        wizard = Form(
            self.env["integration.exception.resolve"]
            .with_user(self.buyer)
            .with_context(active_model=exception._name, active_ids=exception.ids)
        )
        wizard.reason = "Supplier will send the rest"
        wizard.save().action_confirm()
        self.assertEqual(exception.state, "resolved")
        self.assertEqual(exception.resolved_by_id, self.buyer)

    def test_nobody_else_does(self):
        exception = self.raised(user_id=self.env.user.id)
        reader = self._user("reader", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            exception.with_user(reader).action_resolve("done")

    def test_every_act_is_in_the_audit_record(self):
        exception = self.raised()
        exception.action_resolve("settled")
        entries = self.env["integration.audit"].search(
            [("res_model", "=", exception._name), ("res_id", "=", exception.id)]
        )
        self.assertEqual(
            sorted(entries.mapped("action")), ["exception.raised", "exception.resolved"]
        )

    def test_raising_many_costs_no_query_each(self):
        def raise_some(count):
            before = self.env.cr.sql_log_count
            self.env["integration.exception"]._raise(
                [
                    {
                        "code": "shipment",
                        "summary": "x",
                        "company_id": self.company.id,
                        "user_id": 1,
                    }
                    for _ in range(count)
                ]
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        raise_some(1)
        self.assertLessEqual(raise_some(50), raise_some(5) + 2)
