"""What people do with a running subscription: pause, resume, replay, test. Each leaves an audit entry."""

import time
import uuid

from odoo import fields
from odoo.tools import SQL

from odoo.addons.healthcare_procurement_connector.services import transactions

from ..core import envelope
from ..core import filter as event_filter
from . import relay
from .send import Run, send_event
from .transport import TRANSPORT


def set_status(subscriptions, status):
    """Pauses or resumes; resuming forgets the failures so far and tries at once."""
    values = {"status": status}
    if status == "running":
        values |= {"failures": 0, "next_attempt": False}
    # sudo: callers checked the group; the state table is closed to writes.
    subscriptions.sudo().state_ids.write(values)
    _audit(subscriptions, "subscription.resumed" if status == "running" else "subscription.paused")
    if status == "running":
        subscriptions.env["integration.event.drain"]._wake()


def replay(subscription, position):
    """Tells everything after ``position`` again (or, if it lies ahead, nothing before it)."""
    env = subscription.env
    position = min(max(position, 0), relay.head(env))
    # The lease goes too: a run that is under way must not move the cursor back to where it was.
    env.cr.execute(
        SQL(
            """
            UPDATE integration_subscription_state
               SET position = %s, lease_until = NULL, lease_token = NULL, failures = 0, next_attempt = NULL
             WHERE subscription_id = %s
            """,
            position,
            subscription.id,
        )
    )
    env["integration.subscription.state"].invalidate_model(flush=False)
    _audit(subscription, "subscription.replayed", {"after": position})
    env["integration.event.drain"]._wake()


def position_before(env, company, moment):
    """The last position recorded before a moment; 0 if there is none that old."""
    rows = env.execute_query(
        SQL(
            """
            SELECT COALESCE(min(position) - 1, (SELECT head FROM integration_event_relay))
              FROM integration_event
             WHERE company_id = %s AND position IS NOT NULL AND recorded >= %s
            """,
            company.id,
            moment,
        )
    )
    return rows[0][0]


def count_affected(subscription, after):
    """(told again, never told): the wanted events that moving the cursor to ``after`` passes, by direction."""
    patterns = event_filter.like_patterns(event_filter.parse(subscription.event_types))
    position = subscription.position
    rows = subscription.env.execute_query(
        SQL(
            """
            SELECT count(*) FROM integration_event
             WHERE company_id = %s AND position > %s AND position <= %s AND type LIKE ANY(%s::varchar[])
            """,
            subscription.company_id.id,
            min(after, position),
            max(after, position),
            patterns,
        )
    )
    return (rows[0][0], 0) if after <= position else (0, rows[0][0])


def send_test_event(subscription):
    """Tells the subscriber an event that never happened; returns the call. Nothing is left unsaved before it."""
    env = subscription.env
    now = fields.Datetime.now()
    # sudo: the database's own name is no secret, but only administrators may read parameters.
    database = env["ir.config_parameter"].sudo().get_param("database.uuid", "unknown")
    event = envelope.Event(
        uuid=str(uuid.uuid4()),
        type=envelope.TEST_TYPE,
        source=envelope.source(database, subscription.company_id.id),
        subject=str(subscription.id),
        key=f"subscription:{subscription.id}",
        sequence=int(time.time()),
        occurred=now,
        data={"test": True},
    )
    run = Run(
        subscription_id=subscription.id,
        token="",
        failures=0,
        url=subscription.url,
        internal=subscription.internal,
        timeout=min(subscription.timeout, 10),
        secrets=subscription._signing_secrets().get(subscription.id, ()),
        events=(),
        end=None,
    )
    _audit(subscription, "subscription.tested")
    # No lock may be held while somebody else's server is called.
    transactions.commit(env)
    call = send_event(run, event, TRANSPORT)
    # sudo: the log is closed to writes; this is the bus's own row.
    env["integration.event.delivery"].sudo()._log([(subscription.id, call)], now, test=True)
    return call


def _audit(subscriptions, action, detail=None):
    subscriptions.env["integration.audit"]._append(
        [subscription._audit_entry(action, detail) for subscription in subscriptions]
    )
