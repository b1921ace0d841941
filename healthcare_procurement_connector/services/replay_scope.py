"""Which messages a replay is about: those somebody ticked, or all of an endpoint in a time window."""

from dataclasses import dataclass

from odoo.fields import Domain

LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Group:
    """Messages of one direction, state and cause. ``doubtful``: sending them again may order twice."""

    direction: str
    state: str
    cause: str
    messages: object
    doubtful: bool


def in_window(env, endpoint, since, until, direction=None):
    """The stuck messages of the endpoint that were created in the window, oldest first, at most LIMIT."""
    domain = Domain("endpoint_id", "=", endpoint.id)
    if since:
        domain &= Domain("created", ">=", since)
    if until:
        domain &= Domain("created", "<=", until)
    if direction:
        domain &= Domain("direction", "=", direction)
    return env["integration.stuck"].search(domain, order="created, id", limit=LIMIT).message_id


def groups(messages):
    """The messages by cause, as a list of Group."""
    stuck = messages.env["integration.stuck"].search_fetch([("id", "in", messages.ids)], ["cause"])
    causes = {row.id: row.cause for row in stuck}
    return [
        Group(direction, state, cause, batch, _doubtful(state, batch))
        for (direction, state, cause), batch in messages.grouped(
            lambda message: (message.direction, message.state, causes.get(message.id, "other"))
        ).items()
    ]


def _doubtful(state, messages):
    return state == "uncertain" and not all(messages.endpoint_id.mapped("idempotent"))
