"""What only two real transactions can show: keys, snapshots and unique indexes."""

import threading
import uuid

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.queue_job.job import Job

from ..services import ingest, transactions
from ..services.claim import let_go_of_the_dead
from ..services.key_lock import keys_locked
from ..services.settle import IDENTITY_INDEX


@tagged("post_install", "-at_install")
class TestTwoConnections(BaseCase):
    """Real transactions, side by side; what they write is taken away at the end."""

    def setUp(self):
        super().setUp()
        self.patch(transactions, "_in_test", lambda: False)
        self.one, self.other = self._env(), self._env()

    def _env(self):
        cr = Registry(get_db_name()).cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def test_the_lock_comes_before_the_snapshot(self):
        """Whoever gets the key sees what its last holder committed, however early it asked for it."""
        table = f"hpi_lock_{id(self)}"
        self.one.cr.execute(SQL("CREATE TABLE %s (n int)", SQL.identifier(table)))
        self.one.cr.commit()
        self.addCleanup(self._drop, table)
        # An old snapshot is open on the other connection while the first one works.
        self.other.cr.execute("SELECT 1 FROM res_company")
        with keys_locked(self.one, 1, {"order:1"}) as ours:
            self.assertTrue(ours)
            with keys_locked(self.other, 1, {"order:1", "order:2"}) as theirs:
                self.assertFalse(theirs)
            self.one.cr.execute(SQL("INSERT INTO %s VALUES (1)", SQL.identifier(table)))
            self.one.cr.commit()
        with keys_locked(self.other, 1, {"order:1", "order:2"}) as theirs:
            self.assertTrue(theirs)
            self.other.cr.execute(SQL("SELECT count(*) FROM %s", SQL.identifier(table)))
            self.assertEqual(self.other.cr.fetchone(), (1,))
            with keys_locked(self.one, 2, {"order:1"}) as other_company:
                self.assertTrue(other_company)
        self.other.cr.rollback()

    def test_a_worker_that_fails_gives_its_keys_back(self):
        with self.assertRaises(psycopg2.Error), mute_logger("odoo.sql_db"):
            with keys_locked(self.one, 1, {"order:1"}):
                self.one.cr.execute("SELECT 1/0")
        with keys_locked(self.other, 1, {"order:1"}) as theirs:
            self.assertTrue(theirs)

    def test_one_document_is_processed_once_by_the_database(self):
        """Two workers that do not know of each other: the index stops the second, whoever it is."""
        endpoint = self._endpoint()
        vals = {
            "direction": "in",
            "state": "processed",
            "endpoint_id": endpoint.id,
            "company_id": endpoint.company_id.id,
            "identity_key": "invoice:1:INV1",
        }
        self.one["integration.message"].create(vals)
        second = threading.Thread(target=self._created, args=(vals,))
        second.start()
        second.join(0.3)
        self.assertTrue(second.is_alive(), "it waits for what becomes of the first")
        self.one.cr.commit()
        second.join(10)
        self.assertEqual(self.failure.diag.constraint_name, IDENTITY_INDEX)

    def test_one_message_id_is_stored_once_by_the_database(self):
        endpoint = self._endpoint()
        company_id = endpoint.company_id.id
        known = ingest.Endpoint(
            endpoint.id, endpoint.code, company_id, 1000, 1000, "signature", None
        )
        store = (known, "msg_1", None, "digest", b"<x/>", "application/xml")
        self._stored(self.one, *store)
        second = threading.Thread(target=self._stored_too, args=store)
        second.start()
        second.join(0.3)
        self.one.cr.commit()
        second.join(10)
        # Odoo runs the request again, which then finds what the first one stored.
        self.assertIsInstance(self.failure, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY)

    def _endpoint(self):
        endpoint = self.one["integration.endpoint"].create(
            {"name": "Two", "code": f"two-{uuid.uuid4().hex}", "url": "https://two.example"}
        )
        self.one.cr.commit()
        self.addCleanup(self._remove, endpoint)
        return endpoint

    def _created(self, vals):
        self._catching(lambda: self.other["integration.message"].create(vals))

    def _stored(self, env, *args):
        self.assertTrue(ingest._store(env, *args))

    def _stored_too(self, *args):
        self._catching(lambda: self._stored(self.other, *args))

    def _catching(self, act):
        try:
            with mute_logger("odoo.sql_db"):
                act()
        except Exception as error:
            self.failure = error

    def _remove(self, endpoint):
        for env in (self.other, self.one):
            env.cr.rollback()
        self.one.cr.execute("DELETE FROM integration_message WHERE endpoint_id = %s", [endpoint.id])
        endpoint.unlink()
        self.one.cr.commit()

    def _drop(self, table):
        self.one.cr.rollback()
        self.other.cr.rollback()
        self.one.cr.execute(SQL("DROP TABLE %s", SQL.identifier(table)))
        self.one.cr.commit()

    def test_lanes_of_a_drain_that_runs_stay_its_own(self):
        """queue_job holds a lock on the job that runs; once that is gone the drain is dead."""
        company = self.one.company
        endpoint = self.one["integration.endpoint"].create(
            {"name": "Two connections", "code": f"two{uuid.uuid4().hex}", "transport": "manual"}
        )
        self.addCleanup(self._unlink, endpoint)
        drain = self.one["integration.drain"].with_company(company).with_delay()
        job = Job.load(self.one, drain._job_drain_outbound().uuid)
        self.addCleanup(self._unlink, job.db_record())
        job.set_started()
        job.store()
        job.add_lock_record()
        lane = self.one["integration.lane"].search([("endpoint_id", "=", endpoint.id)])[:1]
        lane.write({"holder": f"{job.uuid}:1", "lease_until": "2099-01-01"})
        self.one.cr.commit()
        self.assertTrue(job.lock())
        let_go_of_the_dead(self.other, "2026-11-25")
        self.other.cr.commit()
        lane.invalidate_recordset()
        self.assertTrue(lane.holder)
        # As the worker is killed, PostgreSQL ends its transaction.
        self.one.cr.rollback()
        let_go_of_the_dead(self.other, "2026-11-25")
        self.other.cr.commit()
        lane.invalidate_recordset()
        self.assertFalse(lane.holder)
        self.one.cr.rollback()

    def _unlink(self, records):
        records.unlink()
        records.env.cr.commit()
