"""The outbound drain: claim, prepare, send, record.

Crash points, and what each leaves behind:

- after the claim: a lease that ends; the message is simply claimed again.
- after ``sending`` is committed, before or during the call: the message stays ``sending`` until its lease
  ends, then ``heal`` makes it ``retrying`` (the partner recognises repeats) or ``uncertain`` (a person asks).
- after the call, before the outcome is recorded: the same; at most one batch of calls is unrecorded.
"""

import logging
import random
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..core.delivery import BLOCKING, DUE
from ..core.exceptions import IntegrationError
from ..core.outcome import Verdict, after_sending
from ..core.signature import headers
from ..formats import FORMATS
from ..transports.base import Limits, Reply, Request
from ..transports.http import HttpTransport
from ..transports.reply import classify
from . import transactions
from .prepare import Preparation
from .record import record_outcomes

_logger = logging.getLogger(__name__)

BATCH = 100
POOL = 16
# Longer than a batch can take: its calls run POOL at a time and each ends by its endpoint's timeout.
LEASE = timedelta(minutes=10)
# At most this many calls of a batch, or a second, are unrecorded at a time.
RECORD_EVERY = 20
RECORD_SECONDS = 1.0

# One for the process: its connections stay open between drains.
_transport = HttpTransport(pool_size=POOL)


@dataclass(frozen=True, slots=True)
class Call:
    """What a thread needs to send one message: plain values only."""

    message_id: int
    endpoint_id: int
    attempt: int
    max_attempts: int
    idempotent: bool
    request: Request
    limits: Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    call: Call
    verdict: Verdict
    seconds: float
    error: IntegrationError | None
    reply: Reply | None


class Outbox:
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
            calls = self._prepare(claimed)
            self._send(calls)
            tried += len(claimed)
        return tried

    def has_work(self):
        return bool(self.env.execute_query(SQL("%s LIMIT 1", self._due())))

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
        """Heads of their business key that are due and not leased; urgent ones first, then the oldest."""
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT m.id FROM integration_message m
              JOIN integration_endpoint e ON e.id = m.endpoint_id AND e.active AND e.transport = 'http'
             WHERE m.direction = 'out' AND m.state IN %(due)s
               AND (m.next_attempt IS NULL OR m.next_attempt <= %(now)s)
               AND (m.lease_until IS NULL OR m.lease_until < %(now)s)
               AND NOT EXISTS (
                   SELECT FROM integration_message older
                    WHERE older.endpoint_id = m.endpoint_id AND older.business_key = m.business_key
                      AND older.id < m.id AND older.direction = 'out' AND older.state IN %(blocking)s)
             ORDER BY m.priority DESC, m.id
            """,
            due=DUE["out"],
            now=now,
            blocking=BLOCKING["out"],
        )

    def _claim(self):
        self.env.flush_all()
        transactions.read_committed(self.env.cr)
        rows = self.env.execute_query(
            SQL(
                "UPDATE integration_message SET lease_until = %s WHERE id IN "
                "(%s LIMIT %s FOR UPDATE OF m SKIP LOCKED) RETURNING id",
                fields.Datetime.now() + LEASE,
                self._due(),
                BATCH,
            )
        )
        self.env["integration.message"].invalidate_model(["lease_until"])
        transactions.commit(self.env)
        return sorted(row[0] for row in rows)

    # -- prepare -------------------------------------------------------------------------------------

    def _prepare(self, message_ids):
        """Renders and signs; what cannot be prepared is held for a person. Commits ``sending``."""
        messages = self.env["integration.message"].browse(message_ids)
        calls = []
        for endpoint, batch in messages.grouped("endpoint_id").items():
            prepared = Preparation(endpoint, batch).run()
            secret = endpoint._secret("outbound")
            calls += [_call(endpoint, message, raw, secret) for message, raw in prepared.items()]
        transactions.commit(self.env)
        return calls

    # -- send and record -----------------------------------------------------------------------------

    def _send(self, calls):
        """No transaction is open while calls are under way; outcomes are committed as they come."""
        if not calls:
            return
        done, last = [], time.monotonic()
        with ThreadPoolExecutor(min(POOL, len(calls)), thread_name_prefix="outbox") as pool:
            for future in as_completed([pool.submit(_attempt, call) for call in calls]):
                done.append(future.result())
                if len(done) >= RECORD_EVERY or time.monotonic() - last > RECORD_SECONDS:
                    self._record(done)
                    done, last = [], time.monotonic()
        self._record(done)

    def _record(self, outcomes):
        if outcomes:
            transactions.read_committed(self.env.cr)
            record_outcomes(self.env, outcomes)
            transactions.commit(self.env)


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
        request=Request(url=endpoint.url, body=raw, headers=sent_headers),
        limits=Limits(total_seconds=endpoint.timeout, allow_internal=endpoint.internal),
    )


def _attempt(call):
    """Runs in a thread that knows no Odoo."""
    started = time.monotonic()
    reply = error = None
    try:
        reply = _transport.send(call.request, call.limits)
        classify(reply)
    except IntegrationError as failure:
        error = failure
    verdict = after_sending(
        error, call.attempt, call.max_attempts, call.idempotent, random.random()
    )
    return Outcome(call, verdict, time.monotonic() - started, error, reply)


def _lost(message):
    """The outcome of a call whose worker died: nobody knows whether it arrived."""
    endpoint = message.endpoint_id
    call = Call(
        message.id,
        endpoint.id,
        message.attempt_count,
        endpoint.max_attempts,
        endpoint.idempotent,
        None,
        None,
    )
    error = IntegrationError(
        message.env._("The worker died before the outcome was known."), "worker_lost"
    )
    state = "retrying" if endpoint.idempotent else "uncertain"
    return Outcome(call, Verdict(state, "ambiguous", 0), 0.0, error, None)
