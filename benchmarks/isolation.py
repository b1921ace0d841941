"""Isolation: what the other 19 of 20 endpoints lose when one of them is in a bad state.

The same orders are queued for 20 endpoints each time; the clock runs until each message of the 19 sound ones has its
recorded outcome. ``hanging``: the sick one takes requests and then says nothing until our time limit ends the call;
``garbage``: it answers 200 with random bytes; ``errors``: it answers 500. The baseline is the same with all sound.
``hanging_long`` is ``hanging`` with sound partners that answer after a second, so that the work outlasts a drain: the
one that waits for the sick endpoint must not keep the next one from the others.
"""

from contextlib import ExitStack

from _deliveries import PATIENCE, Deliveries
from _hospital import SUPPLIERS, fill, identity
from _odoo import (
    Server,
    SetupError,
    capacity,
    databases_with,
    odoo_environment,
    run_as_script,
    run_until,
)
from _report import ROUNDS, alternating, emit, median, say, spread
from _sick import KINDS, Sick
from _sink import Sink

CODES = [f"supplier{number:02d}" for number in range(1, SUPPLIERS + 1)]
SICK = CODES[0]
EACH_TAKES = 4
LEAST = 0.8
ANSWER_SECONDS = 1.0
LONG_ROUNDS = 2
# Nothing that a round taught us about the sick endpoint may help in the next one.
FORGET_STATE = """
UPDATE integration_endpoint_state
   SET breaker = 'closed', outcomes = NULL, opened_at = NULL, breaker_wait = 0, probes_out = 0, probes_passed = 0,
       probe_until = NULL, not_before = NULL, resting_until = NULL, failures = 0
"""


class Isolation(Deliveries):
    """Rounds in which one endpoint is sick, and only the others count."""

    def run_with(self, sink, sick_url):
        """Messages per second of the sound endpoints."""
        self._rest()
        self.use(CODES, sink, EACH_TAKES)
        with odoo_environment(self.name) as env:
            endpoint = env["integration.endpoint"].search([("code", "=", SICK)])
            endpoint.url = f"{sick_url}/orders"
            sick = endpoint.id
        self._forget()
        sink.forget()
        with odoo_environment(self.name) as env:
            env.cr.execute(FORGET_STATE)
            env.cr.commit()
            self._queue(env)
            ours = f"FROM integration_message WHERE id > {self.watermark} AND endpoint_id != {sick}"
            seconds = run_until(
                self.name,
                env.cr.commit,
                f"SELECT count(*) {ours} AND state IN ('queued', 'sending', 'retrying')",
                PATIENCE,
                "deliveries of the sound endpoints",
            )
            env.cr.rollback()
            env.cr.execute(f"SELECT count(*), count(*) FILTER (WHERE state = 'sent') {ours}")
            count, sent = env.cr.fetchone()
        if count != sent or not count:
            raise SetupError(f"{sent} of {count} messages of the sound endpoints were sent.")
        return count / seconds

    def _forget(self):
        with odoo_environment(self.name) as env:
            # What the sick one made of its messages.
            env.cr.execute(
                "DELETE FROM integration_exception WHERE message_id > %s", [self.watermark]
            )
        super()._forget()

    def _rest(self):
        """The round before may still wait for its sick endpoint: no work is left to whoever comes back."""
        with odoo_environment(self.name) as env:
            env["integration.endpoint"].search([("code", "=", SICK)]).active = False
        super()._rest()


def main():
    with ExitStack() as stack:
        (name,) = stack.enter_context(databases_with(fill, identity()))
        stack.enter_context(Server(name))
        sink, slow = (stack.enter_context(Sink(delay)) for delay in (0.0, ANSWER_SECONDS))
        sick = {kind: stack.enter_context(Sick(kind)) for kind in KINDS}
        isolation = Isolation(name)
        say(f"isolation: {isolation.count} orders for {SUPPLIERS} endpoints, one of them sick")
        _compare(isolation, sink, sick, {kind: kind for kind in KINDS})
        _compare(isolation, slow, sick, {"hanging_long": "hanging"}, LONG_ROUNDS)


def _compare(isolation, sink, sick, metrics, rounds=ROUNDS):
    """``metrics``: {name: how the sick endpoint is}; each against the same with all sound."""
    found = alternating(
        {"all sound": lambda: isolation.run_with(sink, sink.url)}
        | {
            metric: lambda url=sick[kind].url: isolation.run_with(sink, url)
            for metric, kind in metrics.items()
        },
        rounds,
    )
    baseline = median(found["all sound"])
    for metric in metrics:
        value = median(found[metric])
        emit(
            "isolation",
            metric,
            value,
            "messages/s",
            baseline,
            value / baseline,
            (">=", LEAST),
            endpoints=SUPPLIERS,
            messages=isolation.count,
            rounds=spread(found[metric]),
            baseline_rounds=spread(found["all sound"]),
            **capacity(),
        )


if __name__ == "__main__":
    run_as_script(main)
