"""The bus's drain: position what is committed, claim who is due, call them in threads, record, repeat.

Crash points, and what each leaves behind:

- after the claim is committed: a lease that ends; the subscription is claimed again.
- during or after the calls, before they are recorded: the same; events already told are told again with the
  same id, which is what subscribers recognise repeats by. At most a run's worth: 20 events or one second.

A subscriber that is slow keeps one thread busy and its own lease; the others are claimed and called meanwhile.
"""

import random
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from odoo import fields
from odoo.tools import SQL

from odoo.addons.healthcare_procurement_connector.services import transactions

from . import claim, relay
from .outcome import record_results
from .send import send_run
from .transport import TRANSPORT, WIDTH

POLL_SECONDS = 0.5


class Drain:
    """``transport``, ``now`` and ``dice`` are the real ones unless a test brings its own."""

    def __init__(self, env, transport=None, now=fields.Datetime.now, dice=random.random):
        self.env = env
        self._transport = transport or TRANSPORT
        self._now = now
        self._random = dice

    def has_work(self):
        """Whether anything waits for the relay, or any subscription is due."""
        due = SQL("%s LIMIT 1", claim.due(self._now()))
        return relay.waiting(self.env) or bool(self.env.execute_query(due))

    def run(self, seconds):
        """Serves subscriptions until none is due or the time is up; returns how many calls it made.

        Needs a cursor on which it may commit. No transaction is open while a subscriber is called.
        """
        deadline, calls, running = time.monotonic() + seconds, 0, set()
        with ThreadPoolExecutor(WIDTH, thread_name_prefix="event-bus") as pool:
            while True:
                if time.monotonic() < deadline:
                    for run in self._claim(WIDTH - len(running)):
                        running.add(pool.submit(send_run, run, self._transport))
                if not running:
                    return calls
                finished, running = wait(running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
                results = [future.result() for future in finished]
                calls += sum(len(result.calls) for result in results)
                if results:
                    self._record(results)

    def _claim(self, limit):
        transactions.read_committed(self.env.cr)
        relay.relay(self.env)
        runs = claim.claim(self.env, self._now(), limit) if limit else []
        transactions.commit(self.env)
        return runs

    def _record(self, results):
        transactions.read_committed(self.env.cr)
        record_results(self.env, results, self._now(), self._random)
        transactions.commit(self.env)
