"""Protects partners from us and us from partners: how many calls may go now, and what came of them.

The drain asks ``grant`` before it claims, tells ``note`` when it records, and ``give_back`` what it was granted
and did not call. Each runs inside the caller's READ COMMITTED transaction (services/transactions.py), takes one
query per source and one statement to write, and locks nothing but the state rows of the endpoints it is given.
The rules are in core/protection.py.

Crash point: a worker that dies with calls granted has spent their tokens, which come again, and holds its
probes until their lease ends; nothing else.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from odoo.tools import SQL
from odoo.tools.misc import format_datetime, format_time

from ..core import protection as rules
from ..core.breaker import FAILED, signal
from . import endpoint_guards as guards
from .endpoint_transitions import tell_transitions


@dataclass(frozen=True, slots=True)
class Closed:
    """``reason``: a key of core.protection.REASONS; ``text`` for people; ``until`` naive UTC, if that is known."""

    reason: str
    text: str
    until: datetime | None


def grant(env, wanted, now):
    """{endpoint id: how many of the ``wanted`` calls it may take now}; an endpoint left out may take none.

    ``wanted``: {endpoint id: number of calls}; ``now``: naive UTC. Left out is an endpoint whose state another
    drain holds just now. What is granted is counted when the caller commits.
    """
    env.flush_all()
    found = guards.read(env, [key for key, calls in wanted.items() if calls > 0], now, "skip")
    granted, changes = {}, []
    for endpoint_id, (row, guard) in found.items():
        after, granted[endpoint_id] = rules.grant(guard, wanted[endpoint_id], now)
        changes.append((row, guards.columns_of(after, now)))
    guards.write(env, changes)
    return granted


def opens_in(env, now):
    """Seconds until the first endpoint opens that was wanted and is closed for a while; None if there is none.

    At most a minute: a drain that found nothing it may send is to be woken then, or the sweep does it.
    """
    rows = env.execute_query(
        SQL(
            "SELECT min(resting_until) FROM integration_endpoint_state WHERE resting_until > %s",
            now,
        )
    )
    return (rows[0][0] - now).total_seconds() if rows[0][0] else None


def give_back(env, unused, now):
    """Returns tokens and probes of calls that were granted and not made; ``unused``: {endpoint id: calls}."""
    note(env, (), now, unused)


def note(env, outcomes, now, unused=None):
    """Records what calls say about their endpoints; the last thing to do before the caller commits.

    ``outcomes``: in the order in which they ended, each with ``endpoint_id``, ``error`` (an IntegrationError or
    None) and ``seconds``; ``unused`` as in ``give_back``. Whoever has both gives them together: the rows are
    locked once, in one order. When a breaker opens or closes again a fact and an audit entry are recorded, and
    one exception for the endpoint's owner is opened or resolved.
    """
    ended = defaultdict(list)
    for outcome in outcomes:
        ended[outcome.endpoint_id].append(outcome)
    unused = {key: calls for key, calls in (unused or {}).items() if calls > 0}
    env.flush_all()
    changes, turned = [], {}
    found = guards.read(env, ended.keys() | unused.keys(), now, "wait", windows=False)
    for endpoint_id, (row, before) in found.items():
        guard, health = rules.give_back(before, unused.get(endpoint_id, 0)), {}
        for outcome in ended[endpoint_id]:
            guard = rules.note(guard, outcome.error, outcome.seconds, now)
            health |= _health(health.get("failures", row["failures"]), outcome.error, now)
        changes.append((row, {**guards.columns_of(guard, now), **health}))
        if guard.breaker.is_down != before.breaker.is_down:
            turned[endpoint_id] = guard.breaker
    guards.write(env, changes)
    tell_transitions(env, turned, now)


def closed_until(env, endpoints, now):
    """{endpoint id: Closed} of those that may not be called now."""
    for model in ("", ".state", ".window"):
        env[f"integration.endpoint{model}"].flush_model()
    closed = {}
    for endpoint_id, (_row, guard) in guards.read(env, endpoints.ids, now, "none").items():
        why = rules.why_closed(guard, now)
        if why:
            endpoint = endpoints.browse(endpoint_id)
            closed[endpoint_id] = Closed(why.reason, _text(endpoint, why, now), why.until)
    return closed


def _health(failures, error, now):
    """How the endpoint fares after a call; ``failures``: how many in a row there were before it."""
    if error is None:
        return {"last_success": now, "failures": 0}
    failures += signal(error) == FAILED
    return {"last_failure": now, "last_error": str(error), "failures": failures}


def _text(endpoint, why, now):
    env = endpoint.env
    when = _when(env, why.until, now) if why.until else ""
    if why.reason == "paused":
        # sudo: whoever sees the endpoint is told who paused it, a colleague of another company too.
        state = endpoint.sudo().state_ids
        who = state.paused_by_id.name or env._("the system")
        return env._("Paused by %(who)s: %(reason)s", who=who, reason=state.pause_reason)
    texts = {
        "archived": env._("Archived"),
        "forced_open": env._("Breaker forced open: no calls until an operator lets them through"),
        "maintenance": env._("Maintenance until %s", when),
        "not_before": env._("The partner asked us to wait until %s", when),
        "open": env._("Breaker open, next probe %s", when),
        "rate": env._("Rate limit, next call %s", when),
    }
    return texts[why.reason]


def _when(env, moment, now):
    """In the user's time zone; a time of today without its date."""
    days = {guards.aware(each).astimezone(env.tz).date() for each in (moment, now)}
    if len(days) == 1:
        return format_time(env, moment, time_format="short")
    return format_datetime(env, moment, dt_format="short")
