"""Another way while an endpoint is down: its messages go to the alternative endpoint that it names.

Only what certainly did not arrive moves (``core.certainty``), and only whole: either all unfinished messages of
a business key go, or none, so that an order and its change never travel on two ways. The bytes are dropped, for
the alternative's format and codes may differ; the message id stays.
"""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.delivery import BLOCKING
from ..core.lane import lane_of, lanes_of
from ..core.self_test import MODEL as SELF_TEST
from . import acts
from .attempts import not_delivered

# A person may also move what was given up trying; the machine leaves that to the person.
MOVABLE = ("queued", "retrying", "held", "dead")
MOVABLE_BY_ITSELF = ("queued", "retrying", "held")
# What one sweep looks at: that many batches of each endpoint; the next sweep goes on.
BATCH = 500
PAGES = 20


def reroute_down(env, down_endpoint_ids, now):
    """Moves what waits at endpoints that are down to their alternatives, where they are set up so.

    For the sweep, which knows what is down and runs as the superuser; an alternative that is down too gets
    nothing. Returns how many messages moved.
    """
    down = env["integration.endpoint"].browse(down_endpoint_ids)
    moved = 0
    for endpoint in down.filtered(lambda e: e.fallback == "reroute" and _usable(e, down)):
        for messages in _pages(endpoint):
            chosen, _ = sort_out(messages, endpoint.fallback_endpoint_id, now, MOVABLE_BY_ITSELF)
            _move(chosen, endpoint.fallback_endpoint_id, now, env._("%s is down", endpoint.name))
            moved += len(chosen)
    return moved


def down_endpoints(env):
    """Ids of the endpoints to which no calls go: paused, forced open, or their breaker is not closed."""
    return (
        env["integration.endpoint.state"]
        .search(
            Domain("paused", "=", True)
            | Domain("breaker_forced", "=", "open")
            | (Domain("breaker", "!=", "closed") & Domain("breaker_forced", "=", False))
        )
        .endpoint_id.ids
    )


def _pages(endpoint):
    """What waits at the endpoint, oldest first, in bounded batches."""
    last_id = 0
    for _ in range(PAGES):
        messages = endpoint.env["integration.message"].search(
            [
                ("id", ">", last_id),
                ("endpoint_id", "=", endpoint.id),
                ("direction", "=", "out"),
                ("state", "in", MOVABLE_BY_ITSELF),
                ("business_key", "!=", False),
            ],
            order="id",
            limit=BATCH,
        )
        if not messages:
            return
        last_id = messages[-1].id
        yield messages


def reroute(messages, alternative, reason):
    """Moves a selection to ``alternative``, with what else is unfinished of the same orders.

    Returns {message: why it stays}.
    """
    acts.check_operator(messages)
    reason = acts.given_reason(messages.env, reason)
    alternative.check_access("read")
    now = fields.Datetime.now()
    chosen, refused = sort_out(messages, alternative, now, MOVABLE)
    if not chosen:
        raise UserError("\n".join(refused.values()) or messages.env._("There is nothing to move."))
    _move(chosen, alternative, now, reason)
    return refused


def sort_out(messages, alternative, now, states=MOVABLE):
    """(what would move, {message: why it stays}); the first has the messages' siblings of the same key as well."""
    # sudo: the siblings are of the same endpoint, and so of the same company.
    siblings = _unfinished(messages.sudo()).with_env(messages.env)
    by_key = siblings.grouped(lambda m: (m.endpoint_id, m.business_key))
    certain = not_delivered(siblings)
    routes = _routes(alternative, now)
    chosen, refused = siblings.browse(), {}
    for message in messages:
        group = by_key.get((message.endpoint_id, message.business_key), message)
        reason = _why_not(message, group, alternative, routes, certain, states, now)
        if reason:
            refused[message] = reason
        else:
            chosen |= group
    return chosen, refused


def follow(orders, document_type, routes):
    """{order id: route}: a change of an order that went another way goes that way too.

    Where the alternative takes no such document, the order has no route. An order that is sent as new, after
    it was cancelled, goes its ordinary way again.
    """
    if document_type == "order":
        return routes
    # sudo: the buyer who changes an order need not see messages and routes.
    newest = (
        orders.env["integration.message"]
        .sudo()
        .search_fetch(
            [
                ("res_model", "=", orders._name),
                ("res_id", "in", orders.ids),
                ("direction", "=", "out"),
                ("state", "!=", "cancelled"),
            ],
            ["res_id", "endpoint_id", "rerouted_from_id", "partner_id"],
            order="id",
        )
    )
    followed = dict(routes)
    for order_id, message in {message.res_id: message for message in newest}.items():
        if message.rerouted_from_id:
            followed.pop(order_id, None)
            route = _fitting(
                _routes(message.endpoint_id, fields.Datetime.now()), document_type, message
            )
            if route:
                followed[order_id] = route
    return followed


