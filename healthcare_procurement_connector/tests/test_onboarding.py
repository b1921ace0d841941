"""From a new endpoint to a live one: what is left to do, test orders that nobody delivers, the day orders begin."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..core.self_test import NOTE
from ..formats import parse
from ..services import reroute
from ..services.onboarding import self_tests, steps
from ..transports.base import Reply
from .common import ConnectorCase

GROUP = "healthcare_procurement_connector.group_integration_"


@tagged("post_install", "-at_install")
class TestOnboarding(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._user("test_manager", GROUP + "manager")
        cls.endpoint.owner_id = cls.manager
        cls.endpoint.route_ids = [
            Command.create(
                {"document_type": "order_response", "direction": "in", "date_from": "2020-01-01"}
            )
        ]
        cls.managed = cls.endpoint.with_user(cls.manager)

    def started(self, syntax="ubl"):
        self_tests.order_route(self.endpoint).format = syntax
        test = self_tests.start(self.managed, confirmed=syntax == "ubl")
        self.assertEqual(test.result, "running")
        return test

    def sent(self, syntax="ubl"):
        """(the test, the order as the partner's system reads it)"""
        test = self.started(syntax)
        self.drain_outbound()
        (order,) = parse(self.transport.requests[-1].body)
        return test, order

    def answer(self, test, **changes):
        order = self.draft_order([(self.gloves, 1, 1)])
        response = self.response_for(order, status="accepted", order_number=test.name, **changes)
        return self.receive(response)

    def states(self):
        return {step.code: step.state for step in steps.steps_of(self.managed)}

    # -- the test order ----------------------------------------------------------------------------------

    def test_a_test_order_is_sent_and_its_answer_read(self):
        with patch.object(type(self.env["integration.fact"]), "_record") as told:
            test, order = self.sent()
        self.assertFalse(told.called, "a test is no business fact")
        self.assertEqual((order.number, order.note), (test.name, NOTE))
        self.assertEqual((test.result, self.states()["test"]), ("sent", "open"))
        message = self.answer(test, number="R-1")
        self.assertEqual((message.state, message.res_model), ("processed", test._name))
        self.assertFalse(message.exception_ids)
        self.assertEqual((test.result, test.answer), ("passed", "R-1: accepted"))
        self.assertEqual(self.states()["test"], "done")
        # A real answer may have the number that the test's had.
        real = self.confirmed_order([(self.gloves, 1, 1)])
        again = self.receive(self.response_for(real, status="accepted", number="R-1"))
        self.assertEqual(again.res_model, "purchase.acknowledgement", again.last_error)

    def test_it_carries_the_mark_of_its_syntax(self):
        for syntax in ("x12", "edifact", "cxml", "json"):
            with self.subTest(syntax):
                test, order = self.sent(syntax)
                self.assertTrue(order.envelope.test, test.message_id.last_error)
                self.assertEqual(order.number, test.name)
        body = self.transport.requests[0].body
        self.assertIn(b"*T*", body.partition(b"GS*")[0], "ISA15")

    def test_without_a_mark_somebody_confirms_the_address(self):
        with self.assertRaisesRegex(UserError, "no mark"):
            self_tests.start(self.managed)

    def test_a_live_endpoint_never_sends_one(self):
        made = self.started()
        self.transport.answers = [Reply(503, {}, b"", 0.1)]
        self.drain_outbound()
        queued, message = self.started(), made.message_id
        self.assertEqual((message.state, bool(message.payload_ids)), ("retrying", True))
        calls = len(self.transport.requests)
        self.endpoint.environment = "live"
        self.assertEqual(set((queued | made).message_id.mapped("state")), {"cancelled"})
        # Whatever brings it back, its bytes do not leave.
        self.force_state(message, "queued")
        message.sudo().next_attempt = False
        self.drain_outbound()
        self.assertEqual((message.state, message.error_code), ("held", "test_document"))
        self.assertEqual(len(self.transport.requests), calls)
        with self.assertRaisesRegex(UserError, "not a test endpoint"):
            self_tests.start(self.managed, confirmed=True)

    def test_it_takes_no_other_way(self):
        test = self.started()
        other = self.endpoint.copy({"code": "other", "name": "Other"})
        other.route_ids = [Command.create({"document_type": "order", "date_from": "2020-01-01"})]
        message = test.message_id
        chosen, refused = reroute.sort_out(message, other, fields.Datetime.now())
        self.assertFalse(chosen)
        self.assertIn("test order", refused[message])

    def test_a_document_about_a_test_of_another_endpoint_is_nobodys(self):
        test, _order = self.sent()
        test.sudo().endpoint_id = self.endpoint.copy({"code": "other", "name": "Other"})
        self.assertEqual(self.answer(test).state, "waiting")

    def test_managers_start_tests(self):
        operator = self._user("operator", GROUP + "operator")
        with self.assertRaises(AccessError):
            self_tests.start(self.endpoint.with_user(operator), confirmed=True)
        with self.assertRaises(AccessError):
            self.env["integration.self.test"].with_user(self.manager).create(
                {"endpoint_id": self.endpoint.id}
            )

    # -- the checklist -----------------------------------------------------------------------------------

    def test_each_step_says_what_is_left_to_do(self):
        self.assertEqual(
            self.states(),
            {
                "connection": "open",
                "secrets": "done",
                "identifiers": "done",
                "routes": "done",
                "mapping": "done",
                "items": "done",
                "technical_user": "done",
                "owner": "done",
                "test": "open",
                "live": "open",
            },
        )
        crate = self.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 7, "relative_uom_id": self.gloves.uom_id.id}
        )
        self.draft_order([(self.gloves, 1, 1, crate)])
        self.endpoint._set_secret("inbound", None)
        self.endpoint.owner_id = False
        self.endpoint.user_id = self._user("weak")
        self.endpoint.route_ids.filtered(lambda r: r.document_type == "order").active = False
        self.supplier.global_location_number = False
        self.endpoint.state_ids.sudo().last_error = "Connection refused"
        nameless = self.env["product.product"].create({"name": "Nameless"})
        self.draft_order([(nameless, 1, 1)])
        found = {step.code: step for step in steps.steps_of(self.managed)}
        self.assertEqual(
            {code: step.state for code, step in found.items()},
            {
                "connection": "failed",
                "secrets": "open",
                "identifiers": "open",
                "routes": "open",
                "mapping": "open",
                "items": "open",
                "technical_user": "failed",
                "owner": "open",
                "test": "open",
                "live": "open",
            },
        )
        self.assertIn("Crate", found["mapping"].text)
        self.assertIn("Nameless", found["items"].text)
        self.assertEqual(found["identifiers"].url, f"/odoo/res.partner/{self.supplier.id}")

    def test_the_screen_tells_it_to_whoever_sees_endpoints(self):
        reader = self._user("reader", GROUP + "user")
        action = self.endpoint.with_user(reader).action_onboarding()
        screen = self.env[action["res_model"]].with_user(reader).browse(action["res_id"])
        self.assertEqual(screen.progress, "7 of 10 steps are done.")
        self.assertIn('data-step="connection" data-state="open"', screen.step_text)
        with self.assertRaises(AccessError):
            screen.action_send_test()

    # -- going live --------------------------------------------------------------------------------------

    def go_live(self, **values):
        form = Form(
            self.env["integration.go.live"]
            .with_user(self.manager)
            .with_context(default_endpoint_id=self.endpoint.id)
        )
        for name, value in values.items():
            form[name] = value
        form.save().action_go_live()

    def test_it_goes_live_from_a_day_on_and_older_orders_are_never_sent(self):
        older = self.confirmed_order([(self.gloves, 10, 5)])
        with self.assertRaisesRegex(UserError, "have not ended"):
            self.go_live(reason="No test system")
        self.drain_outbound()
        day = fields.Date.today() + timedelta(days=1)
        with self.assertRaisesRegex(UserError, "today or a later day"):
            self.go_live(reason="No test system", date_from=day - timedelta(days=2))
        self.go_live(reason="No test system", date_from=day)
        self.assertEqual(self.endpoint.environment, "live")
        outgoing = self.endpoint.route_ids.filtered(lambda route: route.direction == "out")
        self.assertEqual(set(outgoing.mapped("date_from")), {day})
        entry = self.env["integration.audit"].search([("action", "=", "endpoint.live")], limit=1)
        self.assertEqual(entry.user_id, self.manager)
        self.assertEqual(entry.detail["reason"], "No test system")
        self.assertEqual(entry.detail["not_done"], ["Test order"])
        self.assertFalse(self.messages_of(self.confirmed_order([(self.gloves, 1, 5)])))
        # The day has come, and an order of the time of trials is changed: its supplier's live system has never
        # seen it.
        older.date_approve = fields.Datetime.now() - timedelta(days=3)
        outgoing.date_from = fields.Date.today()
        older.order_line.product_qty = 12
        self.save()
        self.assertFalse(self.messages_of(older, "order_change"))
        new = self.confirmed_order([(self.gloves, 1, 5)])
        self.assertEqual(self.messages_of(new).state, "queued")

    def test_what_is_not_done_needs_a_reason(self):
        self.assertEqual(steps.not_done(steps.steps_of(self.managed)), ["Connection", "Test order"])
        wizard = self.env["integration.go.live"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "not done: Connection"):
            wizard.create({"endpoint_id": self.endpoint.id}).action_go_live()
