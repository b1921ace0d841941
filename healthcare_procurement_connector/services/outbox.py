"""The outbound drain: claim, prepare, send, record.

Crash points, and what each leaves behind:

- after the claim: a lease that ends; the message is simply claimed again.
- after ``sending`` is committed, before or during the call: the message stays ``sending`` until its lease
  ends, then ``heal`` makes it ``retrying`` (the partner recognises repeats) or ``uncertain`` (a person asks).
- after the call, before the outcome is recorded: the same; at most RECORD_EVERY calls or RECORD_SECONDS are
  unrecorded, one for a partner that does not recognise repeats. An answer that comes after all still counts.
"""

import logging
import time
from datetime import timedelta

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core.delivery import BLOCKING, DUE
from ..core.exceptions import IntegrationError, PermanentError
from ..core.outcome import Verdict
from ..core.signature import headers
from ..formats import FORMATS
from ..transports.base import Limits, Request
from ..transports.http import HttpTransport
from . import transactions
from .calls import POOL, Call, Outcome, outcomes_of
from .prepare import Preparation, hold
from .record import record_outcomes, release_unsent

_logger = logging.getLogger(__name__)

# Per endpoint and batch: that many times the calls it takes at once; one for those that take no repeats.
ROUNDS = 5
# Longer than a drain and its last call can take.
LEASE = timedelta(minutes=10)
RECORD_EVERY = 20
RECORD_SECONDS = 1.0
RECORD_TRIES = 5

# One for the process: its connections stay open between drains.
_transport = HttpTransport(pool_size=POOL)


