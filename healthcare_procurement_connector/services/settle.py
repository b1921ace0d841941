"""What became of one incoming document: its message, its attempt, and the question to a person, if any."""

import logging
import random
from datetime import timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core.exceptions import BusinessError, IntegrationError, NotYetError, TransientError
from ..core.outcome import after_processing
from ..formats import FormatError
from .mapping_waiting import missing_vals
from .waiting import vals_of_wait

_logger = logging.getLogger(__name__)

IDENTITY_INDEX = "integration_message_identity_uniq"


def failure_of(error, message):
    """The exception as one of ours; a conflict with another transaction is raised again."""
    env = message.env
    if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
        raise error
    if isinstance(error, FormatError):
        return BusinessError(
            env._(
                "A document from %(endpoint)s cannot be read: %(reason)s",
                endpoint=message.endpoint_id.name,
                reason=str(error),
            ),
            "unreadable",
        )
    if isinstance(error, IntegrationError):
        return error
    if isinstance(error, psycopg2.errors.UniqueViolation):
        if error.diag.constraint_name == IDENTITY_INDEX:
            # Another worker has just applied the same document: the next run finds its work.
            return TransientError(env._("The same document is being processed."), "same_document")
        return BusinessError(str(error), "processing_failed")
    if isinstance(error, UserError):
        return BusinessError(str(error), "processing_failed")
    # The boundary of the queue: a poison message must not stop the others, nor be lost.
    _logger.error("Message %s could not be processed", message.uid, exc_info=error)
    return TransientError(f"{type(error).__name__}: {error}", "processing_failed")


def settle_failure(message, failure, seconds):
    """Retrying, waiting or parked, as the failure's class says."""
    limit = message.endpoint_id.max_attempts
    if failure.code == "worker_lost":
        # It may have died of another document of its batch: what is tried again is tried alone.
        limit = max(limit, 2)
    verdict = after_processing(failure, message.attempt_count, limit, random.random())
    vals = {
        "state": verdict.state,
        "lease_until": False,
        "next_attempt": verdict.wait and fields.Datetime.now() + timedelta(seconds=verdict.wait),
        "error_code": failure.code,
        "last_error": str(failure),
    }
    looked_again = False
    if isinstance(failure, NotYetError):
        looked_again = message.waiting_for == failure.waiting_for
        vals |= vals_of_wait(message, failure, random.random())
        # Waiting is no failure: it does not use up the attempts.
        vals["attempt_count"] = message.attempt_count - 1
    message.write(vals)
    if not looked_again:
        record_attempt(message, verdict.kind, str(failure), seconds)
    if verdict.state == "parked":
        _ask_a_person(message, failure)


def record_attempt(message, outcome, error, seconds):
    # sudo: attempts are closed to all users; this is the service's own write.
    message.env["integration.attempt"].sudo().create(
        {
            "message_id": message.id,
            # Given, they need no statement of their own.
            "company_id": message.company_id.id,
            "document_type": message.document_type,
            "started": fields.Datetime.now() - timedelta(seconds=seconds),
            "seconds": seconds,
            "outcome": outcome,
            "error": error,
        }
    )


def _ask_a_person(message, failure):
    exceptions = message.env["integration.exception"]
    known = exceptions._fields["code"].get_values(message.env)
    exceptions._raise(
        [
            {
                "code": failure.code if failure.code in known else "processing_failed",
                "summary": str(failure),
                "message_id": message.id,
                "company_id": message.company_id.id,
                "partner_id": message.partner_id.id,
                "business_ref": message.business_ref,
                **missing_vals(getattr(failure, "missing", None)),
            }
        ]
    )
