"""Tells that calls to an endpoint stopped or go again: a fact, an audit entry, a question to its owner."""

from ..core.facts import Fact

FACTS = {True: "endpoint.opened", False: "endpoint.closed"}
CODE = "endpoint_down"


def tell_transitions(env, breakers, now):
    """``breakers``: {endpoint id: its breaker after it opened or closed}; written already, not yet committed.

    The state rows of these endpoints are locked by the caller: each is told once.
    """
    if not breakers:
        return
    # sudo: drains serve the endpoints of all companies, operators checked their right before.
    endpoints = env["integration.endpoint"].sudo().browse(sorted(breakers))
    env["integration.fact"]._record([_fact(e, breakers[e.id], now) for e in endpoints])
    env["integration.audit"]._append([_audit_entry(e, breakers[e.id]) for e in endpoints])
    _ask(endpoints.filtered(lambda e: breakers[e.id].is_down and not breakers[e.id].forced))
    _settle(endpoints.filtered(lambda e: not breakers[e.id].is_down))


def _fact(endpoint, breaker, now):
    return Fact(
        type=FACTS[breaker.is_down],
        subject=endpoint.code,
        company_id=endpoint.company_id.id,
        occurred=now,
        data={"forced": breaker.forced, "failures": endpoint.state_ids.failures},
    )


def _audit_entry(endpoint, breaker):
    return {
        "action": FACTS[breaker.is_down],
        "res_model": "integration.endpoint",
        "res_id": endpoint.id,
        "company_id": endpoint.company_id.id,
        "detail": {
            "forced": breaker.forced,
            "outcomes": breaker.outcomes,
            "error": endpoint.state_ids.last_error or None,
        },
    }


def _ask(endpoints):
    known = _open_questions(endpoints).endpoint_id
    env = endpoints.env
    env["integration.exception"]._raise(
        [
            {
                "code": CODE,
                "summary": env._(
                    "%(endpoint)s does not answer, calls have stopped: %(error)s",
                    endpoint=endpoint.name,
                    error=endpoint.state_ids.last_error or env._("no error was kept"),
                ),
                "endpoint_id": endpoint.id,
                "company_id": endpoint.company_id.id,
                "res_model": "integration.endpoint",
                "res_id": endpoint.id,
                "user_id": endpoint.owner_id.id,
            }
            for endpoint in endpoints - known
        ]
    )


def _settle(endpoints):
    asked = _open_questions(endpoints)
    if asked:
        asked._resolve(endpoints.env._("Calls go through again"))


def _open_questions(endpoints):
    if not endpoints:
        return endpoints.env["integration.exception"]
    return endpoints.env["integration.exception"].search(
        [("code", "=", CODE), ("state", "=", "open"), ("endpoint_id", "in", endpoints.ids)]
    )
