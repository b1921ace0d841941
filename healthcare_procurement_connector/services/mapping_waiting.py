"""What waits for a code: open questions that name it, and the messages behind them."""

from odoo import fields

from ..core.mapping import Missing
from . import replay
from .acts import OPERATOR
from .mappings import Mappings, MappingTables

# So many at a time; what is left is found again in the list of stuck messages.
LIMIT = 5000


def missing_vals(missing):
    """A Missing as values of the exception that asks about it."""
    if missing is None:
        return {}
    return {
        "mapping_domain": missing.domain,
        "mapping_code": missing.code,
        "mapping_way": missing.direction,
        "mapping_product_id": missing.product,
        "mapping_target": missing.target,
        "mapping_clues": [list(clue) for clue in missing.clues],
    }


def missing_of(exception):
    """The code that an exception asks about, or None."""
    if not exception.mapping_domain:
        return None
    return Missing(
        domain=exception.mapping_domain,
        code=exception.mapping_code or None,
        direction=exception.mapping_way,
        product=exception.mapping_product_id.id or None,
        target=exception.mapping_target or None,
        clues=tuple((kind, value) for kind, value in exception.mapping_clues or ()),
    )


def replay_waiting(mapping):
    """Replays every message whose code the mapping tables know by now; returns them.

    Nothing happens where the acting user is no operator: the questions stay open for one.
    """
    env = mapping.env
    if not env.user.has_group(OPERATOR):
        return env["integration.message"]
    answered = _answered(_asked(mapping))
    stopped = answered.message_id.filtered(
        lambda message: message.state in replay.REPLAYABLE[message.direction]
    )
    refused = replay.refusals(stopped)
    fit = stopped.filtered(lambda message: message not in refused)
    if fit:
        replay.replay(fit)
    return fit


def _asked(mapping):
    """Open questions about codes of its domain, at the endpoints that use it."""
    domain = [
        ("state", "=", "open"),
        ("mapping_domain", "=", mapping.domain),
        ("message_id", "!=", False),
        ("endpoint_id", "!=", False),
    ]
    if mapping.endpoint_id:
        domain.append(("endpoint_id", "=", mapping.endpoint_id.id))
    elif mapping.company_id:
        domain.append(("company_id", "=", mapping.company_id.id))
    return mapping.env["integration.exception"].search(domain, limit=LIMIT)


def _answered(exceptions):
    """Those whose code is known by now; the tables of all their endpoints are read at once."""
    # sudo: as drains read them; what is known decides, not what the approver may see.
    endpoints = exceptions.sudo().endpoint_id
    day = fields.Date.today()
    tables = MappingTables(endpoints, day)
    mappings = {endpoint: Mappings(endpoint, day, tables) for endpoint in endpoints}
    return exceptions.filtered(
        # sudo: as above.
        lambda each: mappings[each.sudo().endpoint_id].knows(missing_of(each))
    )