# -- who may move ----------------------------------------------------------------------------------------


def _usable(endpoint, down):
    alternative = endpoint.fallback_endpoint_id
    return alternative.active and alternative not in down


def _unfinished(messages):
    keyed = messages.filtered("business_key")
    domain = (
        Domain("endpoint_id", "in", keyed.endpoint_id.ids)
        & Domain("business_key", "in", list(set(keyed.mapped("business_key"))))
        & Domain("direction", "=", "out")
        & Domain("state", "in", BLOCKING["out"])
    )
    return messages | messages.search(domain)


def _routes(alternative, now):
    # sudo: routes are configuration that the acting person need not see.
    return alternative.sudo().route_ids.filtered(
        lambda r: r.active and r.direction == "out" and r.date_from <= now.date()
    )


def _fitting(routes, document_type, message):
    """The supplier's own route before the endpoint's general one."""
    return routes.filtered(
        lambda r: (
            r.document_type == document_type
            and r.partner_id.commercial_partner_id
            in (message.partner_id, message.partner_id.browse())
        )
    ).sorted(lambda r: not r.partner_id)[:1]


def _why_not(message, group, alternative, routes, certain, states, now):
    env = message.env
    name, other = acts.names(message), alternative.name
    if message.direction != "out" or message.endpoint_id == alternative:
        return env._("%(message)s does not go to %(other)s.", message=name, other=other)
    if alternative.company_id != message.company_id:
        return env._("%(other)s is of another company than %(message)s.", message=name, other=other)
    if (
        not alternative.active
        or message.partner_id not in alternative.partner_ids.commercial_partner_id
    ):
        return env._(
            "%(other)s does not speak for the supplier of %(message)s.", message=name, other=other
        )
    if message.res_model == SELF_TEST:
        return env._("%s is a test order, and of this endpoint alone.", name)
    stuck = group.filtered(lambda m: m.state not in states)
    if stuck:
        return env._(
            "%(message)s stays, because of %(stuck)s.", message=name, stuck=acts.names(stuck)
        )
    leased = group.filtered(lambda m: m.lease_until and m.lease_until > now)
    if leased:
        return env._("%s is being sent just now; look again in a moment.", acts.names(leased))
    doubtful = group - certain
    if doubtful:
        return env._(
            "%(message)s stays: the supplier may have received %(doubtful)s.",
            message=name,
            doubtful=acts.names(doubtful),
        )
    if not all(_fitting(routes, each.document_type, each) for each in group):
        return env._(
            "%(other)s has no route for all that waits of %(message)s's order.",
            message=name,
            other=other,
        )
    return None


# -- moving ----------------------------------------------------------------------------------------------


def _move(messages, alternative, now, reason):
    if not messages:
        return
    routes = _routes(alternative, now)
    details = {
        message: {
            "from_endpoint": message.endpoint_id.code,
            "to_endpoint": alternative.code,
            "sha256_dropped": message.sudo().payload_ids[:1].sha256 or None,  # sudo: the hash only
        }
        for message in messages
    }
    to_queue = messages.filtered(lambda m: m.state != "queued")
    acts.change_state(to_queue, "queued", attempt_count=0, error_code=None, last_error=None)
    acts.touch(messages - to_queue, ("queued",))
    # sudo: the table is closed to writes; callers have checked who acts.
    rows = messages.sudo()
    rows.payload_ids.unlink()
    lanes = lanes_of(alternative.concurrency, alternative.idempotent)
    for (old, document_type, _partner, lane), batch in rows.grouped(
        lambda m: (
            m.endpoint_id,
            m.document_type,
            m.partner_id,
            lane_of(m.business_key or m.uid, lanes),
        )
    ).items():
        batch.write(
            {
                "endpoint_id": alternative.id,
                "route_id": _fitting(routes, document_type, batch[0]).id,
                "lane": lane,
                "rerouted_from_id": old.id,
                # The other endpoint counts its own interchanges.
                "interchange_control": False,
                "group_control": False,
                "document_control": False,
            }
        )
    acts.audit(messages, "message.rerouted", reason, details)
    acts.settle(messages, reason)
    messages.env["integration.drain"]._wake("out")
