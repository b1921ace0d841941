"""Records what became of runs: cursor, failures, attempts, and the exception a person gets, in one transaction."""

from datetime import timedelta

from odoo.tools import SQL

from odoo.addons.healthcare_procurement_connector.core.backoff import SCHEDULE, next_delay
from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    TransientError,
)

from ..core.delivery_plan import Failure, judge

STATUS = {"suspend": "suspended", "disable": "disabled"}


def record_results(env, results, now, random):
    """A run whose lease was lost (a replay moved the cursor meanwhile) moves nothing; its calls are logged."""
    moved = []
    for result in results:
        verdict = verdict_on(result.error, result.failures_before, random())
        if _move(env, result, verdict, now):
            moved.append((result, verdict))
    env["integration.subscription.state"].invalidate_model(flush=False)
    _log(env, results, now)
    _tell_people(env, [pair for pair in moved if pair[1].kind in STATUS])


def verdict_on(error, failures, random):
    """The verdict on one call that ended with ``error`` (None: delivered) after ``failures`` in a row."""
    if error is None:
        return judge(None, failures, None)
    failure = Failure(error.code, isinstance(error, TransientError | AmbiguousError))
    wait = next_delay(failures, SCHEDULE, getattr(error, "retry_after", None), random)
    return judge(failure, failures, wait)


def _move(env, result, verdict, now):
    run, last = result.run, result.calls[-1] if result.calls else None
    position = _position(result)
    values = {
        "lease_until": None,
        "lease_token": None,
        "failures": result.failures_before + 1 if result.error else 0,
        "next_attempt": now + timedelta(seconds=verdict.wait) if verdict.wait is not None else None,
    }
    if position is not None:
        values["position"] = position
    if result.delivered:
        values["last_success"] = now
    if last:
        values["last_status"] = last.status
        values["last_error"] = str(result.error) if result.error else None
    if result.error:
        values["last_failure"] = now
    assignments = [SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()]
    if verdict.kind in STATUS:
        # Whoever paused it meanwhile is not overruled.
        assignments.append(
            SQL("status = CASE status WHEN 'running' THEN %s ELSE status END", STATUS[verdict.kind])
        )
    return env.execute_query(
        SQL(
            "UPDATE integration_subscription_state SET %s WHERE subscription_id = %s AND lease_token = %s "
            "RETURNING id",
            SQL(", ").join(assignments),
            run.subscription_id,
            run.token,
        )
    )


def _position(result):
    """Where the cursor goes: behind the last event delivered, or to the run's end if all were."""
    run = result.run
    if len(result.delivered) == len(run.events) and run.end is not None:
        return run.end
    return result.delivered[-1].position if result.delivered else None


def _log(env, results, now):
    # sudo: the log is closed to writes; these are the bus's own rows.
    env["integration.event.delivery"].sudo()._log(
        [(result.run.subscription_id, call) for result in results for call in result.calls], now
    )


def _tell_people(env, stopped):
    if not stopped:
        return
    # sudo: the drain serves all companies; it reads the subscriptions it has just stopped.
    subscriptions = env["integration.subscription"].sudo()
    exceptions, entries = [], []
    for result, verdict in stopped:
        subscription = subscriptions.browse(result.run.subscription_id)
        exceptions.append(
            {
                "code": "subscriber_failed",
                "summary": env._(
                    "%(name)s no longer takes events: %(reason)s",
                    name=subscription.name,
                    reason=str(result.error),
                ),
                "res_model": subscription._name,
                "res_id": subscription.id,
                "company_id": subscription.company_id.id,
                "user_id": subscription.owner_id.id,
            }
        )
        entries.append(
            subscription._audit_entry(
                f"subscription.{STATUS[verdict.kind]}", {"code": result.error.code}
            )
        )
    env["integration.exception"]._raise(exceptions)
    env["integration.audit"]._append(entries)
