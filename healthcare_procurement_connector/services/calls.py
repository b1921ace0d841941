"""Calls to partners' systems: many at a time, each endpoint within its own limit, in threads without Odoo."""

import random
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass

from ..core.exceptions import AmbiguousError, IntegrationError
from ..core.outcome import Verdict, after_sending
from ..transports.base import Limits, Reply, Request
from ..transports.reply import classify

POOL = 16


@dataclass(frozen=True, slots=True)
class Call:
    """What a thread needs to send one message: plain values only."""

    message_id: int
    endpoint_id: int
    attempt: int
    max_attempts: int
    idempotent: bool
    concurrency: int
    request: Request
    limits: Limits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt. ``attempt`` tells it from later ones of the same message."""

    message_id: int
    endpoint_id: int
    attempt: int
    verdict: Verdict
    seconds: float = 0.0
    error: IntegrationError | None = None
    reply: Reply | None = None


def outcomes_of(transport, calls, deadline):
    """Yields an Outcome per call as it ends; what the deadline leaves unstarted is returned as a list.

    A slow endpoint fills only its own slots: its further calls wait here, not in the pool.
    """
    waiting = {}
    for call in calls:
        waiting.setdefault(call.endpoint_id, deque()).append(call)
    with ThreadPoolExecutor(POOL, thread_name_prefix="outbox") as pool:
        running = set()
        for queue in waiting.values():
            for _ in range(min(len(queue), queue[0].concurrency)):
                running.add(pool.submit(_attempt, transport, queue.popleft()))
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                outcome = future.result()
                queue = waiting[outcome.endpoint_id]
                if queue and time.monotonic() < deadline:
                    running.add(pool.submit(_attempt, transport, queue.popleft()))
                yield outcome
    return [call for queue in waiting.values() for call in queue]


def _attempt(transport, call):
    started = time.monotonic()
    reply = error = None
    try:
        reply = transport.send(call.request, call.limits)
        classify(reply)
    except IntegrationError as failure:
        error = failure
    except Exception as failure:
        # A fault of our own in the middle of a call: it may have been sent, and must not lose the others.
        error = AmbiguousError(f"{type(failure).__name__}: {failure}", "internal")
    verdict = after_sending(
        error, call.attempt, call.max_attempts, call.idempotent, random.random()
    )
    return Outcome(
        call.message_id,
        call.endpoint_id,
        call.attempt,
        verdict,
        time.monotonic() - started,
        error,
        reply,
    )
