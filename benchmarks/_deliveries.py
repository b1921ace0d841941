"""A round of deliveries: orders confirmed before are queued, the drain is woken, the database says when all is done.

The clock starts before the commit that queues them (it also wakes the drain, as confirming an order does) and
stops when each message has its recorded outcome. Reading the orders, mapping, rendering, signing, sending,
attempts, facts and audit are all in it. Afterwards the round is checked on both sides.
"""

import email
import time
from email.policy import HTTP

from _hospital import SECRET
from _odoo import SetupError, odoo_environment, run_until, tidy

TABLES = (
    "integration_message",
    "integration_payload",
    "integration_attempt",
    "integration_event",
    "queue_job",
)
PATIENCE = 600
# Longer than a drain and a call that hangs can take together.
REST_SECONDS = 120


class Deliveries:
    """Rounds on one database. ``watermark``: messages up to that id are old ones and stay as they are."""

    def __init__(self, name):
        self.name = name
        with odoo_environment(name) as env:
            self.watermark = _last_message(env)
            env.cr.execute("SELECT count(*) FROM purchase_order WHERE state = 'purchase'")
            [self.count] = env.cr.fetchone()

    def use(self, codes, sink, concurrency):
        """Makes the endpoints ``codes`` the only ones at work, sending to ``sink``."""
        with odoo_environment(self.name) as env:
            endpoints = env["integration.endpoint"].with_context(active_test=False).search([])
            used = endpoints.filtered(lambda endpoint: endpoint.code in codes)
            used.write({"url": f"{sink.url}/orders", "concurrency": concurrency, "active": True})
            (endpoints - used).active = False

    def run(self, sink):
        """Messages per second of one round."""
        self._rest()
        self._forget()
        sink.forget()
        with odoo_environment(self.name) as env:
            self._queue(env)
            seconds = run_until(
                self.name,
                env.cr.commit,
                f"SELECT count(*) FROM integration_message WHERE id > {self.watermark} "
                "AND state IN ('queued', 'sending', 'retrying')",
                PATIENCE,
                "deliveries",
            )
        self._check(sink)
        return self.count / seconds

    def bodies(self):
        """[[message id, uid, document], …] of the round before."""
        with odoo_environment(self.name) as env:
            messages = env["integration.message"].search([("id", ">", self.watermark)], order="id")
            return [
                [message.id, message.uid, message.payload_ids._raw().decode()]
                for message in messages
            ]

    def put_back(self):
        """As before their outcome, in a state that no drain looks at."""
        with odoo_environment(self.name) as env:
            env.cr.execute(
                "UPDATE integration_message SET state = 'held', delivered = NULL WHERE id > %s",
                [self.watermark],
            )
        tidy(self.name, "integration_message")

    def check_arrived(self, sink):
        """Each message once."""
        report = sink.report()
        if (report["requests"], report["keys"]) != (self.count, self.count):
            raise SetupError(f"the sink got {report['requests']} requests of {report['keys']} keys")
        return report

    def _queue(self, env):
        from odoo.addons.healthcare_procurement_connector.services.outgoing_orders import (
            queue_orders,
        )

        orders = env["purchase.order"].search([("state", "=", "purchase")], order="id")
        queued = queue_orders(orders)
        if len(queued) != self.count:
            raise SetupError(f"{len(queued)} of {self.count} orders were queued.")

    def _rest(self):
        """Drains of the round before may still look around or wait for a call; they are no part of the next one."""
        run_until(
            self.name,
            lambda: None,
            "SELECT count(*) FROM queue_job WHERE state IN ('enqueued', 'started') "
            "OR (state = 'pending' AND eta IS NULL)",
            REST_SECONDS,
            "drains of the round before",
        )

    def _forget(self):
        """Takes the round before back, so that each begins with the same tables."""
        with odoo_environment(self.name) as env:
            # The server still numbers the events of the round: what it changes is waited for, not failed on.
            env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            env.cr.execute(
                "DELETE FROM purchase_order_change WHERE message_id > %s", [self.watermark]
            )
            env.cr.execute("DELETE FROM integration_message WHERE id > %s", [self.watermark])
            env.cr.execute("DELETE FROM queue_job WHERE state = 'done'")
            env.cr.execute("DELETE FROM integration_event")
        tidy(self.name, *TABLES)

    def _check(self, sink):
        """Nothing may be counted that was not done: each order arrived once, whole, signed, and is recorded."""
        from odoo.addons.healthcare_procurement_connector.core.signature import verify
        from odoo.addons.healthcare_procurement_connector.formats import parse

        report = self.check_arrived(sink)
        body = report["body"].encode()
        head = report["head"].split("\r\n", 1)[1]
        verify([SECRET], email.message_from_string(head, policy=HTTP), body, int(time.time()))
        (document,) = parse(body)
        if len(document.lines) != 5:
            raise SetupError(f"an order of {len(document.lines)} lines arrived")
        with odoo_environment(self.name) as env:
            env.cr.execute(
                "SELECT count(*), count(*) FILTER (WHERE state = 'sent'), "
                "count(*) FILTER (WHERE EXISTS (SELECT FROM integration_attempt a "
                "WHERE a.message_id = m.id AND a.outcome = 'ok')), "
                "count(*) FILTER (WHERE EXISTS (SELECT FROM integration_payload p "
                "WHERE p.message_id = m.id)) "
                "FROM integration_message m WHERE id > %s",
                [self.watermark],
            )
            found = env.cr.fetchone()
        if found != (self.count,) * 4:
            raise SetupError(f"messages, sent, attempts, payloads: {found}, not {self.count} each")


def _last_message(env):
    env.cr.execute("SELECT COALESCE(max(id), 0) FROM integration_message")
    return env.cr.fetchone()[0]
