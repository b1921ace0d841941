"""Gives committed events their place in the one order that all readers go by.

Neither ids nor transaction ids will do: a transaction that began earlier may commit later, and a reader that
has passed its id would never see it. A position is given only to what is committed, by one relay at a time,
from one counter: no gap, and nothing ever appears behind a reader.
"""

from odoo.tools import SQL

# Any two numbers that nothing else in the database uses as an advisory lock.
LOCK = (0x48504942, 1)
BATCH = 5000


def relay(env):
    """Positions what is committed, at most a batch; returns the head: the last position given.

    Runs in a READ COMMITTED transaction that ends soon after. Where another relay is at work, it does nothing.
    """
    [[alone]] = env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", *LOCK))
    if not alone:
        return head(env)
    moved = env.execute_query(
        SQL(
            """
            WITH waiting AS (
                SELECT id, row_number() OVER (ORDER BY id) AS step
                  FROM (SELECT id FROM integration_event WHERE position IS NULL ORDER BY id LIMIT %s) first
            ), placed AS (
                UPDATE integration_event event SET position = relay.head + waiting.step
                  FROM waiting, integration_event_relay relay
                 WHERE event.id = waiting.id
                RETURNING 1
            )
            UPDATE integration_event_relay
               SET head = head + (SELECT count(*) FROM placed), moved = now() AT TIME ZONE 'UTC'
             WHERE EXISTS (SELECT FROM waiting)
            RETURNING head
            """,
            BATCH,
        )
    )
    if not moved:
        return head(env)
    env["integration.event"].invalidate_model(["position"], flush=False)
    return moved[0][0]


def head(env):
    """The last position given; 0 before the first."""
    return env.execute_query(SQL("SELECT head FROM integration_event_relay"))[0][0]


def waiting(env):
    """Whether committed events have no position yet."""
    return bool(
        env.execute_query(SQL("SELECT 1 FROM integration_event WHERE position IS NULL LIMIT 1"))
    )
