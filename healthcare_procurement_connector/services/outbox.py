"""The outbound drain: claim, prepare, send, record.

Calls go on in threads while the next batch is claimed and prepared; no transaction waits for a call. What each
crash leaves behind:

- after the claim: a lease on the lanes that ends; their messages are still ``queued`` and are claimed again.
- after ``sending`` is committed, before or during the call: the message stays ``sending`` until its lease ends,
  then ``heal`` makes it ``retrying`` (the partner recognises repeats) or ``uncertain`` (a person asks).
- after the call, before the outcome is recorded: the same; at most RECORD_EVERY calls or RECORD_SECONDS are
  unrecorded, one for a partner that does not recognise repeats. An answer that comes after all still counts.
- PostgreSQL goes away under a living drain: what partners answered is recorded on a new connection.
"""

import logging
import math
import time
import uuid
from collections import Counter
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core.backoff import parse_schedule
from ..core.delivery import DUE
from ..core.exceptions import IntegrationError
from ..core.file_parts import file_name
from ..core.outcome import Verdict
from ..formats import FORMATS
from . import mail_out, protection, transactions
from .answers import JUDGES
from .calls import THREADS, Call, CallPool, Outcome
from .claim import BATCH, MARGIN, claim, has_due, let_go, let_go_of_the_dead
from .connections import SWITCH, Parcel, limits_of, request_for, secret_names
from .cxml_secrets import sealed
from .prepare import hold_all, prepare
from .reconcile import reconcile
from .record import record_outcomes, release_unsent

_logger = logging.getLogger(__name__)

RECORD_EVERY = 20
RECORD_SECONDS = 1.0
RECORD_MOST = 500
# A claim that found nothing is not repeated for so long while calls are under way.
DRY_SECONDS = 0.2
RECORD_TRIES = 5
# PostgreSQL needs that long to start again after a crash, and a little more.
RECONNECT_SECONDS = 60

_transport = SWITCH


