"""After the storm: waits until nothing moves by itself, lets time pass, and waits again, until all is settled.

Time passes only while nothing runs: leases, waits and locks are never shortened under a living worker. Then one
statement moves them into the past, and the next sweep finds what a dead worker left behind.
"""

import time

from odoo.addons.healthcare_procurement_connector.core.delivery import FINAL

from .verdict import ASKED_ABOUT

MOVING_JOBS = """
SELECT count(*) AS count FROM queue_job
 WHERE state IN ('enqueued', 'started') OR (state = 'pending' AND (eta IS NULL OR eta <= now() AT TIME ZONE 'utc'))
"""
STATES = "SELECT direction, state, count(*) AS count FROM integration_message GROUP BY 1, 2 ORDER BY 1, 2"
# What waits behind an older message of its key that a person decides about waits with it; so does an answer to it.
UNSETTLED = """
SELECT count(*) AS count FROM integration_message m
 WHERE m.state NOT IN %(settled)s AND NOT EXISTS (
       SELECT FROM integration_message head
        WHERE head.endpoint_id = m.endpoint_id AND head.business_key = m.business_key
          AND (head.direction = m.direction AND head.id < m.id OR m.state = 'waiting')
          AND head.state IN %(asked)s)
"""
# A day, on every clock that something waits for.
CLOCKS = {
    "integration_lane": ("lease_until",),
    # A retry's drain waits for its time as well.
    "queue_job": ("eta",),
    "integration_message": ("lease_until", "next_attempt"),
    "integration_endpoint_state": (
        "opened_at",
        "probe_until",
        "not_before",
        "resting_until",
        "bucket_clock",
    ),
}
WAKE_THE_SWEEP = """
UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'utc'
 WHERE id = (SELECT res_id FROM ir_model_data
              WHERE module = 'healthcare_procurement_connector' AND name = 'cron_sweep')
"""
STILL = 2.0
POLL = 0.5
# A dead job is found by the runner's next round, at the latest after a minute.
LONGEST_STANDSTILL = 150


class Settling:
    def __init__(self, cluster, partners, say):
        self._cluster = cluster
        self._partners = partners
        self._say = say
        self.longest_standstill = 0.0

    def wait(self, deadline):
        """Returns whether all was settled within ``deadline`` seconds; the books show what was not."""
        until = time.monotonic() + deadline
        while time.monotonic() < until:
            if not self.quiet(until - time.monotonic()):
                break
            if not self._unsettled() and not self._partners.pending():
                self._say(f"settled: {self._states()}")
                return True
            self._say(f"quiet, but not settled: {self._states()}; time passes")
            self.let_time_pass()
        self._say(f"NOT settled: {self._states()}; jobs moving: {self._moving()}")
        return False

    def quiet(self, deadline):
        """Waits until no job runs or may run and no document is being handed over, and that for a while."""
        until = time.monotonic() + deadline
        since, states, changed = None, None, time.monotonic()
        while time.monotonic() < until:
            moving = self._moving() or self._partners.pending()
            now = time.monotonic()
            found = (moving, self._states())
            if found != states:
                states, changed = found, now
            if moving:
                since = None
                self.longest_standstill = max(self.longest_standstill, now - changed)
                if now - changed > LONGEST_STANDSTILL:
                    self._say(f"nothing has moved for {LONGEST_STANDSTILL} s")
                    return False
            elif since is None:
                since = now
            elif now - since > STILL:
                return True
            time.sleep(POLL)
        return False

    def let_time_pass(self):
        """Only when all is quiet: what a dead worker left behind is found, what waits for its time is due."""
        for table, clocks in CLOCKS.items():
            moved = ", ".join(f"{clock} = {clock} - interval '1 day'" for clock in clocks)
            set_ones = f"num_nonnulls({', '.join(clocks)}) > 0"
            self._cluster.rows(f"UPDATE {table} SET {moved} WHERE {set_ones}")
        self._cluster.rows(WAKE_THE_SWEEP)
        self._cluster.rows("SELECT pg_notify('cron_trigger', 'chaos')", database="postgres")
        # The sweep comes by its own clock; what it does shows in the jobs.
        time.sleep(STILL)

    def _moving(self):
        return self._cluster.rows(MOVING_JOBS)[0]["count"]

    def _unsettled(self):
        states = {"settled": tuple(FINAL | ASKED_ABOUT), "asked": tuple(ASKED_ABOUT)}
        return self._cluster.rows(UNSETTLED, states)[0]["count"]

    def _states(self):
        return ", ".join(
            f"{row['direction']} {row['state']} {row['count']}"
            for row in self._cluster.rows(STATES)
        )
