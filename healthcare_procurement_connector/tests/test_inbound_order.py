"""Documents about one order: who is applied first, and that two workers never apply at once."""

import threading
import uuid
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import ConcurrencyError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger

from ..formats import render
from ..services import inbox, ingest, transactions
from ..services.arrival import Arrival
from ..services.inbox import LEASE, Inbox
from ..services.key_lock import keys_locked
from ..services.settle import IDENTITY_INDEX
from .common import ConnectorCase

SETTLE = "odoo.addons.healthcare_procurement_connector.services.settle"


@tagged("post_install", "-at_install")
class TestInboundOrder(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()

    def answer(self, number, order=None, **values):
        values = {"status": "accepted"} | values
        raw = render(self.response_for(order or self.order, number=number, **values), "ubl")
        uid = self.accept(raw).message_id
        return self.env["integration.message"].search([("uid", "=", uid)])

    def drain(self):
        Inbox(self.env).drain(30)
        self.env.invalidate_all()

    def failing_once(self):
        return (
            patch.object(Arrival, "finish", side_effect=ValueError("for a moment")),
            self.assertLogs(SETTLE, "ERROR"),
        )

    def applied(self):
        return self.order.acknowledgement_ids.sorted("id").mapped("name")

    def test_an_answer_does_not_overtake_an_earlier_one_that_is_still_tried(self):
        first = self.answer("R-1")
        failing, logged = self.failing_once()
        with failing, logged:
            self.drain()
        first.next_attempt = fields.Datetime.now() + LEASE
        later = self.answer("R-2", status="received")
        self.drain()
        self.assertEqual((first.state, later.state), ("retrying", "received"))
        self.assertEqual((later.attempt_count, later.business_key), (0, f"order:{self.order.id}"))
        first.next_attempt = fields.Datetime.now()
        self.drain()
        self.assertEqual((first.state, later.state), ("processed", "processed"))
        self.assertEqual(self.applied(), ["R-1", "R-2"])

    def test_an_answer_read_by_another_worker_goes_first(self):
        """The key of the first is known as soon as it was read, though another worker reads it."""
        first, later = self.answer("R-1"), self.answer("R-2", status="received")
        other = Inbox(self.env)
        messages, lease = other._claim(self.endpoint.id)
        other._put_back(later, lease)
        with patch.object(inbox.time, "sleep", side_effect=lambda _pause: reading.pop()()):
            reading = [lambda: arrivals.extend(other._read(first, lease))]
            arrivals = []
            self.drain()
        self.assertEqual(later.state, "received", "it was put back, its turn had not come")
        self.assertEqual(later.attempt_count, 0)
        other._process(arrivals[0], lease)
        self.drain()
        self.assertEqual(self.applied(), ["R-1", "R-2"])
        self.assertIn(first, messages)

    def test_a_read_that_takes_too_long_holds_nobody_up(self):
        first, later = self.answer("R-1"), self.answer("R-2")
        other = Inbox(self.env)
        _messages, lease = other._claim(self.endpoint.id)
        other._put_back(later, lease)
        first.lease_until = fields.Datetime.now() + LEASE - inbox.PATIENCE
        self.drain()
        self.assertEqual((first.state, later.state), ("processing", "processed"))

    def test_other_orders_go_on(self):
        first = self.answer("R-1")
        failing, logged = self.failing_once()
        with failing, logged:
            self.drain()
        first.next_attempt = fields.Datetime.now() + LEASE
        other_order = self.confirmed_order([(self.gloves, 1, 5)])
        self.drain_outbound()
        other = self.answer("R-3", other_order)
        self.drain()
        self.assertEqual((first.state, other.state), ("retrying", "processed"))

    def test_what_another_worker_holds_is_left_to_it(self):
        message = self.answer("R-1")
        with self._held_elsewhere(f"order:{self.order.id}"):
            self.drain()
            self.assertEqual((message.state, message.attempt_count), ("received", 0))
            self.assertFalse(message.attempt_ids)
        self.drain()
        self.assertEqual(message.state, "processed")

    def test_every_order_of_a_document_is_held(self):
        second = self.confirmed_order([(self.gloves, 1, 5)])
        document = self.despatch_for(self.order, ())
        arrival = Arrival(self.answer("R-1"), document)
        arrival.supplier = self.supplier
        arrival.__dict__["orders"] = {self.order.name: self.order, second.name: second}
        self.assertEqual(arrival.business_key, f"order:{self.order.id}")
        self.assertEqual(
            arrival.keys(),
            {f"order:{self.order.id}", f"order:{second.id}", arrival.identity_key},
        )

    def test_without_an_order_the_identity_is_the_key(self):
        message = self.receive(self.invoice_for(self.order, number="INV 1", order_number=None))
        self.assertEqual(message.business_key, f"invoice:{self.supplier.id}:INV1")

    def test_one_supplier_in_a_flood_does_not_hold_up_another(self):
        quiet = self.endpoint.copy({"code": "quiet", "partner_ids": [(6, 0, self.rival.ids)]})
        quiet.inbound_secret = self.endpoint._secret("inbound")
        for number in range(inbox.BATCH + 5):
            self.accept(b"<nothing/>" + b" " * number)
        uid = self.accept(b"<quiet/>", endpoint=quiet).message_id
        last = self.env["integration.message"].search([("uid", "=", uid)])
        Inbox(self.env)._round(float("inf"))
        self.env.invalidate_all()
        self.assertEqual(last.state, "parked")
        rest = self.env["integration.message"].search(
            [("endpoint_id", "=", self.endpoint.id), ("state", "=", "received")], order="id"
        )
        self.assertEqual(rest.mapped("size"), [30, 31, 32, 33, 34], "the oldest went first")

    def test_what_the_deadline_leaves_is_put_back_untried(self):
        first, later = self.answer("R-1"), self.answer("R-2", status="received")
        queue = Inbox(self.env)
        clock = iter([0, 1])
        with patch.object(inbox.time, "monotonic", side_effect=lambda: next(clock, 100)):
            queue._round(50)
        self.env.invalidate_all()
        self.assertEqual(first.mapped("state") + later.mapped("state"), ["received", "received"])
        self.assertEqual((first | later).mapped("attempt_count"), [0, 0])

    def test_a_lease_that_went_to_another_is_left_alone(self):
        message = self.answer("R-1")
        slow = Inbox(self.env)
        messages, lease = slow._claim(self.endpoint.id)
        (arrival,) = slow._read(messages, lease)
        with freeze_time(fields.Datetime.now() + LEASE * 2):
            Inbox(self.env).heal()
            message.invalidate_recordset()
            message.next_attempt = False
            self.drain()
        self.assertEqual((message.state, message.attempt_count), ("processed", 2))
        slow._process(arrival, lease)
        slow._put_back(message, lease)
        self.env.invalidate_all()
        self.assertEqual((message.state, message.attempt_count), ("processed", 2))
        self.assertEqual(self.applied(), ["R-1"])

    def _held_elsewhere(self, key):
        """Another connection's session holds the key."""
        connection = self.registry.cursor()
        self.addCleanup(connection.close)
        name = f"healthcare.inbound:{self.company.id}:{key}"
        connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])

        class Held:
            def __enter__(self):
                return connection

            def __exit__(self, *_error):
                connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])

        return Held()


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
        store = (endpoint.id, "msg_1", None, "digest", b"<x/>", "application/xml")
        self._stored(self.one, *store)
        second = threading.Thread(target=self._stored_too, args=store)
        second.start()
        second.join(0.3)
        self.one.cr.commit()
        second.join(10)
        self.assertIsInstance(self.failure, ConcurrencyError)

    def _endpoint(self):
        endpoint = self.one["integration.endpoint"].create(
            {"name": "Two", "code": f"two-{uuid.uuid4().hex}", "url": "https://two.example"}
        )
        self.one.cr.commit()
        self.addCleanup(self._remove, endpoint)
        return endpoint

    def _created(self, vals):
        self._catching(lambda: self.other["integration.message"].create(vals))

    def _stored(self, env, endpoint_id, *args):
        endpoint = env["integration.endpoint"].browse(endpoint_id)
        ingest._store(env, endpoint, *args)
        env.flush_all()

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