class Outbox:
    """Works in the superuser's environment; what touches business records runs as the technical user."""

    def __init__(self, env):
        self.env = env

    def drain(self, seconds):
        """Sends what is due until nothing is left or the time is up; returns how many messages it tried."""
        deadline = time.monotonic() + seconds
        tried = 0
        while time.monotonic() < deadline:
            claimed = self._claim()
            if not claimed:
                break
            self._send(self._prepare(claimed), deadline)
            tried += len(claimed)
        return tried

    def has_work(self):
        return bool(self.env.execute_query(self._due()))

    def heal(self):
        """Settles what a dead worker left behind ``sending``."""
        transactions.read_committed(self.env.cr)
        messages = self.env["integration.message"].search(
            [
                ("direction", "=", "out"),
                ("state", "=", "sending"),
                ("lease_until", "<", fields.Datetime.now()),
            ]
        )
        if messages:
            record_outcomes(self.env, [_lost(message) for message in messages])
            transactions.commit(self.env)

    # -- claim ---------------------------------------------------------------------------------------

    def _due(self):
        """Due and unleased heads of their business key: of each endpoint its share, urgent first, then old.

        Rows are locked where they are read: under READ COMMITTED a row that another drain has just taken is
        skipped or read again.
        """
        return SQL(
            """
            SELECT head.id
              FROM integration_endpoint e
             CROSS JOIN LATERAL (
                   SELECT m.id FROM integration_message m
                    WHERE m.endpoint_id = e.id AND m.direction = 'out' AND m.state IN %(due)s
                      AND (m.next_attempt IS NULL OR m.next_attempt <= %(now)s)
                      AND (m.lease_until IS NULL OR m.lease_until < %(now)s)
                      AND NOT EXISTS (
                          SELECT FROM integration_message older
                           WHERE older.endpoint_id = m.endpoint_id
                             AND older.business_key = m.business_key
                             AND older.id < m.id AND older.direction = 'out'
                             AND older.state IN %(blocking)s)
                    ORDER BY m.priority DESC, m.id
                    LIMIT CASE WHEN e.idempotent THEN e.concurrency * %(rounds)s
                               WHEN EXISTS (SELECT FROM integration_message s
                                             WHERE s.endpoint_id = e.id AND s.state = 'sending') THEN 0
                               ELSE 1 END
                      FOR UPDATE OF m SKIP LOCKED) head
             WHERE e.active AND e.transport = 'http'
            """,
            due=DUE["out"],
            now=fields.Datetime.now(),
            blocking=BLOCKING["out"],
            rounds=ROUNDS,
        )

    def _claim(self):
        self.env.flush_all()
        transactions.read_committed(self.env.cr)
        rows = self.env.execute_query(
            SQL(
                "WITH head AS MATERIALIZED (%s) UPDATE integration_message m SET lease_until = %s "
                "FROM head WHERE m.id = head.id RETURNING m.id, m.priority",
                self._due(),
                fields.Datetime.now() + LEASE,
            )
        )
        self.env["integration.message"].invalidate_model(["lease_until"])
        transactions.commit(self.env)
        return [row[0] for row in sorted(rows, key=lambda row: (-row[1], row[0]))]

    # -- prepare -------------------------------------------------------------------------------------

    def _prepare(self, message_ids):
        """Renders and signs, endpoint by endpoint; what cannot be prepared is held. Commits ``sending``."""
        messages = self.env["integration.message"].browse(message_ids)
        # A person may have given one up since the claim.
        messages = messages.filtered(lambda message: message.state in DUE["out"])
        calls = []
        try:
            for endpoint, batch in messages.grouped("endpoint_id").items():
                calls += self._prepare_endpoint(endpoint, batch)
            transactions.commit(self.env)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            transactions.rollback(self.env)
            messages.write({"lease_until": False})
            transactions.commit(self.env)
            return []
        return calls

    def _prepare_endpoint(self, endpoint, batch):
        try:
            with self.env.cr.savepoint():
                secret = endpoint._secret("outbound")
                prepared = Preparation(endpoint, batch).run()
                return [_call(endpoint, message, raw, secret) for message, raw in prepared.items()]
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            # An endpoint that is set up wrongly must not stop the orders of all the others.
            _logger.exception("Nothing can be prepared for endpoint %s", endpoint.code)
            failure = PermanentError(str(error), "cannot_prepare")
            hold(self.env, {message: failure for message in batch})
            return []

    # -- send and record -----------------------------------------------------------------------------

    def _send(self, calls, deadline):
        """No transaction is open while calls are under way; outcomes are committed as they come."""
        done, last = [], time.monotonic()
        ending = outcomes_of(_transport, calls, deadline)
        while True:
            try:
                done.append(next(ending))
            except StopIteration as stop:
                self._record(done, stop.value)
                return
            if len(done) >= RECORD_EVERY or time.monotonic() - last > RECORD_SECONDS:
                self._record(done)
                done, last = [], time.monotonic()

    def _record(self, outcomes, unsent=()):
        """What partners answered must not be lost to a lock that somebody else holds for a moment."""
        if not outcomes and not unsent:
            return
        for tries_left in reversed(range(RECORD_TRIES)):
            try:
                transactions.read_committed(self.env.cr)
                release_unsent(self.env, unsent)
                record_outcomes(self.env, outcomes)
                return transactions.commit(self.env)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                transactions.rollback(self.env)
                if not tries_left:
                    raise


def _call(endpoint, message, raw, secret):
    content_type = FORMATS[message.route_id.format or "ubl"].content_type
    sent_headers = {"Content-Type": content_type, "Idempotency-Key": message.uid}
    if secret:
        sent_headers |= headers([secret], f"msg_{message.uid}", int(time.time()), raw)
    return Call(
        message_id=message.id,
        endpoint_id=endpoint.id,
        attempt=message.attempt_count,
        max_attempts=endpoint.max_attempts,
        idempotent=endpoint.idempotent,
        concurrency=endpoint.concurrency,
        request=Request(url=endpoint.url, body=raw, headers=sent_headers),
        limits=Limits(total_seconds=endpoint.timeout, allow_internal=endpoint.internal),
    )


def _lost(message):
    """The outcome of a call whose worker died: nobody knows whether it arrived."""
    endpoint = message.endpoint_id
    error = IntegrationError(
        message.env._("The worker died before the outcome was known."), "worker_lost"
    )
    verdict = Verdict("retrying" if endpoint.idempotent else "uncertain", "ambiguous")
    return Outcome(message.id, endpoint.id, message.attempt_count, verdict, error=error)
