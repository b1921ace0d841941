from datetime import timedelta

from psycopg2 import IntegrityError
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.healthcare_procurement_connector.core.signature import new_secret

from .common import SECRET, BusCase


@tagged("post_install", "-at_install")
class TestSubscription(BusCase):
    def test_the_form_makes_a_subscription_that_runs(self):
        form = Form(self.env["integration.subscription"].with_user(self.manager))
        form.name = "Planning"
        form.url = "https://planning.example/events"
        form.event_types = "order.*"
        form.signing_secret = SECRET
        subscription = form.save()
        self.assertEqual(subscription.status, "running")
        self.assertEqual(subscription._secret("signing"), SECRET)
        self.assertNotIn(SECRET, str(subscription.read()))

    def test_saving_again_keeps_the_secret(self):
        subscription = self._subscription()
        with Form(subscription.with_user(self.manager)) as form:
            form.name = "Renamed"
        self.assertEqual(subscription._secret("signing"), SECRET)

    def test_copies_have_no_secret_but_a_state(self):
        copy = self._subscription().copy()
        self.assertFalse(copy.has_secret)
        self.assertEqual((copy.status, len(copy.state_ids)), ("running", 1))

    def test_what_cannot_work_is_refused(self):
        for values in (
            {"url": "ftp://planning.example/"},
            {"url": "https://user:pw@planning.example/"},
            {"url": "planning"},
            {"event_types": "ordre.*"},
            {"event_types": "order"},
            {"event_types": " , "},
            {"signing_secret": "short"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self._subscription(**values)

    @mute_logger("odoo.sql_db")
    def test_timeouts_are_bounded(self):
        for timeout in (0, 16):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._subscription(timeout=timeout)

    def test_it_stays_with_its_company(self):
        subscription = self._subscription()
        with self.assertRaises(UserError):
            subscription.company_id = self.other_company

    def test_a_generated_secret_is_shown_once(self):
        subscription = self._subscription().with_user(self.manager)
        shown = subscription.action_generate_secret()["params"]["message"]
        self.assertIn(subscription._secret("signing"), shown)
        self.assertNotIn(
            "whsec_", str(subscription.read()) + str(subscription.message_ids.read(["body"]))
        )

    def test_the_former_secret_signs_for_another_day(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        newer = new_secret(bytes(range(1, 33)))
        subscription.with_user(self.manager).signing_secret = newer
        self._record(self._fact())
        self._drain()
        headers, body = subscriber.calls[0]
        for secret in (SECRET, newer):
            Webhook(secret).verify(body, headers, json_parse=False)
        subscription.sudo().state_ids.previous_secret_until = self.now - timedelta(seconds=1)
        self._record(self._fact())
        self._drain()
        headers, body = subscriber.calls[1]
        Webhook(newer).verify(body, headers, json_parse=False)
        with self.assertRaises(WebhookVerificationError):
            Webhook(SECRET).verify(body, headers, json_parse=False)

    def test_health_in_a_word(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        self.assertEqual(subscription.health, "new")
        self._record(self._fact())
        subscriber.answer((503, {}))
        self._drain()
        self.assertEqual(subscription.health, "failing")
        self._drain(later=1000)
        self.assertEqual(subscription.health, "up")
        subscription.with_user(self.operator).action_pause()
        self.assertEqual(subscription.health, "paused")

    def test_the_test_event_tells_what_came_back(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber).with_user(self.operator)
        self.assertEqual(subscription.action_send_test_event()["params"]["type"], "success")
        self.assertEqual(
            subscriber.events[0]["type"], "org.healthcare-procurement.subscription.test.v1"
        )
        subscriber.answer((401, {}))
        answer = subscription.action_send_test_event()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertIn("401", answer["message"])
        log = self.env["integration.event.delivery"].search(
            [("subscription_id", "=", subscription.id)]
        )
        self.assertEqual(log.mapped("test"), [True, True])
        self.assertEqual(subscription.failures, 0)

    def test_changes_are_on_record(self):
        subscription = self._subscription().with_user(self.manager)
        subscription.url = "https://elsewhere.example/"
        entries = self.env["integration.audit"].search(
            [("res_model", "=", "integration.subscription"), ("res_id", "=", subscription.id)]
        )
        self.assertEqual(
            set(entries.mapped("action")), {"subscription.created", "subscription.changed"}
        )
