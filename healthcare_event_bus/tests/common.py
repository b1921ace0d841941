"""For tests of the bus, and of addons that tell facts: a subscriber to call, and a bus to turn by hand."""

import json
import os
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.healthcare_procurement_connector.core.facts import Fact
from odoo.addons.healthcare_procurement_connector.core.signature import new_secret

from ..services import relay
from ..services.drain import Drain

SECRET = new_secret(bytes(range(24)))
GROUP = "healthcare_procurement_connector.group_integration_"


class Subscriber:
    """An HTTP server of this machine that keeps what it is told and answers what it is told to answer."""

    def __init__(self):
        self.calls = []
        self.times = []
        self.answers = []
        self.delay = 0
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        server.daemon_threads = True
        self._server = server
        self.url = f"http://127.0.0.1:{server.server_address[1]}/events"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, *answers):
        """Each ``(status, headers)`` is given once, then 204 again."""
        self.answers = list(answers)

    @property
    def events(self):
        return [json.loads(body) for _headers, body in self.calls]

    @property
    def subjects(self):
        return [event["subject"] for event in self.events]

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def _handler(subscriber):  # noqa: N805 - the handler's own self is another
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                subscriber.calls.append((dict(self.headers), body))
                subscriber.times.append(time.monotonic())
                time.sleep(subscriber.delay)
                status, headers = subscriber.answers.pop(0) if subscriber.answers else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        return Handler


class BusCase(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The tests run on servers without a secret key too.
        cls.startClassPatcher(patch.dict(os.environ, {"HEALTHCARE_SECRET_KEY": "k" * 40}))
        # A company and subscriptions of our own: what else the database holds does not matter.
        cls.company = cls.env["res.company"].create({"name": "Hospital"})
        cls.env["integration.subscription"].search([]).active = False
        cls.env = cls.env(context={**cls.env.context, "allowed_company_ids": cls.company.ids})
        cls.other_company = cls.env["res.company"].create({"name": "Other hospital"})
        cls.user = cls._user("user")
        cls.operator = cls._user("operator")
        cls.manager = cls._user("manager")
        cls.auditor = cls._user("auditor")
        cls.now = fields.Datetime.now()
        relay.relay(cls.env)

    @classmethod
    def _user(cls, group):
        return new_test_user(
            cls.env,
            f"bus_{group}",
            f"base.group_user,{GROUP}{group}",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    @classmethod
    def _fact(cls, subject="P1", fact_type="order.sent", company=None, ref="HP1", **data):
        return Fact(
            fact_type, subject, (company or cls.company).id, fields.Datetime.now(), ref, data
        )

    def _record(self, *facts):
        """Records facts and returns their events, oldest first."""
        before = self.env["integration.event"].search([], limit=1).id or 0
        self.env["integration.fact"]._record(list(facts))
        return self.env["integration.event"].search([("id", ">", before)], order="id")

    def _subscriber(self):
        subscriber = Subscriber()
        self.addCleanup(subscriber.close)
        return subscriber

    def _subscription(self, subscriber=None, **values):
        subscription = self.env["integration.subscription"].create(
            {
                "name": "Planning",
                "url": subscriber.url if subscriber else "https://planning.example/events",
                "internal": bool(subscriber),
                **values,
            }
        )
        subscription._set_secret("signing", values.get("signing_secret") or SECRET)
        return subscription

    def _drain(self, later=0, dice=1.0):
        """Turns the bus once, ``later`` seconds from now; returns the number of calls."""
        self.env.flush_all()
        moment = self.now + timedelta(seconds=later)
        calls = Drain(self.env, now=lambda: moment, dice=lambda: dice).run(5)
        self.env.invalidate_all()
        return calls
