"""Claims outgoing messages: whole lanes, so that an endpoint never has more calls than it takes.

A claim is a lease on the lane. A drain keeps a lane while it has calls in it and lets go when it has none; one
that dies leaves leases that end. Whether a message is still due is asked once more when it is prepared, under a
lock on its row.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import zip_longest

from odoo.tools import SQL

from ..core.delivery import BLOCKING, DUE
from . import mail_out, protection
from .calls import THREADS
from .connections import SWITCH

# Messages that are prepared together for all threads: enough to share the queries, few enough to be sent in a moment.
BATCH = 200
PER_LANE = 25
# Of one endpoint not all lanes at once, so that another drain finds some.
PER_ENDPOINT = 8
LOOKS = 10
# Of that many turns, one is the oldest messages': urgent ones go first, yet nothing starves.
TURNS = 4
# Beyond what a drain and the endpoint's time limit can take.
MARGIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that its holder may send, in this lane."""

    message_id: int
    lane_id: int
    endpoint_id: int


def due(now):
    """SQL: message ``m`` may go now, and none of its business key stands before it.

    OFFSET 0, here and below, has PostgreSQL look that up message by message. It would else join all that is in
    line with all that is in line, since the indexes of what is in line look empty to it after a quiet night.
    """
    return SQL(
        """
        m.direction = 'out' AND m.state IN %(due)s
        AND (m.next_attempt IS NULL OR m.next_attempt <= %(now)s)
        AND NOT EXISTS (
            SELECT FROM integration_message older
             WHERE older.endpoint_id = m.endpoint_id AND older.business_key = m.business_key
               AND older.id < m.id AND older.direction = 'out' AND older.state IN %(blocking)s
            OFFSET 0)
        """,
        due=DUE["out"],
        now=now,
        blocking=BLOCKING["out"],
    )


def callable_endpoints(now):
    """SQL: endpoint ``e`` with its state ``s`` is one that we call and that is not plainly closed.

    Only so that closed ones do not stand in the way of others; what may go is decided by ``protection.grant``.
    """
    return SQL(
        """
        e.active AND e.transport IN %(called)s AND NOT s.paused AND s.breaker_forced IS DISTINCT FROM 'open'
        AND (s.not_before IS NULL OR s.not_before <= %(now)s)
        AND (s.resting_until IS NULL OR s.resting_until <= %(now)s)
        AND (s.breaker != 'open' OR s.breaker_forced = 'closed'
             OR s.opened_at + make_interval(secs => s.breaker_wait) <= %(now)s)
        """,
        now=now,
        called=(*SWITCH.codes(), mail_out.CODE),
    )


def has_due(env, now):
    """Whether anything may go now on an endpoint that is called by us."""
    return bool(
        env.execute_query(
            SQL(
                """
                SELECT FROM integration_endpoint e JOIN integration_endpoint_state s ON s.endpoint_id = e.id
                 WHERE %s AND EXISTS (
                       SELECT FROM integration_message m WHERE m.endpoint_id = e.id AND %s OFFSET 0)
                 LIMIT 1
                """,
                callable_endpoints(now),
                due(now),
            )
        )
    )


