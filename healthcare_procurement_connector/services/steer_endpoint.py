"""What operators do with an endpoint: pause and resume it, force its breaker. Each act leaves an audit entry."""

from dataclasses import replace

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..core import breaker as breakers
from . import endpoint_guards as guards
from .endpoint_transitions import tell_transitions

OPERATOR = "healthcare_procurement_connector.group_integration_operator"


def pause(endpoints, reason):
    """No calls go out until somebody resumes; what is queued waits, what comes in is still taken."""
    env = _operator_env(endpoints)
    reason = (reason or "").strip()
    if not reason:
        raise UserError(env._("Say in a few words why calls must stop; others will read it."))
    _write(
        endpoints,
        {
            "paused": True,
            "pause_reason": reason,
            "paused_by_id": env.uid,
            "paused_on": fields.Datetime.now(),
        },
    )
    _audit(endpoints, "endpoint.paused", {"reason": reason})


def resume(endpoints):
    """Calls go again at once; a partner's wish to be left alone for a while is forgotten too."""
    env = _operator_env(endpoints)
    _write(
        endpoints,
        {
            "paused": False,
            "pause_reason": False,
            "paused_by_id": False,
            "paused_on": False,
            "not_before": False,
            "resting_until": False,
        },
    )
    _audit(endpoints, "endpoint.resumed")
    env["integration.drain"]._wake("out")


def force_breaker(endpoints, forced):
    """``forced``: "open" (no calls), "closed" (calls whatever happens) or None (automatic, from a clean start)."""
    env = _operator_env(endpoints)
    now = fields.Datetime.now()
    env.flush_all()
    found = guards.read(env, endpoints.ids, now, "wait", windows=False)
    changes, turned = [], {}
    for endpoint_id, (row, guard) in found.items():
        after = breakers.force(guard.breaker, forced)
        changes.append((row, guards.columns_of(replace(guard, breaker=after), now)))
        if after.is_down != guard.breaker.is_down:
            turned[endpoint_id] = after
    guards.write(env, changes)
    _audit(endpoints, "endpoint.breaker_forced", {"forced": forced or "automatic"})
    tell_transitions(env, turned, now)
    if forced != "open":
        env["integration.drain"]._wake("out")


def _operator_env(endpoints):
    env = endpoints.env
    if not env.user.has_group(OPERATOR):
        raise AccessError(
            env._(
                "Only integration operators pause endpoints, resume them or force their breakers."
            )
        )
    endpoints.check_access("read")
    return env


def _write(endpoints, vals):
    # sudo: the state table is closed to writes; the operator's right was checked.
    endpoints.sudo().state_ids.write(vals)
    endpoints.invalidate_recordset(["calls", "closed_reason", "closed_until"])


def _audit(endpoints, action, detail=None):
    endpoints.env["integration.audit"]._append(
        [
            {
                "action": action,
                "res_model": "integration.endpoint",
                "res_id": endpoint.id,
                "company_id": endpoint.company_id.id,
                "detail": {"code": endpoint.code, **(detail or {})},
            }
            for endpoint in endpoints
        ]
    )
