from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import BusCase

MODELS = ("integration.event", "integration.event.delivery", "integration.subscription")


@tagged("post_install", "-at_install")
class TestRights(BusCase):
    def setUp(self):
        super().setUp()
        self.subscriber = self._subscriber()
        self.subscription = self._subscription(self.subscriber)
        self._record(self._fact("mine"), self._fact("theirs", company=self.other_company))
        self._drain()

    def test_everybody_concerned_reads_their_companies(self):
        for user in (self.user, self.operator, self.manager, self.auditor):
            for model in MODELS:
                rows = self.env[model].with_user(user).search([])
                rows.read()
                self.assertTrue(rows)
                self.assertEqual(rows.company_id, self.company)

    def test_others_see_nothing(self):
        stranger = new_test_user(self.env, "bus_stranger", "base.group_user")
        for model in (*MODELS, "integration.subscription.state", "integration.event.counter"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(stranger).search([])

    def test_only_managers_configure(self):
        for user in (self.user, self.operator, self.auditor):
            mine = self.subscription.with_user(user)
            for act in (
                lambda mine=mine: mine.write({"url": "https://x.example/"}),
                lambda mine=mine: mine.copy(),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.action_generate_secret(),
                lambda mine=mine: mine.read(["signing_secret"]),
                lambda mine=mine: mine.state_ids.write({"position": 0}),
            ):
                with self.assertRaises(AccessError):
                    act()
        self.subscription.with_user(self.manager).write({"internal": False})

    def test_only_operators_steer(self):
        for user in (self.user, self.auditor):
            mine = self.subscription.with_user(user)
            for act in (mine.action_pause, mine.action_resume, mine.action_send_test_event):
                with self.assertRaises(AccessError):
                    act()
        self.subscription.with_user(self.operator).action_pause()
        self.assertEqual(self.subscription.status, "paused")

    def test_operators_of_one_company_do_not_steer_another(self):
        theirs = self._subscription(company_id=self.other_company.id)
        with self.assertRaises(AccessError):
            theirs.with_user(self.operator).action_pause()

    def test_buyers_record_facts_without_rights_on_events(self):
        buyer = new_test_user(self.env, "bus_buyer", "purchase.group_purchase_user")
        self.env["integration.fact"].with_user(buyer)._record([self._fact("by buyer")])
        self.assertTrue(self.env["integration.event"].search([("subject", "=", "by buyer")]))

    def test_the_log_is_closed(self):
        rows = self.env["integration.event.delivery"].with_user(self.manager).search([])
        with self.assertRaises(AccessError):
            rows.unlink()
