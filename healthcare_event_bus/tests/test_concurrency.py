"""Two real transactions at a time: what no test inside one transaction can show.

These tests commit; they use a key of their own and delete what they wrote.
"""

import uuid

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from odoo.addons.healthcare_procurement_connector.core.facts import Fact

from ..services import relay
from ..services.record import record


@tagged("post_install", "-at_install")
class TestConcurrency(BaseCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.key = f"concurrency-{uuid.uuid4()}"
        self.first, self.second = self._env(), self._env()
        self.addCleanup(self._clean_up)

    def _env(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def _clean_up(self):
        for env in (self.first, self.second):
            env.cr.rollback()
        self.first.cr.execute("DELETE FROM integration_event WHERE key LIKE %s", (f"{self.key}%",))
        self.first.cr.execute(
            "DELETE FROM integration_event_counter WHERE key LIKE %s", (f"{self.key}%",)
        )
        self.first.cr.commit()

    def _record(self, env, subject, suffix=""):
        company = env.ref("base.main_company").id
        fact = Fact("order.sent", subject, company, fields.Datetime.now(), self.key + suffix)
        record(env, [fact])

    def _relay(self, env):
        env.cr.commit()
        env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        head = relay.relay(env)
        env.cr.commit()
        return head

    def _positions(self, env):
        env.cr.commit()
        env.cr.execute(
            "SELECT subject, position FROM integration_event WHERE key LIKE %s ORDER BY position, id",
            (f"{self.key}%",),
        )
        return dict(env.cr.fetchall())

    def test_an_earlier_transaction_that_commits_later_comes_later(self):
        reader = self._env()
        head = self._relay(reader)
        self._record(self.first, "began first", "-a")
        self._record(self.second, "committed first", "-b")
        self.second.cr.commit()
        self.assertEqual(self._relay(reader), head + 1)
        self.assertEqual(self._positions(reader), {"committed first": head + 1})
        self.first.cr.commit()
        self.assertEqual(self._relay(reader), head + 2)
        self.assertEqual(
            self._positions(reader), {"committed first": head + 1, "began first": head + 2}
        )

    def test_a_rollback_leaves_no_gap(self):
        reader = self._env()
        head = self._relay(reader)
        self._record(self.first, "lost")
        self.first.cr.rollback()
        self._record(self.second, "kept")
        self.second.cr.commit()
        self._relay(reader)
        self.assertEqual(self._positions(reader), {"kept": head + 1})

    def test_only_one_relay_works_at_a_time(self):
        self._record(self.first, "one")
        self.first.cr.commit()
        head = self._relay(self._env())
        self._record(self.first, "two")
        self.first.cr.commit()
        self.assertEqual(relay.relay(self.first), head + 1)
        self.assertEqual(relay.relay(self.second), head)
        self.first.cr.rollback()
        self.second.cr.rollback()
        self.assertEqual(self._relay(self.second), head + 1)

    @mute_logger("odoo.sql_db")
    def test_events_of_one_key_commit_in_the_order_of_their_sequence(self):
        self._record(self.first, "one")
        self.second.cr.execute("SET LOCAL lock_timeout = '100ms'")
        with self.assertRaises(LockNotAvailable):
            self._record(self.second, "two")
        self.second.cr.rollback()
        self.first.cr.commit()
        self._record(self.second, "two")
        self.second.cr.commit()
        self.second.cr.execute(
            "SELECT subject, sequence FROM integration_event WHERE key = %s ORDER BY id",
            (self.key,),
        )
        self.assertEqual(self.second.cr.fetchall(), [("one", 1), ("two", 2)])
