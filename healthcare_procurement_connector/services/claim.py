"""Claims outgoing messages: whole lanes, so that an endpoint never has more calls than it takes.

A claim is a lease on the lane. A drain keeps a lane while it has calls in it and lets go when it has none; one
that dies leaves leases that end. Whether a message is still due is asked once more when it is prepared, under a
lock on its row.
"""

from datetime import timedelta
from itertools import islice, zip_longest

from odoo.tools import SQL

from ..core.delivery import BLOCKING, DUE

# Messages that are prepared together: enough to share the queries, few enough to be sent in a moment.
BATCH = 100
# Few lanes of few endpoints a time, each with many messages; who was served longest ago is next.
LANES = 16
PER_LANE = 25
# Of that many turns, one is the oldest messages': urgent ones go first, yet nothing starves.
TURNS = 4
# Beyond what a drain and the endpoint's time limit can take.
MARGIN = timedelta(seconds=30)


def due(now):
    """SQL: message ``m`` may go now, and none of its business key stands before it."""
    return SQL(
        """
        m.direction = 'out' AND m.state IN %(due)s
        AND (m.next_attempt IS NULL OR m.next_attempt <= %(now)s)
        AND NOT EXISTS (
            SELECT FROM integration_message older
             WHERE older.endpoint_id = m.endpoint_id AND older.business_key = m.business_key
               AND older.id < m.id AND older.direction = 'out' AND older.state IN %(blocking)s)
        """,
        due=DUE["out"],
        now=now,
        blocking=BLOCKING["out"],
    )


def has_due(env, now):
    """Whether anything may go now on an endpoint that is called by us."""
    return bool(
        env.execute_query(
            SQL(
                """
                SELECT FROM integration_endpoint e
                 WHERE e.active AND e.transport = 'http'
                   AND EXISTS (SELECT FROM integration_message m WHERE m.endpoint_id = e.id AND %s)
                 LIMIT 1
                """,
                due(now),
            )
        )
    )


def claim(env, holder, occupied, seconds, now):
    """Leases lanes to the drain ``holder`` for ``seconds`` and their endpoint's time limit.

    ``occupied``: lanes in which the holder has calls already. Returns {message id: lane id} in the order of
    sending. To be called at the beginning of a READ COMMITTED transaction.
    """
    lanes = env.execute_query(
        SQL(
            """
            SELECT l.id, e.id, head.ids
              FROM integration_lane l
              JOIN integration_endpoint e ON e.id = l.endpoint_id
             CROSS JOIN LATERAL (
                   SELECT array_agg(next.id) AS ids FROM (
                       (SELECT m.id FROM integration_message m
                         WHERE l.turn %% %(turns)s < %(turns)s - 1
                           AND m.endpoint_id = l.endpoint_id AND m.lane = l.number AND %(due)s
                         ORDER BY m.priority DESC, m.id
                         LIMIT CASE WHEN e.idempotent THEN %(per_lane)s ELSE 1 END)
                       UNION ALL
                       (SELECT m.id FROM integration_message m
                         WHERE l.turn %% %(turns)s = %(turns)s - 1
                           AND m.endpoint_id = l.endpoint_id AND m.lane = l.number AND %(due)s
                         ORDER BY m.id
                         LIMIT CASE WHEN e.idempotent THEN %(per_lane)s ELSE 1 END)) next) head
             WHERE e.active AND e.transport = 'http' AND head.ids IS NOT NULL
               AND l.id != ALL(%(occupied)s)
               AND (l.lease_until IS NULL OR l.lease_until < %(now)s OR l.holder = %(holder)s)
             ORDER BY l.claimed NULLS FIRST, l.id
             LIMIT %(lanes)s FOR UPDATE OF l SKIP LOCKED
            """,
            turns=TURNS,
            due=due(now),
            per_lane=PER_LANE,
            occupied=list(occupied),
            now=now,
            holder=holder,
            lanes=LANES,
        )
    )
    chosen = share_out(lanes, BATCH)
    _lease(env, holder, set(chosen.values()), seconds, now)
    return chosen


def share_out(lanes, most):
    """At most ``most`` messages in all, the lanes taking turns.

    ``lanes``: (lane, endpoint, [message, …]) each; returns {message: lane}, each lane's messages in their order.

    >>> share_out([(1, 7, [10, 11, 12]), (2, 7, [20])], 3)
    {10: 1, 20: 2, 11: 1}
    """
    turns = zip_longest(*([(message, lane) for message in ids] for lane, _endpoint, ids in lanes))
    in_turn = (pair for turn in turns for pair in turn if pair is not None)
    return dict(islice(in_turn, most))


def _lease(env, holder, lanes, seconds, now):
    if lanes:
        env.cr.execute(
            SQL(
                """
                UPDATE integration_lane l
                   SET holder = %s, claimed = %s, turn = turn + 1,
                       lease_until = %s + make_interval(secs => e.timeout)
                  FROM integration_endpoint e
                 WHERE e.id = l.endpoint_id AND l.id IN %s
                """,
                holder,
                now,
                now + timedelta(seconds=seconds) + MARGIN,
                tuple(lanes),
            )
        )


def let_go(env, holder, kept=()):
    """Ends the holder's leases, but those of the lanes ``kept``."""
    env.cr.execute(
        SQL(
            "UPDATE integration_lane SET holder = NULL, lease_until = NULL "
            "WHERE holder = %s AND id != ALL(%s)",
            holder,
            list(kept),
        )
    )