class Outbox:
    """Works in the superuser's environment; what touches business records runs as the technical user."""

    def __init__(self, env):
        self.env = env
        # The job's id first: whether it still runs can be asked of queue_job.
        self.holder = f"{env.context.get('job_uuid', '')}:{uuid.uuid4().hex}"
        self._dry_until = 0.0
        self._called_another = False

    def drain(self, seconds):
        """Sends what is due until nothing is left or the time is up; returns how many messages it tried.

        Twice as long while a call hangs: it is waited for anyway, and meanwhile the others go on.
        """
        deadline, tried = time.monotonic() + seconds, 0
        latest = deadline + seconds
        self._take_over()
        with CallPool(_transport, latest) as pool:
            try:
                while (now := time.monotonic()) < deadline or (now < latest and pool.hangs()):
                    claimed = self._fill(pool, latest - now)
                    tried += claimed
                    if not claimed and pool.idle():
                        self._come_back()
                        return tried
                    self._record_some(pool)
                self._call_successor()
            finally:
                # Also when the loop ends with an error: calls are under way, and their answers count.
                self._finish(pool)
        return tried

    def has_work(self):
        return has_due(self.env, fields.Datetime.now())

    def heal(self):
        """Settles what a dead worker left behind ``sending``, and asks partners about what is uncertain."""
        self._take_over()
        transactions.read_committed(self.env.cr)
        messages = self.env["integration.message"].search(
            [
                ("direction", "=", "out"),
                ("state", "=", "sending"),
                ("lease_until", "<", fields.Datetime.now()),
            ]
        )
        ended = [_lost(message) for message in messages] + mail_out.outcomes(self.env)
        if ended:
            record_outcomes(self.env, ended)
        transactions.commit(self.env)
        reconcile(self.env, _transport)

    def _take_over(self):
        """What a dead drain had leased is free at once, not only when its leases end."""
        transactions.read_committed(self.env.cr)
        let_go_of_the_dead(self.env, fields.Datetime.now())
        transactions.commit(self.env)

    # -- claim and prepare ---------------------------------------------------------------------------

    def _fill(self, pool, seconds):
        """Gives the pool another batch where it runs low; returns how many messages that were.

        Where nothing was due a moment ago, what is under way comes first.
        """
        room = pool.room()
        if not pool.idle() and (time.monotonic() < self._dry_until or not room):
            return 0
        claims = self._claim(pool.full(), seconds, room)
        if not claims:
            self._dry_until = time.monotonic() + DRY_SECONDS
        pool.add(self._prepare(claims, seconds))
        return len(claims)

    def _claim(self, occupied=(), seconds=0.0, lanes=THREADS):
        """Claims whose lanes are leased, at most ``lanes`` of them; committed."""
        self.env.flush_all()
        transactions.read_committed(self.env.cr)
        claims = claim(self.env, self.holder, occupied, seconds, fields.Datetime.now(), lanes)
        if len(claims) == BATCH and not self._called_another:
            # More is due than one process can send at its best: another takes other lanes, if there is a worker.
            self.env["integration.drain"]._wake("out")
            self._called_another = True
        transactions.commit(self.env)
        return claims

    def _prepare(self, claims, seconds=0.0):
        """Renders and signs; what cannot be prepared is held. Commits ``sending``."""
        calls = []
        try:
            if claims:
                messages = self._still_due([each.message_id for each in claims])
                lanes = {each.message_id: each.lane_id for each in claims}
                prepared = self._without_mails(prepare(messages))
                calls = self._calls(prepared, lanes)
                self._set_sending(calls, seconds)
                transactions.commit(self.env)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Nothing of it was committed: the messages are as they were, and claimed again in a moment.
            transactions.rollback(self.env)
            calls = []
        self._give_back(claims, calls)
        return calls

    def _without_mails(self, prepared):
        """What is to be called for; mails go into Odoo's own queue, in this transaction."""
        mails = {
            message: raw
            for message, raw in prepared.items()
            if message.endpoint_id.transport == mail_out.CODE
        }
        if mails:
            mail_out.queue(self.env, mails)
        return {message: raw for message, raw in prepared.items() if message not in mails}

    def _still_due(self, message_ids):
        """Those that nobody changed since the claim, locked: a person may have given one up."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM integration_message WHERE id IN %s AND state IN %s "
                "AND (next_attempt IS NULL OR next_attempt <= %s) FOR NO KEY UPDATE SKIP LOCKED",
                tuple(message_ids),
                DUE["out"],
                fields.Datetime.now(),
            )
        )
        due = {row[0] for row in rows}
        self.env["integration.message"].invalidate_model()
        # In the order of sending, which is that of the claim.
        return self.env["integration.message"].browse([each for each in message_ids if each in due])

    def _give_back(self, granted, called):
        """Calls that were granted and are not made leave their place to others; both know their endpoint."""
        unused = Counter(each.endpoint_id for each in granted)
        unused.subtract(Counter(each.endpoint_id for each in called))
        if any(unused.values()):
            transactions.read_committed(self.env.cr)
            protection.give_back(self.env, unused, fields.Datetime.now())
            transactions.commit(self.env)

    def _calls(self, prepared, lanes):
        prepared = sealed(self.env, prepared)
        secrets = self._secrets(self.env["integration.message"].concat(*prepared))
        return [
            _call(
                message.endpoint_id,
                message,
                lanes[message.id],
                raw,
                secrets[message.endpoint_id.id],
            )
            for message, raw in prepared.items()
            if message.endpoint_id.id in secrets
        ]

    def _secrets(self, messages):
        """{endpoint id: {name: secret}}; where one cannot be read, its endpoint's messages are held."""
        endpoints, names = messages.endpoint_id, secret_names()
        try:
            found = endpoints._secrets_by_name(names)
            return {endpoint.id: found.get(endpoint.id, {}) for endpoint in endpoints}
        except UserError:
            found = {}
            for endpoint, batch in messages.grouped("endpoint_id").items():
                try:
                    found[endpoint.id] = endpoint._secrets_by_name(names).get(endpoint.id, {})
                except UserError as error:
                    hold_all(endpoint, batch, error)
            return found

    def _set_sending(self, calls, seconds):
        """One statement for the batch; the rows are locked and were due when they were locked."""
        if not calls:
            return
        ending = fields.Datetime.now() + timedelta(seconds=seconds) + MARGIN
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE integration_message m
                   SET state = 'sending', attempt_count = m.attempt_count + 1, next_attempt = NULL,
                       lease_until = %s + make_interval(secs => e.timeout), write_date = %s
                  FROM integration_endpoint e
                 WHERE e.id = m.endpoint_id AND m.id IN %s
                """,
                ending,
                fields.Datetime.now(),
                tuple(call.message_id for call in calls),
            )
        )
        self.env["integration.message"].invalidate_model()

    # -- record --------------------------------------------------------------------------------------

    def _come_back(self):
        """What waits for a rate limit, a probe or the end of a rest gets a drain when that comes."""
        seconds = protection.opens_in(self.env, fields.Datetime.now())
        if seconds is not None:
            self.env["integration.drain"]._wake("out", seconds=math.ceil(seconds))
            transactions.commit(self.env)

    def _call_successor(self):
        """Whoever is slow holds this drain up until its calls have ended; the others need not wait for that."""
        if self.has_work():
            self.env["integration.drain"]._wake("out")
        transactions.commit(self.env)

    def _finish(self, pool):
        """Takes back what was not begun, and records the calls under way as they end."""
        self._record([], pool.lanes(), unsent=pool.give_up())
        while not pool.idle():
            self._record_some(pool)
        self._record([])

    def _record_some(self, pool):
        # Asked before: a lane whose call ends meanwhile is kept until that outcome is recorded too.
        lanes = pool.lanes()
        outcomes = pool.collect(RECORD_EVERY, RECORD_SECONDS)
        # What ended while a batch was prepared is recorded with them: to put it off would let it pile up.
        self._record(outcomes + pool.collect(RECORD_MOST, 0), lanes)

    def _record(self, outcomes, lanes=(), unsent=()):
        """Records outcomes and lets go of all lanes but ``lanes``; commits.

        What partners answered must not be lost to a lock that somebody else holds for a moment, nor to a
        database that went away: then it is recorded on a new connection.
        """
        if not self.env.cr.closed:
            try:
                return self._record_in(self.env, outcomes, lanes, unsent)
            except (psycopg2.InterfaceError, psycopg2.OperationalError):
                if not self.env.cr.closed:
                    raise
        with transactions.reconnected(self.env, RECONNECT_SECONDS) as env:
            self._record_in(env, outcomes, lanes, unsent)

    def _record_in(self, env, outcomes, lanes, unsent):
        for tries_left in reversed(range(RECORD_TRIES)):
            try:
                transactions.read_committed(env.cr)
                release_unsent(env, unsent)
                record_outcomes(env, outcomes, Counter(each.endpoint_id for each in unsent))
                let_go(env, self.holder, lanes)
                return transactions.commit(env)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                transactions.rollback(env)
                if not tries_left:
                    raise


def _call(endpoint, message, lane_id, raw, secrets):
    content_type = FORMATS[message.route_id.format or "ubl"].content_type
    parcel = Parcel(message.uid, raw, content_type, _file_name(message, content_type))
    return Call(
        message_id=message.id,
        endpoint_id=endpoint.id,
        lane_id=lane_id,
        attempt=message.attempt_count + 1,
        max_attempts=endpoint.max_attempts,
        schedule=parse_schedule(endpoint.retry_schedule),
        idempotent=endpoint.idempotent,
        request=request_for(endpoint, secrets, parcel),
        limits=limits_of(endpoint),
        judge=JUDGES.get(message.route_id.format),
    )


def _file_name(message, content_type):
    """The same over all attempts, and of this message alone: a repeat replaces, it does not double."""
    return file_name(message.document_type, message.number or "", message.uid, content_type)


def _lost(message):
    """The outcome of a call whose worker died: nobody knows whether it arrived."""
    endpoint = message.endpoint_id
    error = IntegrationError(
        message.env._("The worker died before the outcome was known."), "worker_lost"
    )
    verdict = Verdict("retrying" if endpoint.idempotent else "uncertain", "ambiguous")
    return Outcome(message.id, endpoint.id, message.attempt_count, verdict, error=error)
