"""Warns the buyer of an order that may miss its supplier's cut-off, while there is time to phone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo.tools import SQL
from odoo.tools.misc import format_time

from ..core.cutoff import due_cutoff, parse_cutoffs
from .endpoint_guards import aware

CODE = "cutoff_missed"
# One that is being sent is known in a moment.
NOT_SENT = ("queued", "held", "retrying", "uncertain", "dead")
# The rest is warned of at the next sweep.
BATCH = 500


def warn(env, now):
    """Opens an exception for each order's message that is not sent when its cut-off is near; returns how many.

    Called each minute (``now`` naive UTC): a message is told of once per cut-off, and not while a former warning
    is open. The exceptions are those of the message: they are settled when it is sent or replayed.
    """
    env.flush_all()
    near = _near(env, now)
    if not near:
        return 0
    messages = _not_warned(env, near)
    # sudo: buyers are read from orders of all companies, for a queue that each sees his own part of.
    orders = env["purchase.order"].sudo().browse([message.res_id for message in messages]).exists()
    buyers = {order.id: order.user_id.id for order in orders}
    env["integration.exception"]._raise(
        [
            _exception(message, near[message.endpoint_id.id], buyers.get(message.res_id))
            for message in messages
        ]
    )
    return len(messages)


def _near(env, now):
    """{endpoint id: its cut-off (naive UTC)} where that is near or just over."""
    # sudo: the sweep serves the endpoints of all companies.
    endpoints = env["integration.endpoint"].sudo()
    fetched = ["cutoff", "cutoff_notice", "time_zone"]
    near = {}
    for endpoint in endpoints.search_fetch([("cutoff", "!=", False)], fetched):
        cutoff = due_cutoff(
            parse_cutoffs(endpoint.cutoff),
            ZoneInfo(endpoint.time_zone),
            aware(now),
            timedelta(minutes=endpoint.cutoff_notice),
        )
        if cutoff:
            near[endpoint.id] = cutoff.replace(tzinfo=None)
    return near


def _not_warned(env, near):
    rows = env.execute_query(
        SQL(
            """
            SELECT m.id
              FROM (VALUES %s) AS near(endpoint_id, cutoff)
              JOIN integration_message m ON m.endpoint_id = near.endpoint_id
             WHERE m.direction = 'out' AND m.state IN %s AND m.res_model = 'purchase.order'
               -- What was ordered after the cut-off is for the next day.
               AND m.create_date < near.cutoff
               AND NOT EXISTS (
                   SELECT FROM integration_exception x
                    WHERE x.message_id = m.id AND x.code = %s
                      AND (x.state = 'open' OR x.date_due = near.cutoff))
             ORDER BY m.id LIMIT %s
            """,
            SQL(", ").join(SQL("%s", pair) for pair in near.items()),
            NOT_SENT,
            CODE,
            BATCH,
        )
    )
    # sudo: as above.
    return env["integration.message"].sudo().browse([row[0] for row in rows])


def _exception(message, cutoff, buyer_id):
    env = message.env
    endpoint = message.endpoint_id
    return {
        "code": CODE,
        "summary": env._(
            "%(message)s has not reached %(endpoint)s, whose cut-off is at %(time)s (%(zone)s)",
            message=message.display_name,
            endpoint=endpoint.name,
            time=format_time(env, cutoff, tz=endpoint.time_zone, time_format="short"),
            zone=endpoint.time_zone,
        ),
        "message_id": message.id,
        "company_id": message.company_id.id,
        "partner_id": message.partner_id.id,
        "business_ref": message.business_ref,
        "res_model": message.res_model,
        "res_id": message.res_id,
        "user_id": buyer_id or endpoint.owner_id.id,
        "date_due": cutoff,
    }
