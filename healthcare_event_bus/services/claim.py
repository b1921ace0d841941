"""Claims subscriptions that are due and reads what they are to be told.

A claim is a lease on the subscription's state row: whoever holds it is the only one that calls this
subscriber, so its events arrive in order. A worker that dies leaves a lease that ends by itself.
"""

import uuid
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import envelope
from ..core import filter as event_filter
from . import relay
from .send import Run

# Longer than a run can take: see send.RUN_SECONDS plus one call's time limit.
LEASE = timedelta(seconds=90)
EVENTS = 20


def due(now):
    """State rows of subscriptions that may be called now and have something unread before them."""
    return SQL(
        """
        SELECT state.id FROM integration_subscription_state state
          JOIN integration_subscription subscription ON subscription.id = state.subscription_id
         WHERE subscription.active AND state.status = 'running'
           AND state.position < (SELECT head FROM integration_event_relay)
           AND (state.next_attempt IS NULL OR state.next_attempt <= %(now)s)
           AND (state.lease_until IS NULL OR state.lease_until < %(now)s)
        """,
        now=now,
    )


def claim(env, now, limit):
    """Runs for at most ``limit`` subscriptions, those served longest ago first; leased, not yet committed."""
    token = uuid.uuid4().hex
    claimed = env.execute_query_dict(
        SQL(
            """
            UPDATE integration_subscription_state state
               SET lease_until = %s, lease_token = %s, last_served = %s
             WHERE id IN (%s ORDER BY state.last_served NULLS FIRST, state.id LIMIT %s
                          FOR UPDATE OF state SKIP LOCKED)
            RETURNING subscription_id, position, failures
            """,
            now + LEASE,
            token,
            now,
            due(now),
            limit,
        )
    )
    if not claimed:
        return []
    # sudo: the drain serves the subscriptions of all companies, and reads only those it claimed.
    subscriptions = (
        env["integration.subscription"].sudo().browse(row["subscription_id"] for row in claimed)
    )
    subscriptions.invalidate_recordset(flush=False)
    head = relay.head(env)
    events = _events(env, claimed, subscriptions, head)
    secrets = _secrets(subscriptions)
    return [
        Run(
            subscription_id=subscription.id,
            token=token,
            failures=row["failures"],
            url=subscription.url,
            internal=subscription.internal,
            timeout=subscription.timeout,
            secrets=secrets.get(subscription.id, ()),
            events=tuple(events.get(subscription.id, ())),
            # Everything up to the head that does not match is passed over, unless more that matches is there.
            end=head if len(events.get(subscription.id, ())) < EVENTS else None,
        )
        for row, subscription in zip(claimed, subscriptions, strict=True)
    ]


def _events(env, claimed, subscriptions, head):
    """{subscription: [(id, position, Event)]}: the next events each wants, in one query."""
    wanted = [
        SQL(
            "(%s, %s, %s::bigint, %s::varchar[])",
            subscription.id,
            subscription.company_id.id,
            row["position"],
            event_filter.like_patterns(event_filter.parse(subscription.event_types)),
        )
        for row, subscription in zip(claimed, subscriptions, strict=True)
    ]
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT wanted.subscription_id, event.*
              FROM (VALUES %s) AS wanted(subscription_id, company_id, after, patterns)
             CROSS JOIN LATERAL (
                   SELECT id, position, uuid, type, source, subject, key, sequence, occurred,
                          traceparent, business_ref, data
                     FROM integration_event
                    WHERE position > wanted.after AND position <= %s
                      AND company_id = wanted.company_id AND type LIKE ANY(wanted.patterns)
                    ORDER BY position LIMIT %s) event
             ORDER BY wanted.subscription_id, event.position
            """,
            SQL(", ").join(wanted),
            head,
            EVENTS,
        )
    )
    events = {}
    for row in rows:
        subscription_id, event_id, position = (
            row.pop(k) for k in ("subscription_id", "id", "position")
        )
        events.setdefault(subscription_id, []).append((event_id, position, envelope.Event(**row)))
    return events


def _secrets(subscriptions):
    """{subscription: secrets to sign with}; one that cannot be read must not silence the others."""
    try:
        return subscriptions._signing_secrets()
    except UserError:
        secrets = {}
        for subscription in subscriptions:
            try:
                secrets.update(subscription._signing_secrets())
            except UserError:
                secrets[subscription.id] = ()
        return secrets
