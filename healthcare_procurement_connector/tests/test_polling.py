import os
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock, patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..core.exceptions import TransientError
from ..formats import render
from ..services import outbox, polling, steer_endpoint
from ..services.connections import SWITCH
from ..services.inbox import Inbox
from ..services.polling import Polling
from ..transports.folder import FolderTransport
from .common import ConnectorCase

_visit = FolderTransport.visit


@contextmanager
def visit_of_one_who_dies(transport, place, limits):
    """Its worker is gone when the file is to be moved away."""
    with _visit(transport, place, limits) as visit:
        visit.finish = Mock(side_effect=TransientError("it died"))
        yield visit


@tagged("post_install", "-at_install")
class TestPolling(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.enterClassContext(patch.dict(os.environ, HEALTHCARE_FOLDER_ROOT=str(cls.root)))
        cls.endpoint.write({"transport": "folder", "url": False, "max_size": 100})

    def setUp(self):
        super().setUp()
        self.home = self.root / "supplier"
        for name in ("out", "in", "done", "error"):
            folder = self.home / name
            folder.mkdir(parents=True, exist_ok=True)
            for file in folder.iterdir():
                file.unlink()
        self.startPatcher(patch.object(outbox, "_transport", SWITCH))
        self.poll = self.endpoint.poll_ids

    def drop(self, name, raw):
        (self.home / "in" / name).write_bytes(raw)

    def in_folder(self, name):
        return sorted(path.name for path in (self.home / name).iterdir())

    def run_poll(self, look_again=True):
        """One poll; by default a second one after the time in which a complete file does not change."""
        self.poll.next_poll = False
        self.env.flush_all()
        self.another_worker()
        Polling(self.env).run(20)
        if look_again:
            self.poll.looks = {
                name: [size, modified, since - 60]
                for name, (size, modified, since) in (self.poll.looks or {}).items()
            }
            self.run_poll(look_again=False)

    def received(self):
        return self.env["integration.message"].search(
            [("endpoint_id", "=", self.endpoint.id), ("direction", "=", "in")]
        )

    # -- out -----------------------------------------------------------------------------------------

    def test_an_order_becomes_a_file(self):
        order = self.confirmed_order([(self.gloves, 2, 3)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual(message.state, "sent")
        (name,) = self.in_folder("out")
        self.assertIn(order.name, name)
        self.assertIn(message.uid, name)
        self.assertEqual((self.home / "out" / name).read_bytes(), message.payload_ids._raw())

    def test_a_folder_that_is_not_there_is_tried_again(self):
        (self.home / "out").rmdir()
        order = self.confirmed_order([(self.gloves, 2, 3)])
        self.drain_outbound()
        message = self.messages_of(order)
        self.assertEqual((message.state, message.error_code), ("retrying", "no_folder"))

    # -- in ------------------------------------------------------------------------------------------

    def test_a_complete_file_becomes_a_message_and_is_moved(self):
        order = self.confirmed_order([(self.gloves, 2, 3)])
        self.drain_outbound()
        self.drop("response.xml", render(self.response_for(order, status="accepted"), "ubl"))
        self.run_poll(look_again=False)
        self.assertFalse(self.received())
        self.assertEqual(self.poll.unfinished, 1)
        self.run_poll()
        (message,) = self.received()
        self.assertEqual((self.in_folder("in"), self.in_folder("done")), ([], ["response.xml"]))
        Inbox(self.env).drain(30)
        message.invalidate_recordset()
        self.assertEqual(message.state, "processed")
        self.assertEqual(self.endpoint.poll_taken, 1)
        self.assertTrue(self.endpoint.last_poll)

    def test_a_worker_that_dies_before_the_file_is_moved_stores_it_once(self):
        self.drop("a.xml", b"<a/>")
        with patch.object(FolderTransport, "visit", visit_of_one_who_dies):
            self.run_poll()
        self.assertEqual(len(self.received()), 1)
        self.assertEqual(self.in_folder("in"), ["a.xml"])
        self.run_poll()
        self.assertEqual(len(self.received()), 1)
        self.assertEqual((self.in_folder("in"), self.in_folder("done")), ([], ["a.xml"]))

    def test_the_same_name_with_other_content_is_another_document(self):
        for content in (b"<a/>", b"<b/>"):
            self.drop("a.xml", content)
            self.run_poll()
        self.assertEqual(len(self.received()), 2)
        self.assertEqual(self.in_folder("done"), ["a.1.xml", "a.xml"])

    def test_the_same_bytes_under_another_name_are_a_duplicate(self):
        for name in ("a.xml", "b.xml"):
            self.drop(name, b"<a/>")
            self.run_poll()
        Inbox(self.env).drain(30)
        self.another_worker()
        self.assertEqual(sorted(self.received().mapped("state")), ["duplicate", "parked"])

    def test_a_marker_says_when_a_file_is_complete(self):
        self.endpoint.completeness = "marker"
        self.drop("a.xml", b"<a/>")
        self.run_poll()
        self.assertFalse(self.received())
        self.drop("a.xml.done", b"")
        self.run_poll(look_again=False)
        self.assertEqual(len(self.received()), 1)
        self.assertEqual(self.in_folder("in"), [])

    def test_a_file_that_is_too_large_goes_to_a_person(self):
        self.drop("big.xml", b"x" * 100_001)
        self.run_poll()
        self.assertFalse(self.received())
        self.assertEqual(self.in_folder("error"), ["big.xml"])
        question = self.env["integration.exception"].search([("code", "=", "file_refused")])
        self.assertIn("big.xml", question.summary)
        self.assertEqual(question.endpoint_id, self.endpoint)

    def test_while_the_line_is_full_files_stay(self):
        self.endpoint.max_backlog = 1
        for name in ("a.xml", "b.xml"):
            self.drop(name, name.encode())
        self.run_poll()
        self.assertEqual(len(self.received()), 1)
        self.assertEqual(len(self.in_folder("in")), 1)
        self.assertEqual(self.in_folder("error"), [])

    def test_only_so_many_at_a_time_and_the_others_soon(self):
        self.endpoint.poll_files = 2
        for name in "abc":
            self.drop(f"{name}.xml", name.encode())
        self.run_poll()
        self.assertEqual(len(self.received()), 2)
        self.assertLessEqual(self.poll.next_poll, fields.Datetime.now())
        self.run_poll(look_again=False)
        self.assertEqual(len(self.received()), 3)

    # -- whose turn it is ----------------------------------------------------------------------------

    def test_a_paused_endpoint_is_left_alone(self):
        self.drop("a.xml", b"<a/>")
        steer_endpoint.pause(self.endpoint, "moving house")
        self.run_poll()
        self.assertFalse(self.received())
        self.assertFalse(self.endpoint.last_poll)

    def test_what_another_worker_holds_is_left_alone(self):
        self.poll.lease_until = fields.Datetime.now() + timedelta(minutes=1)
        self.env.flush_all()
        self.assertEqual(Polling(self.env).run(5), 0)
        self.poll.lease_until = fields.Datetime.now() - timedelta(minutes=1)
        self.env.flush_all()
        self.assertEqual(Polling(self.env).run(5), 1)

    def test_a_worker_whose_lease_was_taken_over_stores_nothing_more(self):
        self.drop("a.xml", b"<a/>")
        self.run_poll(look_again=False)
        self.poll.write({"next_poll": False, "looks": {"a.xml": [4, self._modified("a.xml"), 0]}})
        self.env.flush_all()
        store = Polling._store

        def taken_over(poller, fetched):
            self.poll.holder = "another"
            self.env.flush_all()
            return store(poller, fetched)

        with patch.object(Polling, "_store", taken_over):
            Polling(self.env).run(5)
        self.assertFalse(self.received())
        self.assertEqual(self.in_folder("in"), ["a.xml"])

    def _modified(self, name):
        return (self.home / "in" / name).stat().st_mtime

    def test_each_has_its_turn_after_its_interval(self):
        self.run_poll(look_again=False)
        wait = self.poll.next_poll - fields.Datetime.now()
        self.assertGreater(wait, timedelta(minutes=4))
        self.assertEqual(Polling(self.env).run(5), 0)

    def test_errors_are_shown_and_open_the_breaker(self):
        (self.home / "in").rmdir()
        for _number in range(5):
            self.run_poll(look_again=False)
        self.assertEqual(self.endpoint.poll_error, "The folder is not there")
        self.assertEqual(self.endpoint.breaker, "open")

    def test_one_who_fails_does_not_hold_up_the_others(self):
        (self.root / "other" / "in").mkdir(parents=True, exist_ok=True)
        other = self.endpoint.copy({"code": "other", "name": "Other", "transport": "folder"})
        (self.home / "in").rmdir()
        self.run_poll(look_again=False)
        self.assertTrue(self.endpoint.poll_error)
        self.assertTrue(other.last_poll)
        self.assertFalse(other.poll_error)

    # -- settings and rights -------------------------------------------------------------------------

    def test_nobody_points_anywhere_else(self):
        for vals in (
            {"folder": "../other"},
            {"folder": "a//b"},
            {"folder_out": "/out/../.."},
            {"folder_done": "in"},
            {"poll_minutes": 0},
        ):
            with self.assertRaises(ValidationError, msg=vals), self.env.cr.savepoint():
                self.endpoint.write(vals)

    def test_two_endpoints_never_share_a_folder(self):
        company = self.env["res.company"].create({"name": "Other hospital"})
        user = self.endpoint.user_id.copy(
            {"login": "other_technical", "company_id": company.id,
             "company_ids": [Command.set(company.ids)]}
        )  # fmt: skip
        values = {
            "name": "Spy",
            "code": "spy",
            "transport": "folder",
            "company_id": company.id,
            "user_id": user.id,
        }
        for folder in ("supplier", "supplier/in"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self.env["integration.endpoint"].create({**values, "folder": folder})
        self.env["integration.endpoint"].create({**values, "folder": "supplier2"})

    def test_an_operator_fetches_now(self):
        operator = self._user(
            "fetcher", "healthcare_procurement_connector.group_integration_operator"
        )
        self.poll.next_poll = fields.Datetime.now() + timedelta(hours=1)
        self.endpoint.with_user(operator).action_poll_now()
        self.assertLessEqual(self.poll.next_poll, fields.Datetime.now())
        with self.assertRaises(AccessError):
            self.endpoint.with_user(self.buyer).sudo(False).action_poll_now()
        self.endpoint.write({"transport": "manual"})
        with self.assertRaises(UserError):
            self.endpoint.with_user(operator).action_poll_now()

    def test_the_test_of_the_connection_says_what_is_missing(self):
        self.assertEqual(self.endpoint.action_test_connection()["params"]["type"], "success")
        (self.home / "in").rmdir()
        shown = self.endpoint.action_test_connection()["params"]
        self.assertEqual(shown["type"], "danger")
        with patch.dict(os.environ, HEALTHCARE_FOLDER_ROOT="relative"):
            shown = self.endpoint.action_test_connection()["params"]
        self.assertIn("no root", shown["message"])

    def test_the_id_of_a_file_is_of_its_name_and_content(self):
        ids = {
            polling.file_id(name, raw)
            for name, raw in (("a", b"b"), ("a", b"c"), ("b", b"b"), ("a", b"b"))
        }
        self.assertEqual(len(ids), 3)
