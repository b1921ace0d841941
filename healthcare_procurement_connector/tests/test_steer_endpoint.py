from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..services import protection, steer_endpoint
from .test_protection import NOON, REFUSED, ProtectionCase

GROUP = "healthcare_procurement_connector.group_integration_"


@tagged("post_install", "-at_install")
class TestSteerEndpoint(ProtectionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user("operator", GROUP + "operator")
        cls.plain = cls._user("plain", GROUP + "user")

    def acts(self):
        return (
            self.env["integration.audit"]
            .search([("res_model", "=", "integration.endpoint"), ("res_id", "=", self.endpoint.id)])
            .sorted("id")
        )

    def pause(self, user, reason):
        wizard = (
            self.env["integration.endpoint.pause"]
            .with_user(user)
            .with_context(active_model="integration.endpoint", active_ids=self.endpoint.ids)
            .create({"reason": reason})
        )
        wizard.action_confirm()

    def test_an_operator_pauses_with_a_reason_and_resumes(self):
        self.pause(self.operator, "their phone is broken")
        self.assertEqual(self.granted(), 0)
        shown = self.endpoint.with_user(self.plain)
        self.assertEqual(
            shown.closed_reason, f"Paused by {self.operator.name}: their phone is broken"
        )
        self.assertEqual(shown.calls, "paused")
        self.state.not_before = NOON + timedelta(minutes=5)
        self.endpoint.with_user(self.operator).action_resume()
        self.assertEqual(self.granted(), 100)
        self.assertEqual((shown.calls, shown.closed_reason), ("through", False))
        acts = self.acts()
        self.assertEqual(acts.mapped("action"), ["endpoint.paused", "endpoint.resumed"])
        self.assertEqual(acts[0].detail["reason"], "their phone is broken")
        self.assertEqual(acts.user_id, self.operator)

    def test_a_pause_needs_a_reason(self):
        with self.assertRaises(UserError):
            self.pause(self.operator, "  ")

    def test_an_operator_forces_the_breaker(self):
        endpoint = self.endpoint.with_user(self.operator)
        endpoint.action_force_open()
        self.assertEqual((self.granted(), self.endpoint.breaker_forced), (0, "open"))
        self.assertIn("forced open", endpoint.closed_reason)
        self.assertFalse(self.questions(), "nobody is asked about what an operator decided")
        endpoint.action_force_closed()
        self.note(*[REFUSED] * 10)
        self.assertEqual(self.granted(), 100, "calls go whatever happens")
        endpoint.action_breaker_automatic()
        self.assertEqual((self.granted(), self.state.breaker_forced), (100, False))
        self.note(*[REFUSED] * 4)
        self.assertEqual(self.granted(), 100, "a clean start")
        self.assertEqual(
            self.acts().mapped("action"),
            [
                "endpoint.breaker_forced",
                "endpoint.opened",
                "endpoint.breaker_forced",
                "endpoint.closed",
                "endpoint.breaker_forced",
            ],
        )

    def test_letting_calls_through_settles_the_question(self):
        self.note(*[REFUSED] * 5)
        self.assertEqual(self.questions().state, "open")
        self.endpoint.with_user(self.operator).action_force_closed()
        self.assertEqual(self.questions().state, "resolved")
        self.assertEqual(self.questions().resolved_by_id, self.operator)

    def test_others_may_look_and_not_touch(self):
        endpoint = self.endpoint.with_user(self.plain)
        endpoint.read(["breaker", "closed_reason", "paused", "window_ids"])
        for act in (
            lambda: self.pause(self.plain, "x"),
            lambda: steer_endpoint.pause(endpoint, "x"),
            endpoint.action_resume,
            endpoint.action_force_open,
            endpoint.action_force_closed,
            endpoint.action_breaker_automatic,
        ):
            with self.assertRaises(AccessError):
                act()
        with self.assertRaises(AccessError):
            endpoint.state_ids.write({"paused": False})
        with self.assertRaises(AccessError):
            self.endpoint.with_user(self.operator).write({"calls_per_minute": 1})

    def test_another_company_neither_sees_nor_acts(self):
        self.endpoint.window_ids = [Command.create({"weekday": "6"})]
        other = self.env["res.company"].create({"name": "Other hospital"})
        stranger = self._user("stranger", GROUP + "operator")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        for record in (self.endpoint, self.state, self.endpoint.window_ids):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))
        for act in (
            lambda: steer_endpoint.pause(self.endpoint.with_user(stranger), "x"),
            self.endpoint.with_user(stranger).action_force_open,
        ):
            with self.assertRaises(AccessError):
                act()

    def test_resuming_wakes_the_drain(self):
        self.pause(self.operator, "x")
        jobs = self.env["queue.job"].search_count([])
        self.endpoint.with_user(self.operator).action_resume()
        self.assertEqual(self.env["queue.job"].search_count([]), jobs + 1)

    def test_an_archived_endpoint_says_so(self):
        self.endpoint.active = False
        closed = protection.closed_until(self.env, self.endpoint, NOON)
        self.assertEqual(closed[self.endpoint.id].text, "Archived")
