"""The inbound drain: claim, read, apply.

Effect, state, fact and audit of one document are one transaction. Crash points, and what each leaves behind:

- after the claim, before the end: ``processing`` until its lease ends, then ``heal`` makes it ``retrying``;
  nothing of the document's effect was committed, so it is simply applied again.
- a serialization failure rolls everything of this message back and puts it back at once.
"""

import logging
import random
import time
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core.delivery import BLOCKING, DUE
from ..core.exceptions import BusinessError, IntegrationError, TransientError
from ..core.outcome import after_processing
from ..formats import FormatError, parse
from . import transactions
from .apply import APPLIERS
from .arrival import Arrival

_logger = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=10)
IDENTITY_INDEX = "integration_message_identity_uniq"


class Inbox:
    def __init__(self, env):
        self.env = env

    def drain(self, seconds):
        """Applies what is due until nothing is left or the time is up; returns how many messages it tried."""
        deadline = time.monotonic() + seconds
        tried = 0
        while time.monotonic() < deadline:
            claimed = self._claim()
            if not claimed:
                break
            for message_id in claimed:
                self._process(self._messages().browse(message_id))
            tried += len(claimed)
        return tried

    def has_work(self):
        return bool(self.env.execute_query(SQL("%s LIMIT 1", self._due())))

    def heal(self):
        """Puts back what a dead worker left behind ``processing``."""
        transactions.read_committed(self.env.cr)
        lost = self._messages().search(
            [
                ("direction", "=", "in"),
                ("state", "=", "processing"),
                ("lease_until", "<", fields.Datetime.now()),
            ]
        )
        lost.write({"state": "retrying", "lease_until": False, "next_attempt": False})
        transactions.commit(self.env)

    def _messages(self):
        # sudo: the message tables are closed to all users; these are the services' own writes.
        return self.env["integration.message"].sudo()

    def _due(self):
        """The oldest due message of each business key; without a key nobody waits for anybody."""
        now = fields.Datetime.now()
        return SQL(
            """
            SELECT m.id FROM integration_message m
             WHERE m.direction = 'in' AND m.state IN %(due)s
               AND (m.next_attempt IS NULL OR m.next_attempt <= %(now)s)
               AND NOT EXISTS (
                   SELECT FROM integration_message older
                    WHERE older.endpoint_id = m.endpoint_id AND older.business_key = m.business_key
                      AND older.id < m.id AND older.direction = 'in' AND older.state IN %(blocking)s)
             ORDER BY m.priority DESC, m.id
            """,
            due=DUE["in"],
            now=now,
            blocking=BLOCKING["in"],
        )

    def _claim(self):
        self.env.flush_all()
        transactions.read_committed(self.env.cr)
        rows = self.env.execute_query(
            SQL(
                "UPDATE integration_message SET state = 'processing', lease_until = %s, "
                "attempt_count = attempt_count + 1 WHERE id IN "
                "(%s LIMIT %s FOR UPDATE OF m SKIP LOCKED) RETURNING id",
                fields.Datetime.now() + LEASE,
                self._due(),
                BATCH,
            )
        )
        self.env["integration.message"].invalidate_model(["state", "lease_until", "attempt_count"])
        transactions.commit(self.env)
        return sorted(row[0] for row in rows)

    def _process(self, message):
        started = time.monotonic()
        error = arrival = None
        try:
            arrival = Arrival(message, self._read(message))
            with self.env.cr.savepoint():
                self._apply(arrival)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self._put_back(message)
            return
        except (IntegrationError, FormatError) as failure:
            error = failure
        except psycopg2.errors.UniqueViolation as failure:
            error = self._same_document(failure)
        except UserError as failure:
            error = BusinessError(str(failure), "processing_failed")
        except Exception as failure:
            # The boundary of the queue: a poison message must not stop the others, nor be lost.
            _logger.exception("Message %s could not be processed", message.uid)
            error = TransientError(f"{type(failure).__name__}: {failure}", "processing_failed")
        try:
            if error is not None and arrival is not None:
                message.write(arrival.known())
            self._record(message, error, time.monotonic() - started)
            transactions.commit(self.env)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self._put_back(message)

    def _read(self, message):
        documents = parse(message.payload_ids[:1]._raw())
        if len(documents) != 1:
            raise BusinessError(
                self.env._(
                    "A document from %(endpoint)s holds %(count)s documents; one is expected.",
                    endpoint=message.endpoint_id.name,
                    count=len(documents),
                ),
                "unreadable",
            )
        return documents[0]

    def _apply(self, arrival):
        message = arrival.message
        message.write(arrival.known())
        if arrival.document_type not in APPLIERS:
            raise BusinessError(
                self.env._(
                    "%s is of a kind that suppliers do not send to us.", arrival.document.number
                ),
                "unreadable",
            )
        arrival.check_environment()
        arrival.check_prices()
        arrival.find_supplier()
        first = arrival.find_duplicate()
        if first:
            message.write(
                {
                    **arrival.known(),
                    "state": "duplicate",
                    "lease_until": False,
                    "duplicate_of_id": first.id,
                    "duplicate_rule": "business identity and content",
                    "delivered": fields.Datetime.now(),
                }
            )
        else:
            arrival.finish(APPLIERS[arrival.document_type](arrival))
        # The unique index on the business identity must speak while the savepoint is open.
        self.env.flush_all()

    def _same_document(self, failure):
        if failure.diag.constraint_name != IDENTITY_INDEX:
            return BusinessError(str(failure), "processing_failed")
        # Another worker has just applied the same document: the next run finds its work.
        return TransientError(self.env._("The same document is being processed."), "same_document")

    def _put_back(self, message):
        transactions.rollback(self.env)
        message.write({"state": "retrying", "lease_until": False, "next_attempt": False})
        transactions.commit(self.env)

    def _record(self, message, error, seconds):
        verdict = None
        if error is not None:
            verdict = self._stop(message, error)
        # sudo: attempts are closed to all users; this is the service's own write.
        self.env["integration.attempt"].sudo().create(
            {
                "message_id": message.id,
                "started": fields.Datetime.now() - timedelta(seconds=seconds),
                "seconds": seconds,
                "outcome": verdict.kind if verdict else "ok",
                "error": str(error) if error else False,
            }
        )

    def _stop(self, message, error):
        failure = error
        if isinstance(error, FormatError):
            failure = BusinessError(
                self.env._(
                    "A document from %(endpoint)s cannot be read: %(reason)s",
                    endpoint=message.endpoint_id.name,
                    reason=str(error),
                ),
                "unreadable",
            )
        endpoint = message.endpoint_id
        verdict = after_processing(
            failure, message.attempt_count, endpoint.max_attempts, random.random()
        )
        next_attempt = (
            fields.Datetime.now() + timedelta(seconds=verdict.wait) if verdict.wait else False
        )
        message.write(
            {
                "state": verdict.state,
                "lease_until": False,
                "next_attempt": next_attempt,
                "error_code": failure.code,
                "last_error": str(error),
            }
        )
        if verdict.state == "parked":
            self._ask_a_person(message, failure)
        return verdict

    def _ask_a_person(self, message, failure):
        known = self.env["integration.exception"]._fields["code"].get_values(self.env)
        self.env["integration.exception"]._raise(
            [
                {
                    "code": failure.code if failure.code in known else "processing_failed",
                    "summary": str(failure),
                    "message_id": message.id,
                    "company_id": message.company_id.id,
                    "partner_id": message.partner_id.id,
                    "business_ref": message.business_ref,
                }
            ]
        )
