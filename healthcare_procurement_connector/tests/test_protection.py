from collections import namedtuple
from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.exceptions import AmbiguousError, PermanentError, TransientError
from ..services import protection
from .common import ConnectorCase

# A Wednesday.
NOON = datetime(2026, 11, 25, 12, 0)
Ended = namedtuple("Ended", "endpoint_id error seconds", defaults=(None, 0.1))
REFUSED = TransientError("The partner's system refused the connection", "refused")


class ProtectionCase(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.state = cls.endpoint.state_ids
        cls.endpoint.time_zone = "UTC"

    def granted(self, wanted=100, now=NOON):
        return protection.grant(self.env, {self.endpoint.id: wanted}, now)[self.endpoint.id]

    def note(self, *errors, now=NOON):
        protection.note(self.env, [Ended(self.endpoint.id, error) for error in errors], now)

    def questions(self):
        return self.env["integration.exception"].search(
            [("code", "=", "endpoint_down"), ("endpoint_id", "=", self.endpoint.id)]
        )


@tagged("post_install", "-at_install")
class TestProtection(ProtectionCase):
    def test_an_endpoint_without_limits_takes_what_is_wanted(self):
        self.assertEqual(self.granted(37), 37)

    def test_a_rate_limit_gives_the_burst_and_then_what_time_brings(self):
        self.endpoint.write({"calls_per_minute": 60, "burst": 10})
        self.assertEqual(self.granted(), 10)
        self.assertEqual(self.granted(), 0)
        self.assertEqual(self.granted(now=NOON + timedelta(seconds=3)), 3)

    def test_what_was_not_called_is_given_back(self):
        self.endpoint.write({"calls_per_minute": 60, "burst": 10})
        self.granted()
        protection.give_back(self.env, {self.endpoint.id: 4}, NOON)
        self.assertEqual(self.granted(), 4)

    def test_whoever_may_not_be_called_says_when_to_ask_again(self):
        self.assertIsNone(protection.opens_in(self.env, NOON))
        self.endpoint.write({"calls_per_minute": 6, "burst": 1})
        self.granted()
        self.assertEqual(protection.opens_in(self.env, NOON), 10)
        self.note(TransientError("slow down", "http_429", retry_after=1800))
        self.assertEqual(protection.opens_in(self.env, NOON), 60, "a setting may change meanwhile")
        self.assertIsNone(protection.opens_in(self.env, NOON + timedelta(minutes=1)))

    def test_outcomes_and_what_was_not_called_are_noted_together(self):
        self.endpoint.write({"calls_per_minute": 60, "burst": 10})
        self.granted()
        with self.assertQueryCount(2):
            protection.note(self.env, [Ended(self.endpoint.id)], NOON, unused={self.endpoint.id: 4})
        self.assertEqual((self.granted(), self.state.last_success), (4, NOON))

    def test_paused_archived_and_maintenance_get_nothing(self):
        self.state.write({"paused": True, "pause_reason": "their phone is broken"})
        self.assertEqual(self.granted(), 0)
        self.state.write({"paused": False})
        self.endpoint.active = False
        self.assertEqual(self.granted(), 0)
        self.endpoint.active = True
        self.endpoint.window_ids = [
            Command.create({"weekday": "2", "hour_from": 11.5, "hour_to": 12.5})
        ]
        self.assertEqual(self.granted(), 0)
        self.assertEqual(self.granted(now=NOON + timedelta(minutes=30)), 100)

    def test_a_window_is_in_the_partners_time(self):
        self.endpoint.time_zone = "Europe/Amsterdam"
        self.endpoint.window_ids = [
            Command.create({"weekday": "2", "hour_from": 13, "hour_to": 14})
        ]
        self.assertEqual(self.granted(), 0)
        self.assertEqual(self.granted(now=NOON + timedelta(hours=1)), 100)

    def test_a_single_window_ends(self):
        self.endpoint.window_ids = [
            Command.create(
                {"kind": "once", "date_from": NOON, "date_to": NOON + timedelta(hours=2)}
            )
        ]
        self.assertEqual(self.granted(now=NOON + timedelta(hours=1)), 0)
        self.assertEqual(self.granted(now=NOON + timedelta(hours=2)), 100)

    def test_a_partner_that_asks_for_rest_gets_it(self):
        self.note(TransientError("slow down", "http_429", retry_after=90))
        self.assertEqual(self.granted(now=NOON + timedelta(seconds=89)), 0)
        self.assertEqual(self.granted(now=NOON + timedelta(seconds=90)), 100)
        self.assertEqual((self.state.failures, self.state.breaker), (0, "closed"))

    def test_a_partner_cannot_silence_an_endpoint_for_a_year(self):
        self.note(TransientError("down", "http_503", retry_after=10**8))
        self.assertEqual(self.granted(now=NOON + timedelta(hours=1)), 100)

    def test_refused_documents_are_answers(self):
        self.note(*[PermanentError("no", "http_422")] * 10)
        self.assertEqual(
            (self.state.breaker, self.state.failures, self.state.outcomes or ""), ("closed", 0, "")
        )
        self.assertEqual(self.state.health, "shaky")
        self.assertEqual(self.state.last_error, "no")

    def test_a_breaker_opens_probes_doubles_its_wait_and_closes(self):
        self.note(None, *[REFUSED] * 3, AmbiguousError("nothing came", "no_answer"))
        self.assertEqual((self.state.breaker, self.state.health), ("open", "down"))
        self.assertEqual(self.granted(now=NOON + timedelta(seconds=59)), 0)
        probing = NOON + timedelta(seconds=60)
        self.assertEqual(self.granted(now=probing), 1)
        self.assertEqual(self.granted(now=probing), 0)
        self.note(REFUSED, now=probing + timedelta(seconds=1))
        self.assertEqual(self.granted(now=probing + timedelta(seconds=120)), 0)
        again = probing + timedelta(seconds=121)
        self.assertEqual(self.granted(now=again), 1)
        self.note(None, now=again)
        self.assertEqual((self.state.breaker, self.state.health), ("closed", "up"))
        self.assertEqual(self.granted(now=again), 100)

    def test_a_probe_whose_worker_died_is_followed_by_another(self):
        self.note(*[REFUSED] * 5)
        probing = NOON + timedelta(seconds=60)
        self.assertEqual(self.granted(now=probing), 1)
        self.assertEqual(self.granted(now=probing + timedelta(seconds=299)), 0)
        self.assertEqual(self.granted(now=probing + timedelta(seconds=300)), 1)

    def test_a_breaker_that_opens_asks_once_and_settles_it_when_it_closes(self):
        with patch.object(type(self.env["integration.fact"]), "_record", autospec=True) as recorded:
            self.note(*[REFUSED] * 9)
            self.granted(now=NOON + timedelta(seconds=60))
            self.note(REFUSED, now=NOON + timedelta(seconds=61))
            question = self.questions()
            self.assertEqual(len(question), 1)
            self.assertEqual((question.state, question.user_id), ("open", self.endpoint.owner_id))
            self.assertIn("refused the connection", question.summary)
            self.granted(now=NOON + timedelta(seconds=200))
            self.note(None, now=NOON + timedelta(seconds=200))
        self.assertEqual(question.state, "resolved")
        told = [fact.type for call in recorded.call_args_list for fact in call.args[1]]
        self.assertEqual(
            [name for name in told if name.startswith("endpoint.")],
            ["endpoint.opened", "endpoint.closed"],
        )
        audited = self.env["integration.audit"].search(
            [("res_model", "=", "integration.endpoint"), ("res_id", "=", self.endpoint.id)]
        )
        self.assertEqual(
            audited.sorted("id").mapped("action"), ["endpoint.opened", "endpoint.closed"]
        )

    def test_twenty_endpoints_cost_as_many_queries_as_one(self):
        endpoints = self.endpoint
        for number in range(19):
            endpoints |= self.endpoint.copy({"code": f"supplier-{number}", "calls_per_minute": 600})
        wanted = dict.fromkeys(endpoints.ids, 5)
        outcomes = [Ended(endpoint.id, None) for endpoint in endpoints for _ in range(5)]
        self.env.flush_all()
        with self.assertQueryCount(3):  # states, windows, tokens
            granted = protection.grant(self.env, wanted, NOON)
        self.assertEqual(set(granted.values()), {5})
        with self.assertQueryCount(2):  # states, outcomes
            protection.note(self.env, outcomes, NOON)
        self.assertEqual(len(protection.closed_until(self.env, endpoints, NOON)), 0)

    def test_an_endpoint_without_changes_is_not_written(self):
        self.env.flush_all()
        with self.assertQueryCount(2):
            self.granted()

    def test_settings_that_make_no_sense_are_refused(self):
        for text in ("5m, 5s", "soon", "", "5s,,6s", "2d", "25h", ", ".join(["1h"] * 21)):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.endpoint.retry_schedule = text
        for text in ("noon", "Mon-Fri", "Mon 25:00", "Mon 9:00, Mon-Tue 10:00", "Xyz 10:00"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.endpoint.cutoff = text
        for vals in (
            {"breaker_minimum": 21},
            {"breaker_probes": 4},
            {"breaker_longest_wait": 59},
            {"calls_per_minute": -1},
            {"burst": 0},
        ):
            with (
                self.assertRaises(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.endpoint.write(vals)

    def test_windows_that_leave_no_time_are_refused(self):
        week = [
            Command.create({"weekday": str(day), "hour_from": 0, "hour_to": 24}) for day in range(7)
        ]
        self.endpoint.window_ids = week[:6]
        with self.assertRaises(ValidationError):
            self.endpoint.window_ids = week[6:]

    def test_the_screen_says_why_and_until_when(self):
        self.env.user.tz = "UTC"
        texts = {}
        self.endpoint.write({"calls_per_minute": 1, "burst": 1})
        self.granted()
        texts["rate"] = self.why()
        self.note(*[REFUSED] * 5)
        texts["open"] = self.why()
        self.note(TransientError("slow down", "http_429", retry_after=1800))
        texts["rest"] = self.why()
        self.endpoint.window_ids = [
            Command.create({"weekday": "2", "hour_from": 10, "hour_to": 18})
        ]
        texts["maintenance"] = self.why()
        self.state.write(
            {"paused": True, "pause_reason": "phone broken", "paused_by_id": self.env.uid}
        )
        texts["paused"] = self.why()
        self.assertEqual(
            {key: text.replace("\u202f", " ") for key, text in texts.items()},
            {
                "rate": "Rate limit, next call 12:01 PM",
                "open": "Breaker open, next probe 12:01 PM",
                "rest": "The partner asked us to wait until 12:30 PM",
                "maintenance": "Maintenance until 6:00 PM",
                "paused": f"Paused by {self.env.user.name}: phone broken",
            },
        )

    def why(self):
        closed = protection.closed_until(self.env, self.endpoint, NOON)
        return closed[self.endpoint.id].text
