"""Visits to partners' folders: several at a time, in threads that know no Odoo.

A thread looks, reads a file and hands it over; it waits until whoever stores files has committed it, and only then
moves it away. So a file is either still in the partner's folder or stored here, perhaps both, never neither.
"""

import queue
import threading
import time
from dataclasses import dataclass, field, replace

from ..core.exceptions import AmbiguousError, IntegrationError, PermanentError, TransientError
from ..core.file_looks import Look, choose
from ..transports.base import Limits


@dataclass(frozen=True, slots=True)
class Plan:
    """What a thread needs for one visit: plain values only. ``most``: files."""

    endpoint_id: int
    collector: object
    access: object
    limits: Limits
    looks: dict[str, Look]
    now: float
    marked: bool
    most: int


@dataclass(slots=True)
class Fetched:
    """A file that waits to be stored; ``error``: why it cannot be read at all. ``answer`` says what to do with it."""

    endpoint_id: int
    name: str
    raw: bytes = b""
    error: IntegrationError | None = None
    _answered: threading.Event = field(default_factory=threading.Event)
    _taken: bool | None = None

    def answer(self, taken: bool | None):
        """True: it is stored; False: it is refused for good; None: it stays where it is, and the visit ends."""
        self._taken = taken
        self._answered.set()

    def wait(self, seconds):
        """The answer; None where none came in time."""
        return self._taken if self._answered.wait(seconds) else None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a visit ended. ``looks``: to be remembered; None where there was no look. ``more``: files are left."""

    endpoint_id: int
    error: IntegrationError | None = None
    seconds: float = 0.0
    looks: dict[str, Look] | None = None
    unfinished: int = 0
    more: bool = False


def visit_all(plans, seconds):
    """Yields each Fetched, to be answered before the next is asked for, and in the end an Ended for each plan.

    At most ``seconds`` and what the visits' own limits allow.
    """
    said = queue.SimpleQueue()
    for plan in plans:
        threading.Thread(
            target=_work, args=(plan, said, seconds), name=f"visit-{plan.endpoint_id}", daemon=True
        ).start()
    under_way = len(plans)
    while under_way:
        item = said.get()
        under_way -= isinstance(item, Ended)
        yield item


def _work(plan, said, seconds):
    started, choice, handed, error = time.monotonic(), None, 0, None
    try:
        with plan.collector.visit(plan.access, plan.limits) as visit:
            choice = choose(visit.look(), plan.looks, plan.now, plan.marked, plan.most)
            for name in choice.complete:
                if time.monotonic() - started > seconds or not _hand_over(
                    plan, visit, name, said, seconds
                ):
                    break
                handed += 1
    except AmbiguousError as failure:
        # Nothing is uncertain about a file that is still there, or is known when it comes again.
        error = TransientError(str(failure), failure.code)
    except IntegrationError as failure:
        error = failure
    except Exception as failure:
        # A fault of our own must not lose the other visits.
        error = TransientError(f"{type(failure).__name__} in a visit", "internal")
    ended = Ended(plan.endpoint_id, error, time.monotonic() - started)
    if choice:
        ended = replace(
            ended,
            looks=choice.looks,
            unfinished=choice.unfinished,
            more=choice.unfinished > 0 or handed < len(choice.complete) or handed >= plan.most,
        )
    said.put(ended)


def _hand_over(plan, visit, name, said, seconds):
    """Whether the visit goes on."""
    fetched = _fetch(plan, visit, name)
    if fetched is None:
        return True
    said.put(fetched)
    taken = fetched.wait(seconds)
    if taken is None:
        return False
    visit.finish(name, taken)
    return True


def _fetch(plan, visit, name):
    """The file, or what is wrong with it for good; None where it changed under our hands."""
    try:
        return Fetched(plan.endpoint_id, name, visit.fetch(name))
    except PermanentError as error:
        return Fetched(plan.endpoint_id, name, error=error)
    except TransientError as error:
        if error.code != "not_complete":
            raise
        return None
