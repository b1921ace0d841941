"""Endpoints' guards, read from the tables and written back: one query per source, one statement to write."""

from datetime import time, timezone
from zoneinfo import ZoneInfo

from odoo.tools import SQL

from ..core import windows as maintenance
from ..core.breaker import Breaker, BreakerRules
from ..core.protection import Guard, rests_until
from ..core.token_bucket import Bucket, Rate
from ..core.windows import Once, Weekly

# Columns of integration_endpoint_state: those that a guard is made of, and how the endpoint fares.
COLUMNS = {
    "breaker": "varchar",
    "outcomes": "varchar",
    "opened_at": "timestamp",
    "breaker_wait": "integer",
    "probes_out": "integer",
    "probes_passed": "integer",
    "probe_until": "timestamp",
    "breaker_forced": "varchar",
    "tokens": "double precision",
    "bucket_clock": "timestamp",
    "not_before": "timestamp",
    "resting_until": "timestamp",
    "last_success": "timestamp",
    "last_failure": "timestamp",
    "last_error": "varchar",
    "failures": "integer",
}
# What endpoints show of their state.
SHOWN = (
    "health",
    "last_success",
    "last_failure",
    "last_error",
    "breaker",
    "breaker_forced",
    "outcomes",
    "calls",
    "closed_reason",
    "closed_until",
)
RULES = {
    "window": "breaker_window",
    "minimum": "breaker_minimum",
    "threshold": "breaker_threshold",
    "wait": "breaker_wait",
    "longest_wait": "breaker_longest_wait",
    "probes": "breaker_probes",
}
_SELECT = SQL(
    """
    SELECT s.id, s.endpoint_id, s.paused, e.active, e.calls_per_minute, e.burst, e.time_zone, %s, %s
      FROM integration_endpoint_state s
      JOIN integration_endpoint e ON e.id = s.endpoint_id
    """,
    SQL(", ").join(SQL.identifier("s", name) for name in COLUMNS),
    SQL(", ").join(
        SQL("e.%s AS %s", SQL.identifier(column), SQL.identifier(f"rule_{name}"))
        for name, column in RULES.items()
    ),
)
LOCKS = {
    # Whoever grants does not wait: another drain serves that endpoint just now.
    "skip": SQL("FOR UPDATE OF s SKIP LOCKED"),
    # Whoever has an outcome waits; all take the rows in one order, so that no two wait for each other.
    "wait": SQL("FOR UPDATE OF s"),
    "none": SQL(""),
}


def read(env, endpoint_ids, now, lock, windows=True):
    """{endpoint id: (row, Guard)} of endpoints, locked as LOCKS says; ``now`` naive UTC, as stored.

    ``row`` holds the COLUMNS and the state's id. The rows are read past the records' cache: callers have flushed.
    ``windows`` False: whoever records what came of calls needs no maintenance windows.
    """
    if not endpoint_ids:
        return {}
    rows = env.execute_query_dict(
        SQL(
            "%s WHERE s.endpoint_id IN %s ORDER BY s.endpoint_id %s",
            _SELECT,
            tuple(endpoint_ids),
            LOCKS[lock],
        )
    )
    zones = {row["endpoint_id"]: row["time_zone"] for row in rows}
    closed = _maintenance(env, zones, now) if windows else {}
    return {row["endpoint_id"]: (row, _guard(row, closed.get(row["endpoint_id"]))) for row in rows}


def write(env, changes):
    """Writes what differs, in one statement. ``changes``: [(row as read, {column: new value})], rows locked."""
    changes = [(row, new) for row, new in changes if any(row[name] != new[name] for name in new)]
    columns = [
        name
        for name in COLUMNS
        if any(name in new and row[name] != new[name] for row, new in changes)
    ]
    if not columns:
        return
    names = [SQL.identifier(name) for name in columns]
    env.cr.execute(
        SQL(
            "UPDATE integration_endpoint_state s SET %s FROM (VALUES %s) AS v(id, %s) WHERE s.id = v.id",
            SQL(", ").join(
                SQL("%s = v.%s::%s", name, name, SQL(COLUMNS[column]))
                for name, column in zip(names, columns, strict=True)
            ),
            SQL(", ").join(
                SQL("%s", (row["id"], *(new.get(column, row[column]) for column in columns)))
                for row, new in changes
            ),
            SQL(", ").join(names),
        )
    )
    env["integration.endpoint.state"].invalidate_model(flush=False)
    env["integration.endpoint"].invalidate_model(SHOWN, flush=False)


def columns_of(guard, now):
    """The columns that hold what changes of this guard."""
    breaker, bucket = guard.breaker, guard.bucket
    return {
        "breaker": breaker.state,
        "outcomes": breaker.outcomes or None,
        "opened_at": breaker.opened_at,
        "breaker_wait": breaker.wait,
        "probes_out": breaker.probes_out,
        "probes_passed": breaker.probes_passed,
        "probe_until": breaker.probe_until,
        "breaker_forced": breaker.forced,
        "tokens": bucket.tokens,
        "bucket_clock": bucket.clock,
        "not_before": guard.not_before,
        "resting_until": rests_until(guard, now),
    }


def window_value(window):
    """The core's value of a window, a record or a row."""
    if window["kind"] == "weekly":
        return Weekly(int(window["weekday"]), clock(window["hour_from"]), clock(window["hour_to"]))
    return Once(aware(window["date_from"]), aware(window["date_to"]))


def clock(hours):
    """The time of day of a number of hours, to the minute; 24 is midnight."""
    minutes = round(hours * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)


def aware(moment):
    return moment.replace(tzinfo=timezone.utc)


def _maintenance(env, zones, now):
    """{endpoint id: until when (naive UTC)} of those in a maintenance window."""
    if not zones:
        return {}
    rows = env.execute_query_dict(
        SQL(
            """
            SELECT endpoint_id, kind, weekday, hour_from, hour_to, date_from, date_to
              FROM integration_endpoint_window
             WHERE endpoint_id IN %s AND (kind = 'weekly' OR date_to > %s)
            """,
            tuple(zones),
            now,
        )
    )
    by_endpoint = {}
    for row in rows:
        by_endpoint.setdefault(row["endpoint_id"], []).append(window_value(row))
    closed = {}
    for endpoint_id, found in by_endpoint.items():
        until = maintenance.closed_until(found, ZoneInfo(zones[endpoint_id]), aware(now))
        if until is not None:
            closed[endpoint_id] = until.replace(tzinfo=None)
    return closed


def _guard(row, maintenance_until):
    rate = row["calls_per_minute"]
    return Guard(
        breaker=Breaker(
            state=row["breaker"],
            outcomes=row["outcomes"] or "",
            opened_at=row["opened_at"],
            wait=row["breaker_wait"] or 0,
            probes_out=row["probes_out"] or 0,
            probes_passed=row["probes_passed"] or 0,
            probe_until=row["probe_until"],
            forced=row["breaker_forced"],
        ),
        rules=BreakerRules(**{name: row[f"rule_{name}"] for name in RULES}),
        bucket=Bucket(row["tokens"] or 0.0, row["bucket_clock"]),
        rate=Rate(rate, row["burst"]) if rate else None,
        archived=not row["active"],
        paused=bool(row["paused"]),
        not_before=row["not_before"],
        maintenance_until=maintenance_until,
    )
