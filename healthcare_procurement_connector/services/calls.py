"""Calls to partners' systems: many at a time, in threads that know no Odoo.

A lane has one call under way at most, so what shares a lane keeps its order. An endpoint has at most its share
of the threads: one that hangs costs its own slots, never another's.
"""

import random
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

from ..core.exceptions import AmbiguousError, IntegrationError
from ..core.outcome import Verdict, after_sending
from ..transports.base import Limits, Reply, Request
from ..transports.reply import classify

THREADS = 24
# Of these one endpoint gets at most so many, however many calls at a time it takes.
SHARE = 12
# More are asked for where fewer calls than that wait, or threads have no lane; where so many wait, never.
RESERVE, PLENTY = 48, 200
# A lane whose call takes longer than that is not given more, nor counted on.
SLOW_SECONDS = 1.0
# A lane with fewer calls than that waiting may be given more.
LOW = 8


@dataclass(frozen=True, slots=True)
class Call:
    """What a thread needs to send one message: plain values only."""

    message_id: int
    endpoint_id: int
    lane_id: int
    attempt: int
    max_attempts: int
    schedule: tuple[float, ...]
    idempotent: bool
    request: Request
    limits: Limits
    # Raises where an answer that HTTP calls a success says otherwise in the format's own words.
    judge: Callable[[Reply], None] | None = None


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
    idempotent: bool = True


class CallPool:
    """Takes calls by ``add``, gives their outcomes by ``collect``. Begins none after ``deadline``.

    ``deadline`` is of ``time.monotonic``. As a context it waits in the end for the calls under way, which their
    own time limits bound.
    """

    def __init__(self, transport, deadline, threads=THREADS, share=SHARE):
        self._transport = transport
        self._deadline = deadline
        self._share = share
        lock = threading.Lock()
        self._begin = threading.Condition(lock)  # threads wait for calls
        self._end = threading.Condition(lock)  # the drain waits for outcomes
        self._lanes = OrderedDict()  # lane: calls not begun; the lane that waits longest first
        self._busy = {}  # lane: since when its call is under way
        self._running = Counter()  # endpoint: calls under way
        self._ended = deque()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"outbox-{number}", daemon=True)
            for number in range(threads)
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        with self._begin:
            self._closed = True
            self._begin.notify_all()
        for thread in self._threads:
            thread.join()

    def add(self, calls):
        with self._begin:
            for call in calls:
                self._lanes.setdefault(call.lane_id, deque()).append(call)
            self._begin.notify(len(calls))

    def room(self):
        """How many more lanes it could work for now: one for each thread without, many where few calls wait.

        Calls behind a slow one do not count. Not more lanes than it can use: they would be missing elsewhere.
        """
        with self._begin:
            slow = self._slow()
            ready = sum(len(calls) for lane, calls in self._lanes.items() if lane not in slow)
            if ready < RESERVE:
                return len(self._threads)
            used = len(self._lanes.keys() | self._busy.keys())
            return max(len(self._threads) - used, 0) if ready < PLENTY else 0

    def lanes(self):
        """The lanes with calls under way or not begun."""
        with self._begin:
            return self._lanes.keys() | self._busy.keys()

    def full(self):
        """The lanes that are not to be given more calls now."""
        with self._begin:
            long = {lane for lane, calls in self._lanes.items() if len(calls) >= LOW}
            return self._slow() | long

    def hangs(self):
        """Whether a call is under way that takes long."""
        with self._begin:
            return bool(self._slow())

    def idle(self):
        """Whether nothing waits, nothing is under way and all outcomes were collected."""
        with self._begin:
            return not (self._lanes or self._busy or self._ended)

    def collect(self, most, seconds):
        """The outcomes that are there, at most ``most``.

        Waits up to ``seconds`` for that many; not longer than until nothing is under way, nor when one belongs
        to a partner that takes no repeats: that one is to be recorded at once.
        """
        until = time.monotonic() + seconds
        with self._end:
            while not self._enough(most) and (left := until - time.monotonic()) > 0:
                self._end.wait(left)
            return [self._ended.popleft() for _ in range(min(most, len(self._ended)))]

    def give_up(self):
        """Takes back the calls not begun; nothing new begins."""
        with self._begin:
            calls = [call for calls in self._lanes.values() for call in calls]
            self._lanes.clear()
            return calls

    def _enough(self, most):
        return (
            not (self._busy or self._lanes)
            or len(self._ended) >= most
            or any(not outcome.idempotent for outcome in self._ended)
        )

    def _slow(self):
        since = time.monotonic() - SLOW_SECONDS
        return {lane for lane, started in self._busy.items() if started < since}

    # -- in the threads ------------------------------------------------------------------------------

    def _work(self):
        while (call := self._next()) is not None:
            outcome = _attempt(self._transport, call)
            with self._end:
                self._ended.append(outcome)
                self._running[call.endpoint_id] -= 1
                del self._busy[call.lane_id]
                self._end.notify()

    def _next(self):
        """The next call that may begin; None when the pool is closed."""
        with self._begin:
            while not self._closed:
                call = self._take() if time.monotonic() < self._deadline else None
                if call is not None:
                    return call
                self._begin.wait()
        return None

    def _take(self):
        for lane, calls in self._lanes.items():
            if lane in self._busy:
                continue
            if self._running[calls[0].endpoint_id] >= self._share:
                continue
            call = calls.popleft()
            self._busy[lane] = time.monotonic()
            self._running[call.endpoint_id] += 1
            if calls:
                self._lanes.move_to_end(lane)
            else:
                del self._lanes[lane]
            return call
        return None


def _attempt(transport, call):
    started = time.monotonic()
    reply = error = None
    try:
        reply = transport.send(call.request, call.limits)
        classify(reply)
        if call.judge:
            call.judge(reply)
    except IntegrationError as failure:
        error = failure
    except Exception as failure:
        # A fault of our own in the middle of a call: it may have been sent, and must not lose the others.
        error = AmbiguousError(f"{type(failure).__name__}: {failure}", "internal")
    verdict = after_sending(
        error,
        call.attempt,
        call.max_attempts,
        call.idempotent,
        random.random(),
        call.schedule,
    )
    return Outcome(
        call.message_id,
        call.endpoint_id,
        call.attempt,
        verdict,
        time.monotonic() - started,
        error,
        reply,
        call.idempotent,
    )
