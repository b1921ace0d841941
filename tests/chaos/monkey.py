"""Kills Odoo's workers and PostgreSQL, again and again, by seeded dice."""

import threading
import time
from random import Random

import psycopg2

# Of so many kills: whoever runs a drain just now, any HTTP worker, the cron worker, queue_job's runner.
VICTIMS = {"drain": 5, "WorkerHTTP": 3, "WorkerCron": 1, "WorkerJobRunner": 1}
DRAINING = "SELECT worker_pid FROM queue_job WHERE state = 'started' AND worker_pid IS NOT NULL"
# The moments that matter: a call is under way, a document is being applied.
BUSY = " AND EXISTS (SELECT FROM integration_message WHERE state IN ('sending', 'processing'))"
LOOKS, BETWEEN_LOOKS = 60, 0.05


class Monkey:
    """Works in a thread of its own; ``done`` is set when it has broken what the plan wants.

    It goes on killing workers until it is stopped.
    """

    def __init__(self, plan, odoo, cluster, say):
        self.done = threading.Event()
        self.error = None
        self.kills = {kind: 0 for kind in VICTIMS}
        self.outages = []
        self._plan = plan
        self._odoo = odoo
        self._cluster = cluster
        self._say = say
        self._dice = Random(f"{plan.seed}/monkey")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="monkey", daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        """Returns when PostgreSQL is up and the monkey is away."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self):
        plan = self._plan
        try:
            while not self._stop.wait(self._dice.uniform(*plan.between_kills)):
                self._kill()
                killed, outages = sum(self.kills.values()), len(self.outages)
                if outages < plan.restarts and killed * plan.restarts >= (outages + 1) * plan.kills:
                    self._restart_postgres()
                if killed >= plan.kills and len(self.outages) == plan.restarts:
                    self.done.set()
        except Exception as error:
            self.error = error
            self.done.set()

    def _kill(self):
        victim = self._dice.choices(list(VICTIMS), list(VICTIMS.values()))[0]
        workers = self._odoo.workers()
        if victim == "drain":
            found = [pid for pid in self._draining() if pid in workers]
        else:
            found = [pid for pid, kind in workers.items() if kind == victim]
        if found and self._odoo.kill(self._dice.choice(sorted(found))):
            self.kills[victim] += 1

    def _draining(self):
        """Whoever runs a drain, in the midst of it if that comes within some seconds."""
        try:
            for _ in range(LOOKS):
                found = self._cluster.rows(DRAINING + BUSY)
                if found or self._stop.wait(BETWEEN_LOOKS):
                    break
            return [row["worker_pid"] for row in found or self._cluster.rows(DRAINING)]
        except psycopg2.OperationalError:
            return []

    def _restart_postgres(self):
        began = time.time()
        self._cluster.crash()
        self._stop.wait(self._dice.uniform(0.1, 2.0))
        self._cluster.start()
        self.outages.append((began, time.time()))
        self._say(f"PostgreSQL was away {time.time() - began:.1f} s; workers killed: {self.kills}")
        self._stop.wait(self._plan.after_restart)
