"""The inbound drain: claim, read, apply.

Claim: some due messages of one endpoint, at most one of each business key. Read: parse, recognise supplier and
orders, write the key; one transaction for all that were claimed. Apply: one transaction per message, under its
keys (services/key_lock.py), and only when no earlier message of its key is still to be applied. Which one is
earlier is known as soon as both were read, so nothing is applied before what arrived earlier was read too.
A document of several orders queues by the first one it names, and holds all of them while it is applied.

Crash points, and what each leaves behind:

- after the claim or after reading: ``processing`` until its lease ends, then ``heal`` makes it ``retrying``, and
  it is claimed alone: what kills its worker each time takes no other with it, and is parked in the end.
- while it is split or applied: the same; nothing of the effect was committed, so it is simply done again.
- after the commit: nothing is left to do; the keys are free again, since the worker's connection is gone.
- a conflict with another transaction rolls everything of this message back and puts it back at once.

A worker taken for dead that goes on finds that its lease is no longer its own, and leaves the message alone.
"""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import fields
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core.delivery import BLOCKING, DUE
from ..core.exceptions import BusinessError, IntegrationError, TransientError
from . import receipts, transactions
from .answered_deliveries import settle_answered
from .apply import APPLIERS
from .apply.replacing import replace
from .apply.unexpected import why_not
from .arrival import Arrival
from .duplicates import Identity, duplicate_vals, same_bytes
from .key_lock import keys_locked
from .onboarding import self_tests
from .reading import Reader
from .receipt_arrival import arrival_of
from .settle import failure_of, record_attempt, settle_failure
from .split import split
from .waiting import ask_about_overdue, check_arrived

BATCH = 20
HEALED_BATCH = 200
# Longer than a drain and the document it is at when its time is up: Odoo ends a worker that takes two minutes.
LEASE = timedelta(minutes=3)
# How long a document lets another worker read an earlier one of the same endpoint. A longer read, or one that
# killed its worker, holds nobody up: the order of the two is then given up.
PATIENCE = timedelta(seconds=5)
PAUSE = 0.05


@dataclass(slots=True)
class Reading:
    """What came of reading a message: an arrival, several documents, or a failure."""

    message: object
    started: float
    seconds: float = 0.0
    documents: list = field(default_factory=list)
    arrival: Arrival | None = None
    failure: IntegrationError | None = None
    receipts: list = field(default_factory=list)


