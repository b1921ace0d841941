"""Turns facts into events in the transaction that made them true; a rollback takes both.

However many facts there are, it takes two statements: one moves the counters of all their keys, one inserts
all events. The counter's row is updated in place and stays locked until the commit, so the events of one key
are committed in the order of their sequence.
"""

import secrets
import uuid
from collections import Counter

from odoo.http import request
from odoo.tools import SQL

from ..core import envelope, trace

DATABASE_UUID = "database.uuid"


def record(env, facts):
    """Inserts one event per fact, in their order; the relay gives them their positions after the commit."""
    facts = list(facts)
    if not facts:
        return
    counts = Counter((fact.company_id, _key(fact)) for fact in facts)
    following = _move_counters(env, counts)
    # sudo: the database's own name is no secret, but only administrators may read parameters.
    database = env["ir.config_parameter"].sudo().get_param(DATABASE_UUID, "unknown")
    came_with, new_trace = _received_traceparent(), secrets.token_bytes(trace.TRACE_BYTES)
    rows = []
    for fact in facts:
        following[fact.company_id, _key(fact)] += 1
        rows.append(
            {
                "uuid": str(uuid.uuid4()),
                "type": envelope.check_fact_type(fact.type),
                "source": envelope.source(database, fact.company_id),
                "subject": fact.subject,
                "key": _key(fact),
                "business_ref": fact.business_ref or None,
                "company_id": fact.company_id,
                "sequence": following[fact.company_id, _key(fact)],
                "occurred": envelope.rfc3339(fact.occurred).removesuffix("Z"),
                "traceparent": trace.child(
                    came_with, new_trace, secrets.token_bytes(trace.SPAN_BYTES)
                ),
                "data": envelope.thin(fact.data),
            }
        )
    _insert(env, rows)


def _key(fact):
    """What the sequence counts within; a fact without a business reference is ordered by its subject."""
    return fact.business_ref or f"{fact.type.partition('.')[0]}:{fact.subject}"


def _move_counters(env, counts):
    """{(company, key): the number before these events}."""
    # Sorted, so that two transactions with the same keys wait for each other instead of deadlocking.
    keys = [
        {"company_id": company, "key": key, "step": count}
        for (company, key), count in sorted(counts.items())
    ]
    # Not logged: two transactions about one order may meet here, and the later one is simply run again.
    env.cr.execute(
        SQL(
            """
            INSERT INTO integration_event_counter AS counter (company_id, key, value, moved)
            SELECT company_id, key, step, now() AT TIME ZONE 'UTC'
              FROM jsonb_to_recordset(%s::jsonb) AS step(company_id int, key varchar, step bigint)
                ON CONFLICT (company_id, key)
                DO UPDATE SET value = counter.value + EXCLUDED.value, moved = EXCLUDED.moved
            RETURNING company_id, key, value
            """,
            envelope.to_json(keys),
        ),
        log_exceptions=False,
    )
    return {
        (company, key): value - counts[company, key] for company, key, value in env.cr.fetchall()
    }


def _insert(env, rows):
    env.cr.execute(
        SQL(
            """
            INSERT INTO integration_event (uuid, type, source, subject, key, business_ref, company_id,
                                           sequence, occurred, recorded, traceparent, data)
            SELECT uuid, type, source, subject, key, business_ref, company_id,
                   sequence, occurred, now() AT TIME ZONE 'UTC', traceparent, data
              FROM jsonb_to_recordset(%s::jsonb) AS row(
                   uuid varchar, type varchar, source varchar, subject varchar, key varchar,
                   business_ref varchar, company_id int, sequence bigint, occurred timestamp,
                   traceparent varchar, data jsonb)
            """,
            envelope.to_json(rows),
        )
    )


def _received_traceparent():
    """The trace of the HTTP call that is being served, if one is."""
    return request.httprequest.headers.get("traceparent") if request else None
