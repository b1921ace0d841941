"""Going live: from a day on, orders are real. A person decides, and it is in the audit record."""

from odoo import fields
from odoo.exceptions import UserError

from ...core.delivery import FINAL
from .self_tests import check_manager

# What has not ended: dead is final for the machine only.
_ENDED = tuple(sorted(FINAL - {"dead"}))


def go_live(endpoint, day, reason, open_steps=()):
    """The endpoint is live, its orders go out from ``day`` on; older ones are never sent.

    ``open_steps``: names of the steps that are not done; then ``reason`` says why it goes live all the same.
    UserError where something of its trial time is still on its way: it would reach the partner as real.
    """
    check_manager(endpoint)
    env = endpoint.env
    if endpoint.environment == "live":
        raise UserError(env._("%s is live already.", endpoint.name))
    if not day or day < fields.Date.today():
        raise UserError(
            env._("Choose today or a later day: orders approved before it are never sent.")
        )
    reason = (reason or "").strip()
    if open_steps and not reason:
        raise UserError(
            env._("Say why it goes live although this is not done: %s.", ", ".join(open_steps))
        )
    _check_nothing_waits(endpoint)
    outgoing = endpoint.route_ids.filtered(lambda route: route.direction == "out")
    before = {route.document_type: str(route.date_from) for route in outgoing}
    endpoint.environment = "live"
    outgoing.date_from = day
    env["integration.audit"]._append(
        [
            {
                "action": "endpoint.live",
                "res_model": endpoint._name,
                "res_id": endpoint.id,
                "company_id": endpoint.company_id.id,
                "detail": {
                    "endpoint": endpoint.code,
                    "from": str(day),
                    "dates_before": before,
                    "not_done": list(open_steps),
                    "reason": reason or None,
                },
            }
        ]
    )


def _check_nothing_waits(endpoint):
    env = endpoint.env
    waiting = env["integration.message"].search_count(
        [
            ("endpoint_id", "=", endpoint.id),
            ("direction", "=", "out"),
            ("state", "not in", _ENDED),
        ]
    )
    if waiting:
        raise UserError(
            env._(
                "%(count)s messages of %(endpoint)s have not ended; they were made for its test system. Let them be "
                "sent, or cancel them, first.",
                count=waiting,
                endpoint=endpoint.name,
            )
        )
