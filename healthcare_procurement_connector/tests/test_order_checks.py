from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..services.order_checks import check
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestOrderChecks(ConnectorCase):
    def turn_on(self, code, **vals):
        rule = self.env["integration.check"].search(
            [("code", "=", code), ("company_id", "=", False)]
        )
        rule.write({"mode": "on", **vals})
        return rule

    def sent(self, order=None):
        order = order or self.confirmed_order([(self.gloves, 2, 10)])
        self.drain_outbound()
        return self.messages_of(order)

    def approve(self, **vals):
        self.supplier.write({"supplier_approval": "approved", **vals})

    def contract(self, price, **vals):
        return self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_id": self.gloves.id,
                "product_tmpl_id": self.gloves.product_tmpl_id.id,
                "product_uom_id": self.gloves.uom_id.id,
                "price": price,
                "contract_reference": "C-77",
                "currency_id": self.company.currency_id.id,
                **vals,
            }
        )

    def test_nothing_is_checked_at_first(self):
        message = self.sent()
        self.assertEqual(message.state, "sent")
        self.assertFalse(self.env["integration.check.verdict"].search([]))

    def test_a_supplier_that_nobody_approved_holds_the_order(self):
        self.turn_on("supplier_eligible")
        message = self.sent()
        self.assertEqual((message.state, message.error_code), ("held", "check_failed"))
        self.assertFalse(self.transport.requests)
        question = self.open_exceptions(message)
        self.assertEqual((question.code, question.user_id), ("check_failed", self.buyer))
        self.assertIn("not approved", question.summary)
        verdict = self.env["integration.check.verdict"].search([("message_id", "=", message.id)])
        self.assertFalse(verdict.passed)
        self.assertEqual(verdict.inputs["approval"], None)

    def test_mended_and_replayed_it_is_sent(self):
        self.turn_on("supplier_eligible")
        message = self.sent()
        self.approve(supplier_certificate_until=fields.Date.today())
        message.exception_ids.action_replay()
        self.drain_outbound()
        self.assertEqual(message.state, "sent")

    def test_an_expired_certificate(self):
        self.turn_on("supplier_eligible")
        self.approve(supplier_certificate_until=fields.Date.today() - timedelta(days=1))
        message = self.sent()
        self.assertEqual(message.state, "held")
        self.assertIn("certificate", message.last_error)

    def test_a_route_may_be_spared(self):
        self.turn_on("supplier_eligible")
        route = self.endpoint.route_ids.filtered(lambda route: route.document_type == "order")
        self.env["integration.check"].create(
            {"code": "supplier_eligible", "mode": "off", "route_id": route.id}
        )
        self.assertEqual(self.sent().state, "sent")

    def test_somebody_else_may_be_asked(self):
        other = self._user("test_head", "purchase.group_purchase_manager")
        self.turn_on("supplier_eligible", user_id=other.id)
        self.assertEqual(self.open_exceptions(self.sent()).user_id, other)

    def test_above_the_contract_price(self):
        self.turn_on("contract_price", tolerance=5)
        self.contract(9)
        message = self.sent()
        self.assertEqual(message.state, "held")
        self.assertIn("C-77", message.last_error)

    def test_within_the_tolerance_and_tier(self):
        self.turn_on("contract_price", tolerance=5)
        self.contract(9.6)
        self.contract(5, min_qty=3)
        self.contract(7, date_end="2020-01-01")
        self.assertEqual(self.sent().state, "sent")

    def test_a_contract_of_another_unit_is_converted(self):
        self.turn_on("contract_price")
        self.contract(900, product_uom_id=self.box.id)
        order = self.confirmed_order([(self.gloves, 200, 10)])
        message = self.sent(order)
        self.assertIn("9.00", message.last_error)

    def test_the_prices_of_a_site(self):
        self.turn_on("contract_price")
        self.contract(9)
        order = self.draft_order([(self.gloves, 2, 10)])
        self.contract(10, site_id=order.picking_type_id.warehouse_id.id)
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.sent(order).state, "sent")

    def test_items_without_a_contract_pass(self):
        self.turn_on("contract_price")
        self.assertEqual(self.sent().state, "sent")

    def test_not_for_this_site(self):
        other = self.env["stock.warehouse"].create({"name": "Ward", "code": "WARD2"})
        self.turn_on("item_restricted")
        self.gloves.categ_id = self.env["product.category"].create(
            {"name": "For one ward", "allowed_site_ids": other.ids}
        )
        self.assertEqual(self.sent().state, "held")
        order = self.draft_order([(self.gloves, 2, 10)])
        self.gloves.allowed_site_ids = order.picking_type_id.warehouse_id
        order.with_user(self.buyer).button_confirm()
        self.assertEqual(self.sent(order).state, "sent")

    def test_controlled_substances_need_a_licence(self):
        self.turn_on("item_restricted")
        self.gloves.controlled_substance = True
        self.assertEqual(self.sent().state, "held")
        self.supplier.controlled_licence_until = fields.Date.today()
        self.assertEqual(self.sent().state, "sent")

    def test_where_the_supplier_delivers(self):
        self.turn_on("location_valid")
        self.supplier.delivery_site_ids = self.env["stock.warehouse"].create(
            {"name": "Ward", "code": "WARD2"}
        )
        self.assertEqual(self.sent().state, "held")

    def test_references(self):
        self.turn_on("references_present", need_supplier_reference=True, need_cost_centre=True)
        order = self.draft_order([(self.gloves, 2, 10)])
        order.partner_ref = "Q-1"
        order.with_user(self.buyer).button_confirm()
        message = self.sent(order)
        self.assertEqual(message.last_error, "A line has no cost centre.")

    def test_an_addon_that_knows_budgets(self):
        self.turn_on("budget_left")
        self.assertEqual(self.sent().state, "sent")
        Check = type(self.env["integration.check"])
        self.patch(Check, "_budget_left", lambda self, orders: dict.fromkeys(orders.ids, -5))
        message = self.sent()
        self.assertIn("5.00", message.last_error)

    def test_an_override_needs_a_right_and_a_reason_and_is_audited(self):
        self.turn_on("supplier_eligible")
        message = self.sent()
        wizard = self.env["integration.check.override"].with_context(
            active_model="integration.message", active_ids=message.ids
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.buyer).create({"reason": "Emergency"})
        head = self._user(
            "test_head",
            "purchase.group_purchase_manager",
            "healthcare_procurement_connector.group_check_override",
        )
        with self.assertRaises(UserError):
            wizard.with_user(head).create({"reason": " "}).action_confirm()
        wizard.with_user(head).create({"reason": "Emergency"}).action_confirm()
        verdict = self.env["integration.check.verdict"].search([("message_id", "=", message.id)])
        self.assertEqual((verdict.overridden_by_id, verdict.override_reason), (head, "Emergency"))
        self.assertFalse(self.open_exceptions(message))
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        entry = self.env["integration.audit"].search([("action", "=", "check.overridden")])
        self.assertEqual((entry.user_id, entry.detail["reason"]), (head, "Emergency"))

    def test_an_override_is_for_what_was_found(self):
        self.turn_on("supplier_eligible")
        message = self.sent()
        head = self._user(
            "test_head",
            "purchase.group_purchase_manager",
            "healthcare_procurement_connector.group_check_override",
        )
        self.env["integration.check.override"].with_context(
            active_model="integration.message", active_ids=message.ids
        ).with_user(head).create({"reason": "Emergency"}).action_confirm()
        self.supplier.supplier_approval = "suspended"
        self.drain_outbound()
        self.assertEqual(message.state, "held")
        self.assertIn("suspended", message.last_error)

    def test_one_query_a_source_for_a_batch(self):
        for code in ("supplier_eligible", "contract_price", "item_restricted"):
            self.turn_on(code)
        self.approve()
        self.contract(10)
        few = self._queries_of(2)
        many = self._queries_of(8)
        self.assertLessEqual(many, few + 2)

    def _queries_of(self, count):
        orders = [self.confirmed_order([(self.gloves, 2, 10)]) for _each in range(count)]
        self.save()
        messages = self.env["integration.message"].union(*map(self.messages_of, orders))
        self.another_worker()
        before = self.env.cr.sql_log_count
        self.assertFalse(check(self.env, messages))
        return self.env.cr.sql_log_count - before

    def test_verdicts_and_rules_are_closed_to_buyers(self):
        rule = self.turn_on("supplier_eligible")
        self.sent()
        verdict = self.env["integration.check.verdict"].search([], limit=1)
        for record in (rule, verdict):
            with self.assertRaises(AccessError):
                record.with_user(self.buyer).write({"code": "contract_price"})
        entry = self.env["integration.audit"].search([("action", "=", "check.changed")], limit=1)
        self.assertEqual(entry.detail["mode"], "on")
