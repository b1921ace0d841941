"""Records what became of calls: message, attempt, endpoint state, fact and exception in one transaction."""

import math
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from ..core.facts import Fact
from ..core.self_test import MODEL as SELF_TEST
from . import protection

EXCERPT = 2000
SWEEP_SECONDS = 60
FACTS = {"sent": "order.sent", "dead": "order.failed"}
ORDER_TYPES = ("order", "order_change", "order_cancellation")
EXCEPTIONS = {"dead": "delivery_failed", "uncertain": "delivery_uncertain"}


@dataclass(frozen=True, slots=True)
class Settled:
    """What facts say of a message that an outcome moved along."""

    message_id: int
    number: str
    company_id: int
    business_ref: str | None
    document_type: str
    revision: int
    attempts: int
    endpoint: str
    res_model: str | None


def record_outcomes(env, outcomes, unused=None):
    """``outcomes``: services.calls.Outcome; a message that went on without its answer keeps its state.

    ``unused``: {endpoint: calls that were granted and are not made}.
    """
    env.flush_all()
    if outcomes:
        settled = {each.message_id: each for each in _write_messages(env, outcomes)}
        _write_attempts(env, outcomes)
        env["integration.message"].invalidate_model()
        counting = [outcome for outcome in outcomes if outcome.message_id in settled]
        _settle_questions(env, counting)
        _tell(env, settled, counting)
        _raise_exceptions(env, counting)
        _wake_for_retries(env, counting)
    # Last: the endpoint's row is the one that others wait for.
    protection.note(env, outcomes, fields.Datetime.now(), unused)


def release_unsent(env, calls):
    """Takes back what was claimed and not called before the drain's time was up."""
    if calls:
        env.cr.execute(
            SQL(
                "UPDATE integration_message SET state = 'retrying', lease_until = NULL, "
                "attempt_count = attempt_count - 1 WHERE state = 'sending' AND id IN %s",
                tuple(call.message_id for call in calls),
            )
        )
        env["integration.message"].invalidate_model()


def _write_messages(env, outcomes):
    """Moves each message along; returns those that were moved, as Settled.

    Old and new state are compared in the same statement: what is no longer ``sending`` was taken for lost by
    ``heal``, and only a delivery still counts then, if it is that of the last attempt.
    """
    now = fields.Datetime.now()
    rows = env.cr.execute_values(
        """
        UPDATE integration_message m
           SET state = v.state, lease_until = NULL, next_attempt = v.next_attempt::timestamp,
               delivered = v.delivered::timestamp, error_code = v.code, last_error = v.error,
               write_date = v.now::timestamp
          FROM (VALUES %s) AS v(id, attempt, state, next_attempt, delivered, code, error, now),
               integration_endpoint e
         WHERE m.id = v.id AND e.id = m.endpoint_id
           AND (m.state = 'sending'
                OR m.state IN ('retrying', 'uncertain') AND v.state = 'sent'
                   AND m.attempt_count = v.attempt)
        RETURNING m.id, m.number, m.company_id, m.business_ref, m.document_type, m.revision,
                  m.attempt_count, e.code, m.res_model
        """,
        [_message_row(outcome, now) for outcome in outcomes],
        template="(%s, %s, %s, %s, %s, %s::varchar, %s::varchar, %s)",
        page_size=len(outcomes),
        fetch=True,
    )
    return [Settled(*row) for row in rows]


def _message_row(outcome, now):
    verdict, error = outcome.verdict, outcome.error
    return (
        outcome.message_id,
        outcome.attempt,
        verdict.state,
        now + timedelta(seconds=verdict.wait) if verdict.wait else None,
        now if verdict.state == "sent" else None,
        error.code if error else None,
        _storable(str(error)) if error else None,
        now,
    )


def _settle_questions(env, outcomes):
    """What was asked of a person about a message, whether it arrived, whether it will be late, is settled."""
    sent = [outcome.message_id for outcome in outcomes if outcome.verdict.state == "sent"]
    # sudo: the question is about our own message, whoever it was asked.
    asked = (
        env["integration.exception"]
        .sudo()
        .search([("message_id", "in", sent), ("state", "=", "open")])
    )
    if asked:
        asked._resolve(env._("It was delivered"))


def _write_attempts(env, outcomes):
    """One statement; the ORM would check and compute, row by row, what is plain here."""
    now = fields.Datetime.now()
    env.cr.execute_values(
        """
        INSERT INTO integration_attempt
               (message_id, company_id, document_type, started, seconds, outcome, status, error, excerpt)
        SELECT m.id, m.company_id, m.document_type, v.started::timestamp, v.seconds, v.outcome, v.status,
               v.error, v.excerpt
          FROM (VALUES %s) AS v(id, started, seconds, outcome, status, error, excerpt)
          JOIN integration_message m ON m.id = v.id
        """,
        [
            (
                outcome.message_id,
                now - timedelta(seconds=outcome.seconds),
                outcome.seconds,
                outcome.verdict.kind,
                outcome.reply.status if outcome.reply else None,
                _storable(str(outcome.error)) if outcome.error else None,
                _excerpt(outcome.reply),
            )
            for outcome in outcomes
        ],
        template="(%s, %s, %s::numeric, %s, %s::int, %s::varchar, %s::text)",
        page_size=len(outcomes),
    )
    env["integration.attempt"].invalidate_model()


def _excerpt(reply):
    """Text for people, bounded."""
    if reply is None:
        return None
    return _storable(reply.body[:EXCERPT].decode("utf-8", errors="replace"))


def _storable(text):
    """NULs cannot be stored."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _wake_for_retries(env, outcomes):
    """What is due again before the next sweep gets a drain of its own."""
    waits = [o.verdict.wait for o in outcomes if o.verdict.wait and o.verdict.wait < SWEEP_SECONDS]
    if waits:
        env["integration.drain"]._wake("out", seconds=math.ceil(max(waits)))


def _tell(env, settled, outcomes):
    now = fields.Datetime.now()
    facts = [
        Fact(
            type=FACTS[outcome.verdict.state],
            subject=message.number,
            company_id=message.company_id,
            occurred=now,
            business_ref=message.business_ref,
            data={
                "document_type": message.document_type,
                "revision": message.revision,
                "endpoint": message.endpoint,
                "attempts": message.attempts,
            },
        )
        for outcome in outcomes
        if outcome.verdict.state in FACTS
        for message in [settled[outcome.message_id]]
        if message.document_type in ORDER_TYPES and message.res_model != SELF_TEST
    ]
    if facts:
        env["integration.fact"]._record(facts)


def _raise_exceptions(env, outcomes):
    asking = [outcome for outcome in outcomes if outcome.verdict.state in EXCEPTIONS]
    if not asking:
        return
    # sudo: the message tables are closed to all users; these are the services' own writes.
    messages = env["integration.message"].sudo().browse([each.message_id for each in asking])
    env["integration.exception"]._raise(
        [
            {
                "code": EXCEPTIONS[outcome.verdict.state],
                "summary": f"{message.display_name}: {outcome.error}",
                "message_id": message.id,
                "company_id": message.company_id.id,
                "partner_id": message.partner_id.id,
                "business_ref": message.business_ref,
                "res_model": message.res_model,
                "res_id": message.res_id,
            }
            for outcome, message in zip(asking, messages, strict=True)
        ]
    )