class Inbox:
    def __init__(self, env):
        self.env = env
        self._reader = Reader()
        self._last_endpoint = 0
        # Held by another worker when their turn came; theirs to find when it is done.
        self._left_to_others = set()

    def drain(self, seconds):
        """Applies what is due until nothing is left or the time is up; returns how many messages it tried."""
        deadline = time.monotonic() + seconds
        tried = 0
        while time.monotonic() < deadline:
            done = self._round(deadline)
            if not done:
                return tried
            tried += done
        if self.has_work():
            self.env["integration.drain"]._wake("in")
            transactions.commit(self.env)
        return tried

    def has_work(self):
        return bool(self._endpoints_with_work())

    def heal(self):
        """Puts back what a dead worker left behind, and asks about what waited long enough."""
        self.env.flush_all()
        transactions.read_committed(self.env.cr)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM integration_message WHERE direction = 'in' AND state = 'processing' "
                "AND lease_until < %s ORDER BY lease_until LIMIT %s FOR UPDATE SKIP LOCKED",
                fields.Datetime.now(),
                HEALED_BATCH,
            )
        )
        lost = self._messages().browse([row[0] for row in rows])
        lost.invalidate_recordset()
        for message in lost:
            error = self.env._(
                "The worker that processed it died %s time(s).", message.attempt_count
            )
            settle_failure(message, TransientError(error, "worker_lost"), 0)
        transactions.commit(self.env)
        ask_about_overdue(self.env)

    def _messages(self):
        # sudo: the message tables are closed to all users; these are the services' own writes.
        return self.env["integration.message"].sudo()

    # -- claim ---------------------------------------------------------------------------------------

    def _round(self, deadline):
        """One batch of each endpoint that has work, so that none waits for another's flood."""
        tried = 0
        for endpoint_id in self._endpoints_with_work():
            if time.monotonic() >= deadline:
                break
            messages, lease = self._claim(endpoint_id)
            tried += len(messages)
            arrivals = self._read(messages, lease)
            self._let_others_read(arrivals, deadline)
            for place, arrival in enumerate(arrivals):
                if time.monotonic() >= deadline:
                    self._put_back([each.message for each in arrivals[place:]], lease)
                    break
                self._process(arrival, lease)
        return tried

    def _due(self, endpoint, columns):
        """The heads of their business keys that are due; without a key nobody waits for anybody.

        On OFFSET 0 see services/claim.py.
        """
        return SQL(
            """
            SELECT %(columns)s FROM integration_message m
             WHERE m.endpoint_id = %(endpoint)s AND m.direction = 'in' AND m.state IN %(due)s
               AND (m.next_attempt IS NULL OR m.next_attempt <= %(now)s)
               AND m.id != ALL(%(others)s)
               AND NOT EXISTS (
                   SELECT FROM integration_message older
                    WHERE older.endpoint_id = m.endpoint_id AND older.business_key = m.business_key
                      AND older.id < m.id AND older.direction = 'in' AND older.state IN %(blocking)s
                   OFFSET 0)
            """,
            columns=columns,
            endpoint=endpoint,
            due=DUE["in"],
            now=fields.Datetime.now(),
            others=list(self._left_to_others),
            blocking=BLOCKING["in"],
        )

    def _endpoints_with_work(self):
        """Those after the one served last come first: a round that ends early favours nobody."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT e.id FROM integration_endpoint e WHERE EXISTS (%s OFFSET 0) "
                "ORDER BY e.id <= %s, e.id",
                self._due(SQL("e.id"), SQL("1")),
                self._last_endpoint,
            )
        )
        return [row[0] for row in rows]

    def _claim(self, endpoint_id):
        """(messages, lease): what was never tried together, what was tried before alone."""
        self._last_endpoint = endpoint_id
        transactions.read_committed(self.env.cr)
        lease = fields.Datetime.now() + LEASE
        rows = self.env.execute_query(
            SQL(
                """
                WITH head AS MATERIALIZED (
                    %s ORDER BY m.priority DESC, m.id LIMIT %s FOR UPDATE OF m SKIP LOCKED),
                     batch AS (
                    SELECT id, attempt_count, row_number() OVER (ORDER BY priority DESC, id) AS place,
                           first_value(attempt_count) OVER (ORDER BY priority DESC, id) AS first_count
                      FROM head)
                UPDATE integration_message m
                   SET state = 'processing', lease_until = %s, attempt_count = m.attempt_count + 1
                  FROM batch
                 WHERE m.id = batch.id
                   AND CASE WHEN first_count > 0 THEN place = 1 ELSE batch.attempt_count = 0 END
                RETURNING m.id
                """,
                self._due(endpoint_id, SQL("m.id, m.priority, m.attempt_count")),
                BATCH,
                lease,
            )
        )
        messages = self._messages().browse(sorted(row[0] for row in rows))
        messages.invalidate_recordset()
        transactions.commit(self.env)
        return messages, lease

    def _put_back(self, messages, lease):
        """Untried, as far as the messages are still ours."""
        transactions.read_committed(self.env.cr)
        self.env.execute_query(
            SQL(
                "UPDATE integration_message SET state = 'received', lease_until = NULL, "
                "next_attempt = NULL, attempt_count = attempt_count - 1 "
                "WHERE id = ANY(%s) AND state = 'processing' AND lease_until = %s RETURNING id",
                [message.id for message in messages],
                lease,
            )
        )
        transactions.commit(self.env)
        for message in messages:
            message.invalidate_recordset()

    # -- read ----------------------------------------------------------------------------------------

    def _read(self, messages, lease):
        """The arrivals of all that can be applied; the others are settled. Commits what is known of each."""
        messages = messages.filtered(lambda m: m.state == "processing" and m.lease_until == lease)
        try:
            # First all are read, then all is written: in a few statements, none within a savepoint.
            readings = [self._read_one(message) for message in messages]
            arrivals = [self._keep(reading) for reading in readings]
            transactions.commit(self.env)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            transactions.rollback(self.env)
            self._put_back(messages, lease)
            return []
        return [arrival for arrival in arrivals if arrival]

    def _read_one(self, message):
        reading = Reading(message, time.monotonic())
        try:
            with self.env.cr.savepoint(flush=False):
                reading.documents = self._reader.documents(message)
                if len(reading.documents) == 1:
                    reading.arrival = arrival_of(message, reading.documents[0])
                    self._recognise(reading.arrival)
        except Exception as error:
            reading.failure = failure_of(error, message)
        # What a partner's system asks first is whether ours could read it, whatever it means here.
        reading.receipts = receipts.verdicts(message)
        reading.seconds = time.monotonic() - reading.started
        return reading

    def _keep(self, reading):
        """Writes what is known; returns the arrival if it can be applied, and settles the message if not."""
        message, arrival, failure = reading.message, reading.arrival, reading.failure
        receipts.queue(message, reading.receipts)
        known = arrival.known() if arrival else {}
        first = same_bytes(message, known.get("document_type"))
        # What had its effect is recognised by its number, under its key.
        if first and (failure or not arrival or first.state != "processed"):
            message.write(known | duplicate_vals(first, "content_hash"))
        elif failure:
            message.write(known)
            settle_failure(message, failure, reading.seconds)
        elif arrival is None:
            split(message, reading.documents)
        else:
            message.write(known)
            return arrival
        return None

    def _recognise(self, arrival):
        if arrival.document_type not in APPLIERS:
            raise BusinessError(why_not(self.env, arrival.document), "unexpected_document")
        arrival.recognise()

    def _let_others_read(self, arrivals, deadline):
        """An earlier document of these endpoints may be about the same orders: only its reader can tell."""
        if not arrivals:
            return
        messages = [arrival.message for arrival in arrivals]
        patient = min(deadline, time.monotonic() + PATIENCE.total_seconds())
        while time.monotonic() < patient:
            transactions.read_committed(self.env.cr)
            being_read = self.env.execute_query(
                SQL(
                    "SELECT FROM integration_message WHERE direction = 'in' AND state = 'processing' "
                    "AND business_key IS NULL AND endpoint_id = %s AND id < %s AND lease_until > %s LIMIT 1",
                    messages[0].endpoint_id.id,
                    messages[-1].id,
                    fields.Datetime.now() + LEASE - PATIENCE,
                )
            )
            transactions.commit(self.env)
            if not being_read:
                return
            time.sleep(PAUSE)

    # -- apply ---------------------------------------------------------------------------------------

    def _process(self, arrival, lease):
        """Applies one document under its keys, or puts it back where another worker holds one of them."""
        message = arrival.message
        try:
            with keys_locked(self.env, message.company_id.id, arrival.keys()) as ours:
                if ours:
                    self._take_turn(arrival, lease)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self._put_back([message], lease)
        else:
            if not ours:
                self._left_to_others.add(message.id)
                self._put_back([message], lease)

    def _take_turn(self, arrival, lease):
        ours, later = self._turn(arrival.message, lease)
        if later and ours:
            # It is not even claimed again before its turn.
            self._put_back([arrival.message], lease)
        elif ours:
            self._apply_or_settle(arrival)
            transactions.commit(self.env)

    def _turn(self, message, lease):
        """(whether the message is still ours, whether an earlier one of its key is still to be applied).

        The first statement of the applying transaction: all that follows sees what it saw.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT m.state = 'processing' AND m.lease_until = %(lease)s, EXISTS (
                       SELECT FROM integration_message older
                        WHERE older.endpoint_id = m.endpoint_id AND older.business_key = m.business_key
                          AND older.id < m.id AND older.direction = 'in'
                          AND older.state IN %(blocking)s)
                  FROM integration_message m WHERE m.id = %(id)s
                """,
                lease=lease,
                blocking=BLOCKING["in"],
                id=message.id,
            )
        )[0]

    def _apply_or_settle(self, arrival):
        message, started = arrival.message, time.monotonic()
        try:
            with self.env.cr.savepoint():
                arrival.look_again()
                self._apply(arrival)
                # The unique index on the business identity must speak while the savepoint is open.
                self.env.flush_all()
        except Exception as error:
            failure = failure_of(error, message)
            message.write(arrival.known())
            settle_failure(message, failure, time.monotonic() - started)
        else:
            record_attempt(message, "ok", False, time.monotonic() - started)

    def _apply(self, arrival):
        message, kind = arrival.message, arrival.document_type
        if arrival.identity_key is None:
            arrival.finish(APPLIERS[kind](arrival))
            return
        test = self_tests.answered_by(arrival)
        if test:
            self_tests.take_answer(arrival, test)
            return
        identity = Identity(arrival, self._reader)
        if identity.verdict == "duplicate":
            vals = duplicate_vals(identity.first, "business_identity_and_content")
            message.write(arrival.known() | vals)
            return
        arrival.difference = "\n".join(map(str, identity.differences))
        if identity.verdict in ("ask", "withdrawn"):
            raise identity.refuse()
        settle_answered(arrival)
        check_arrived(arrival)
        if identity.verdict == "replace":
            applied = replace(arrival, identity.first, APPLIERS[kind])
        else:
            applied = APPLIERS[kind](arrival)
        arrival.finish(applied)
