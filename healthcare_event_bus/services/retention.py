"""What is deleted when: rows that every subscriber has passed and nobody is likely to ask for again.

The limits are system parameters, in days: ``healthcare_event_bus.event_days`` and
``healthcare_event_bus.delivery_days``. A subscription that is archived or disabled holds nothing back.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

EVENT_DAYS = 180
DELIVERY_DAYS = 30
# A counter that is forgotten starts its key at 1 again, so it outlives its events by far.
COUNTER_DAYS = 800
BATCH = 10_000


def expire_events(env):
    return _delete(
        env,
        SQL(
            """
            DELETE FROM integration_event WHERE id IN (
                SELECT event.id FROM integration_event event
                 WHERE event.recorded < %s
                   AND event.position <= COALESCE((
                       SELECT min(state.position) FROM integration_subscription_state state
                         JOIN integration_subscription subscription
                           ON subscription.id = state.subscription_id AND subscription.active
                        WHERE subscription.company_id = event.company_id AND state.status != 'disabled'
                   ), event.position)
                 ORDER BY event.id LIMIT %s)
            """,
            _before(env, "event_days", EVENT_DAYS),
            BATCH,
        ),
    )


def expire_deliveries(env):
    return _delete(
        env,
        SQL(
            "DELETE FROM integration_event_delivery WHERE id IN ("
            "SELECT id FROM integration_event_delivery WHERE attempted < %s ORDER BY id LIMIT %s)",
            _before(env, "delivery_days", DELIVERY_DAYS),
            BATCH,
        ),
    )


def expire_counters(env):
    return _delete(
        env,
        SQL(
            "DELETE FROM integration_event_counter WHERE id IN ("
            "SELECT id FROM integration_event_counter WHERE moved < %s ORDER BY id LIMIT %s)",
            fields.Datetime.now() - timedelta(days=COUNTER_DAYS),
            BATCH,
        ),
    )


def _before(env, parameter, default):
    # sudo: runs from the vacuum; reads one number.
    text = env["ir.config_parameter"].sudo().get_param(f"healthcare_event_bus.{parameter}")
    days = int(text) if (text or "").isdigit() else default
    return fields.Datetime.now() - timedelta(days=max(days, 1))


def _delete(env, statement):
    """(deleted, whether there may be more), as the vacuum expects."""
    env.cr.execute(statement)
    deleted = env.cr.rowcount
    env.invalidate_all(flush=False)
    return deleted, int(deleted == BATCH)