def claim(env, holder, occupied, seconds, now, most):
    """Leases lanes to the drain ``holder`` for ``seconds`` and their endpoint's time limit.

    ``most``: so many lanes, with their share of a batch. ``occupied``: lanes in which the holder has calls already.
    Returns Claims in the order of sending, no more than each endpoint may take now (``protection.grant``). To be
    called at the beginning of a READ COMMITTED transaction.

    What is closed is known for certain once it was asked for: where that is all that was found, others are looked
    for, or the lanes of one closed endpoint would stand in everybody's way.
    """
    for _ in range(LOOKS):
        lanes = _lanes(env, holder, occupied, now, most)
        claims = share_out(lanes, -(-BATCH * most // THREADS))
        wanted = Counter(each.endpoint_id for each in claims)
        claims = within(claims, protection.grant(env, wanted, now))
        if claims or not lanes:
            break
    _lease(env, holder, {each.lane_id for each in claims}, seconds, now)
    return claims


def _lanes(env, holder, occupied, now, most):
    """[(lane, endpoint, [message, …])] that the holder may take, locked: of those with work, endpoint by endpoint.

    Each endpoint's first is the one whose next message is urgent or old: long lanes are not left for the end. The
    lanes are chosen first; only their messages are read.
    """
    return env.execute_query(
        SQL(
            """
            WITH open AS MATERIALIZED (
                SELECT l.id, CASE WHEN e.idempotent THEN %(per_lane)s ELSE 1 END AS most,
                       row_number() OVER (PARTITION BY e.id ORDER BY head.priority DESC, head.id) AS place
                  FROM integration_lane l
                  JOIN integration_endpoint e ON e.id = l.endpoint_id
                  JOIN integration_endpoint_state s ON s.endpoint_id = e.id
                 CROSS JOIN LATERAL (
                       SELECT m.priority, m.id FROM integration_message m
                        WHERE m.endpoint_id = l.endpoint_id AND m.lane = l.number AND %(due)s
                        ORDER BY m.priority DESC, m.id LIMIT 1) head
                 WHERE %(callable)s AND l.id != ALL(%(occupied)s) AND %(free)s),
            lane AS MATERIALIZED (
                SELECT l.id, l.endpoint_id, l.number, l.turn, open.most
                  FROM open JOIN integration_lane l ON l.id = open.id
                 -- Once more, for what another drain took since.
                 WHERE open.place <= %(per_endpoint)s AND %(free)s
                 ORDER BY open.place, l.claimed NULLS FIRST, l.id
                 LIMIT %(lanes)s FOR UPDATE OF l SKIP LOCKED)
            SELECT lane.id, lane.endpoint_id, head.ids
              FROM lane CROSS JOIN LATERAL (
                   SELECT array_agg(next.id) AS ids FROM (
                       (SELECT m.id FROM integration_message m
                         WHERE lane.turn %% %(turns)s < %(turns)s - 1
                           AND m.endpoint_id = lane.endpoint_id AND m.lane = lane.number AND %(due)s
                         ORDER BY m.priority DESC, m.id LIMIT lane.most)
                       UNION ALL
                       (SELECT m.id FROM integration_message m
                         WHERE lane.turn %% %(turns)s = %(turns)s - 1
                           AND m.endpoint_id = lane.endpoint_id AND m.lane = lane.number AND %(due)s
                         ORDER BY m.id LIMIT lane.most)) next) head
             WHERE head.ids IS NOT NULL
            """,
            turns=TURNS,
            due=due(now),
            callable=callable_endpoints(now),
            per_lane=PER_LANE,
            per_endpoint=PER_ENDPOINT,
            occupied=list(occupied),
            free=SQL("(l.lease_until IS NULL OR l.lease_until < %s OR l.holder = %s)", now, holder),
            lanes=most,
        )
    )


def share_out(lanes, most):
    """Claims on at most ``most`` messages, the lanes taking turns.

    ``lanes``: (lane, endpoint, [message, …]) each; each lane's messages keep their order.

    >>> [each.message_id for each in share_out([(1, 7, [10, 11, 12]), (2, 7, [20])], 3)]
    [10, 20, 11]
    """
    columns = [
        [Claim(message, lane, endpoint) for message in messages]
        for lane, endpoint, messages in lanes
    ]
    return [each for turn in zip_longest(*columns) for each in turn if each is not None][:most]


def within(claims, granted):
    """The first of each endpoint's claims, as many as it is ``granted``: {endpoint: calls}.

    >>> [each.message_id for each in within(share_out([(1, 7, [10, 11]), (2, 8, [20])], 9), {7: 1})]
    [10]
    """
    left, kept = Counter(granted), []
    for each in claims:
        if left[each.endpoint_id] > 0:
            left[each.endpoint_id] -= 1
            kept.append(each)
    return kept


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


def let_go_of_the_dead(env, now):
    """Ends the leases of drains whose job no longer runs: queue_job holds a lock while it does.

    Not those of lanes in which a call may be under way: the partner may still be busy with it. A job that begins in
    this very moment finds its own lock taken and is enqueued again by the runner. To be called in a transaction
    of its own.
    """
    env.cr.execute(
        SQL(
            """
            WITH dead AS MATERIALIZED (
                SELECT j.uuid FROM queue_job j JOIN queue_job_lock k ON k.queue_job_id = j.id
                 WHERE j.uuid IN (SELECT split_part(holder, ':', 1) FROM integration_lane WHERE holder > '')
                   FOR SHARE OF k SKIP LOCKED)
            UPDATE integration_lane l SET holder = NULL, lease_until = NULL
              FROM dead
             WHERE split_part(l.holder, ':', 1) = dead.uuid
               AND NOT EXISTS (
                   SELECT FROM integration_message m
                    WHERE m.endpoint_id = l.endpoint_id AND m.lane = l.number AND m.direction = 'out'
                      AND m.state = 'sending' AND m.lease_until > %s)
            """,
            now,
        )
    )
