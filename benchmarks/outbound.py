"""Outbound: from confirmed orders of 5 lines to their recorded outcome, rendering and signing included.

- ``noop``: against queue_job with a do-nothing job for each message, on the same server with the same capacity.
  Only the run is timed, the 2,000 jobs are enqueued before; ours also pays for waking its drain.
- ``bare``: against one process with a plain loop: POST of the same bytes, UPDATE and COMMIT for each message.
- ``latency``: to a partner that answers after 200 ms, against what the pool of calls allows at once.

Confirming is not measured: the orders were confirmed by Odoo before.
"""

import json
import subprocess
import sys
from pathlib import Path

from _deliveries import PATIENCE, Deliveries
from _hospital import LINES, SUPPLIERS, fill, identity
from _odoo import (
    WORKERS,
    Server,
    capacity,
    databases_with,
    dsn,
    odoo_environment,
    run_as_script,
    run_until,
)
from _report import alternating, emit, median, say, spread
from _sink import Sink

ALL = ["all"]
EACH = [f"supplier{number:02d}" for number in range(1, SUPPLIERS + 1)]
# What an endpoint takes at a time: one for all suppliers as much as it may, each of many its default.
ONE_TAKES, EACH_TAKES = 16, 4
ANSWER_SECONDS = 0.2


def main():
    with databases_with(fill, identity()) as (name,), Server(name), Sink() as sink:
        deliveries = Deliveries(name)
        _throughput(deliveries, sink)
        with Sink(ANSWER_SECONDS) as slow:
            _latency(deliveries, slow)


def _throughput(deliveries, sink):
    say(f"outbound: {deliveries.count} orders")

    def ours(codes, concurrency):
        deliveries.use(codes, sink, concurrency)
        return deliveries.run(sink)

    found = alternating(
        {
            "1 endpoint": lambda: ours(ALL, ONE_TAKES),
            "bare": lambda: _bare(deliveries, sink),
            "20 endpoints": lambda: ours(EACH, EACH_TAKES),
            "noop": lambda: _noop(deliveries),
        }
    )
    for endpoints in (1, SUPPLIERS):
        rates = found["1 endpoint" if endpoints == 1 else f"{SUPPLIERS} endpoints"]
        for metric, least in (("noop", 5), ("bare", 0.7)):
            value, baseline = median(rates), median(found[metric])
            emit(
                "outbound",
                metric,
                value,
                "messages/s",
                baseline,
                value / baseline,
                (">=", least),
                endpoints=endpoints,
                messages=deliveries.count,
                lines=LINES,
                rounds=spread(rates),
                baseline_rounds=spread(found[metric]),
                not_measured="confirming the orders",
                **capacity(),
            )


def _noop(deliveries):
    """Jobs per second of as many jobs that do nothing; the clock starts when all are enqueued."""
    with odoo_environment(deliveries.name) as env:
        for _ in range(deliveries.count):
            env["bench.baseline"].with_delay()._job_nothing()
        seconds = run_until(
            deliveries.name,
            env.cr.commit,
            "SELECT count(*) FROM queue_job WHERE method_name = '_job_nothing' AND state != 'done'",
            PATIENCE,
            "jobs that do nothing",
        )
    return deliveries.count / seconds


def _bare(deliveries, sink):
    """Messages per second of the plain loop over the documents of the round before."""
    bodies = deliveries.bodies()
    deliveries.put_back()
    sink.forget()
    done = subprocess.run(
        [
            sys.executable,
            Path(__file__).with_name("_bare.py"),
            dsn(deliveries.name),
            f"{sink.url}/orders",
        ],
        input=json.dumps(bodies),
        capture_output=True,
        text=True,
        check=True,
    )
    deliveries.check_arrived(sink)
    return len(bodies) / float(done.stdout)


def _latency(deliveries, slow):
    from odoo.addons.healthcare_procurement_connector.services.calls import SHARE, THREADS

    say(f"outbound: a partner that answers after {ANSWER_SECONDS} s")

    def ours(codes, concurrency):
        deliveries.use(codes, slow, concurrency)
        return deliveries.run(slow)

    found = alternating(
        {
            1: lambda: ours(ALL, ONE_TAKES),
            SUPPLIERS: lambda: ours(EACH, EACH_TAKES),
        }
    )
    for endpoints, rates in found.items():
        pool, share = WORKERS * THREADS, WORKERS * SHARE
        at_once = min(share, ONE_TAKES) if endpoints == 1 else min(pool, endpoints * EACH_TAKES)
        allowed = at_once / ANSWER_SECONDS
        emit(
            "outbound",
            "latency",
            median(rates),
            "messages/s",
            allowed,
            median(rates) / allowed,
            (">=", 0.8),
            endpoints=endpoints,
            pool=pool,
            calls_at_once=at_once,
            answer_seconds=ANSWER_SECONDS,
            messages=deliveries.count,
            rounds=spread(rates),
            **capacity(),
        )


if __name__ == "__main__":
    run_as_script(main)
