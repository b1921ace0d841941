"""Watches queue_job's runner from outside: a drain that was asked for and does not come.

The runner heals its own jobs (one whose worker died is enqueued again once its lock is gone). What it cannot
heal is its own absence: not started, waiting for a lost connection, all its capacity taken. Then the sweep does
the drains' work itself, slower but surely, and a person is told.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

LATE = timedelta(minutes=3)
# The runner looks for dead jobs no earlier.
DEAD = timedelta(seconds=10)
CODE = "runner_silent"


def is_silent(env):
    """Whether a drain waits longer for a worker than any working runner lets it."""
    before = fields.Datetime.now() - LATE
    return bool(
        env.execute_query(
            SQL(
                "SELECT FROM queue_job WHERE model_name = 'integration.drain' "
                "AND state IN ('pending', 'enqueued') "
                "AND GREATEST(date_created, eta) < %s LIMIT 1",
                before,
            )
        )
    )


def nudge(env):
    """Lets the runner look for dead jobs, where a drain's job is stuck.

    A job whose worker died before it began swallows the wake-ups for its like, and the runner, which nobody
    notifies then, sleeps for a minute. Any notification makes it look.
    """
    env.cr.execute(
        SQL(
            "SELECT pg_notify('queue_job', uuid) FROM queue_job WHERE model_name = 'integration.drain' "
            "AND state = 'enqueued' AND date_enqueued < %s LIMIT 1",
            fields.Datetime.now() - DEAD,
        )
    )


def tell(env, silent):
    """Opens one question while the runner is silent, and settles it once it works again."""
    # sudo: the sweep's own question, which belongs to no document.
    asked = (
        env["integration.exception"].sudo().search([("code", "=", CODE), ("state", "=", "open")])
    )
    if silent and not asked:
        env["integration.exception"]._raise(
            [
                {
                    "code": CODE,
                    "summary": env._(
                        "Jobs wait for a worker for more than %(minutes)s minutes; the minutely sweep sends "
                        "and receives in their place.",
                        minutes=LATE.seconds // 60,
                    ),
                    "company_id": env.company.id,
                }
            ]
        )
    elif asked and not silent:
        asked._resolve(env._("Jobs are run again"))
