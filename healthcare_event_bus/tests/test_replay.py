from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..services import claim, outcome, relay, send
from ..services.transport import TRANSPORT
from .common import BusCase


@tagged("post_install", "-at_install")
class TestReplay(BusCase):
    def setUp(self):
        super().setUp()
        self.subscriber = self._subscriber()
        self.subscription = self._subscription(self.subscriber)
        self.events = self._record(*[self._fact(f"P{n}") for n in range(5)])
        self._drain()

    def _replay(self, user=None, **values):
        wizard = self.env["integration.subscription.replay"].with_user(user or self.operator)
        wizard = wizard.create({"subscription_id": self.subscription.id, **values})
        wizard.action_replay()
        self._drain()
        return wizard

    def test_from_a_position(self):
        wizard = self.env["integration.subscription.replay"].create(
            {
                "subscription_id": self.subscription.id,
                "since": "position",
                "position": self.events[3].position,
            }
        )
        self.assertEqual(wizard.count, 2)
        self._replay(since="position", position=self.events[3].position)
        self.assertEqual(self.subscriber.subjects[5:], ["P3", "P4"])
        self.assertEqual(self.subscriber.events[3]["id"], self.subscriber.events[5]["id"])

    def test_from_a_moment(self):
        self._replay(moment=self.now - timedelta(days=1))
        self.assertEqual(self.subscriber.subjects[5:], [f"P{n}" for n in range(5)])
        self._replay(moment=self.now + timedelta(days=1))
        self.assertEqual(len(self.subscriber.calls), 10)

    def test_it_says_how_many_beforehand(self):
        self.subscription.event_types = "goods.*"
        self._record(self._fact("mine", "goods.received"), self._fact("other"))
        self._drain()
        wizard = self.env["integration.subscription.replay"].create(
            {"subscription_id": self.subscription.id}
        )
        self.assertEqual((wizard.count, wizard.skipped), (1, 0))

    def test_jumping_ahead_says_what_is_lost(self):
        self.subscription.action_pause()
        later = self._record(self._fact("a"), self._fact("b"), self._fact("c"))
        self._drain()
        wizard = self.env["integration.subscription.replay"].create(
            {
                "subscription_id": self.subscription.id,
                "since": "position",
                "position": later[2].position,
            }
        )
        self.assertEqual((wizard.count, wizard.skipped), (0, 2))

    def test_a_moment_must_be_given(self):
        with self.assertRaises(UserError):
            self._replay(since="date", moment=False)

    def test_lookers_on_cannot(self):
        for user in (self.user, self.auditor):
            with self.assertRaises(AccessError):
                self._replay(user, since="position", position=1)

    def test_it_is_on_record(self):
        self._replay(since="position", position=self.events[0].position)
        entry = self.env["integration.audit"].search(
            [("action", "=", "subscription.replayed")], limit=1
        )
        self.assertEqual((entry.res_id, entry.user_id), (self.subscription.id, self.operator))

    def test_a_run_under_way_does_not_undo_it(self):
        self._record(self._fact("new"))
        relay.relay(self.env)
        [run] = claim.claim(self.env, self.now, 1)
        result = send.send_run(run, TRANSPORT)
        self.env["integration.subscription.replay"].create(
            {
                "subscription_id": self.subscription.id,
                "since": "position",
                "position": self.events[4].position,
            }
        ).action_replay()
        outcome.record_results(self.env, [result], self.now, lambda: 1.0)
        self.assertEqual(self.subscription.position, self.events[4].position - 1)
        self._drain()
        self.assertEqual(self.subscriber.subjects[5:], ["new", "P4", "new"])
