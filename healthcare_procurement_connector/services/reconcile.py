"""Asks partners whether they have what is uncertain, where they can be asked.

Crash points: before the answer is recorded nothing has changed but the time of the next question, so it is
asked again then. The answer moves a message only while it is still ``uncertain``: a person may have decided.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from odoo import fields
from odoo.tools import SQL

from ..core.exceptions import IntegrationError
from ..core.facts import Fact
from ..core.outcome import after_asking
from ..core.self_test import MODEL as SELF_TEST
from ..transports.base import Limits, Request
from . import transactions
from .connections import limits_of, question_at, secrets_of

# At once, then every so often until a person has decided.
PAUSE = timedelta(minutes=5)
AT_A_TIME = 10
SECONDS = 5


@dataclass(frozen=True, slots=True)
class Question:
    message_id: int
    request: Request
    limits: Limits


def reconcile(env, transport):
    """One round: as many questions as a sweep has time for. No transaction is open while a partner thinks."""
    for question in _questions(env):
        try:
            state = after_asking(transport.send(question.request, question.limits).status)
        except IntegrationError:
            continue  # asked again after the pause
        if state:
            _record(env, question.message_id, state)


def _questions(env):
    transactions.read_committed(env.cr)
    now = fields.Datetime.now()
    rows = env.execute_query(
        SQL(
            """
            WITH asked AS MATERIALIZED (
                SELECT m.id FROM integration_message m JOIN integration_endpoint e ON e.id = m.endpoint_id
                 WHERE m.direction = 'out' AND m.state = 'uncertain' AND e.active
                   AND e.transport = 'http' AND e.status_url > ''
                   AND (m.next_attempt IS NULL OR m.next_attempt <= %s)
                 ORDER BY m.id LIMIT %s FOR UPDATE OF m SKIP LOCKED)
            UPDATE integration_message m SET next_attempt = %s FROM asked WHERE m.id = asked.id
            RETURNING m.id
            """,
            now,
            AT_A_TIME,
            now + PAUSE,
        )
    )
    messages = env["integration.message"].browse(sorted(row[0] for row in rows))
    messages.invalidate_recordset()
    questions = [_question(message) for message in messages]
    transactions.commit(env)
    return questions


def _question(message):
    endpoint = message.endpoint_id
    url = endpoint.status_url.replace("{id}", quote(message.uid, safe="")).replace(
        "{number}", quote(message.number or "", safe="")
    )
    request = question_at(endpoint, secrets_of(endpoint), f"ask_{message.uid}", url)
    return Question(message.id, request, limits_of(endpoint, SECONDS))


def _record(env, message_id, state):
    transactions.read_committed(env.cr)
    rows = env.execute_query(
        SQL(
            """
            UPDATE integration_message
               SET state = %s, next_attempt = NULL, lease_until = NULL, delivered = %s
             WHERE id = %s AND state = 'uncertain' RETURNING id
            """,
            state,
            fields.Datetime.now() if state == "sent" else None,
            message_id,
        )
    )
    if rows:
        said = (
            env._("The partner says that it has it")
            if state == "sent"
            else env._("The partner says that it does not have it: it is sent again")
        )
        message = env["integration.message"].browse(message_id)
        settle_found(message, state, said, "message.reconciled")
    transactions.commit(env)


def settle_found(messages, state, said, action):
    """After their state was written: the question is closed as ``said``, the fact told, ``action`` audited."""
    env = messages.env
    messages.invalidate_recordset()
    messages.exception_ids._resolve(said)
    if state == "sent":
        tell_delivered(messages)
    env["integration.audit"]._append(
        [
            {
                "action": action,
                "res_model": message._name,
                "res_id": message.id,
                "company_id": message.company_id.id,
                "business_ref": message.business_ref,
                "detail": {"state": state},
            }
            for message in messages
        ]
    )


def tell_delivered(messages):
    """As any other delivery: answers that came early wait for it."""
    messages.env["integration.fact"]._record(
        [
            Fact(
                type="order.sent",
                subject=message.number,
                company_id=message.company_id.id,
                occurred=fields.Datetime.now(),
                business_ref=message.business_ref or None,
                data={
                    "document_type": message.document_type,
                    "revision": message.revision,
                    "endpoint": message.endpoint_id.code,
                    "attempts": message.attempt_count,
                },
            )
            for message in messages
            if message.res_model != SELF_TEST
        ]
    )
