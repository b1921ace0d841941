"""A circuit breaker: stops calling a system that does not answer, and finds out when it does again::

             half of the last calls failed
    closed ────────────────────────────────▶ open ◀───────────┐
       ▲                                      │ its wait ended │ a probe failed: the wait doubles
       └──────── all probes answered ──── half_open ──────────┘

A breaker is a value: whoever holds it stores it. The caller says what time it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .exceptions import BusinessError, IntegrationError, PermanentError

# What a call's end says about the partner's system.
OK, ALIVE, FAILED, NOTHING = "ok", "alive", "failed", "nothing"
# By the error's code, whatever its class: told to slow down, it is alive; a worker of ours that died says nothing.
SIGNALS = {"http_429": ALIVE, "worker_lost": NOTHING}
# An answer that refuses a document is an answer; all other errors mean that no call got through.
ANSWERS = (PermanentError, BusinessError)

STATES = ("closed", "open", "half_open")
MARKS = {OK: ".", FAILED: "x"}


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """Made for partners that get a few documents a day: five calls are enough to tell.

    ``threshold``: per cent of failures; waits in seconds; ``probes``: how many must be answered to close.
    """

    window: int = 20
    minimum: int = 5
    threshold: int = 50
    wait: int = 60
    longest_wait: int = 1800
    probes: int = 1
    # Longer than a drain and its last call can take: a probe that is not back by then died with its worker.
    probe_lease: int = 300


@dataclass(frozen=True, slots=True)
class Breaker:
    """``outcomes``: the window, newest last, "." answered and "x" failed. ``forced``: "open", "closed" or None."""

    state: str = "closed"
    outcomes: str = ""
    opened_at: datetime | None = None
    wait: int = 0
    probes_out: int = 0
    probes_passed: int = 0
    probe_until: datetime | None = None
    forced: str | None = None

    @property
    def is_down(self) -> bool:
        """No ordinary call goes through; probes may."""
        return self.forced == "open" or (self.forced is None and self.state != "closed")


def signal(error: IntegrationError | None) -> str:
    """What the end of a call says about the partner's system.

    >>> signal(None), signal(PermanentError("no", "http_422")), signal(IntegrationError("?", "worker_lost"))
    ('ok', 'alive', 'nothing')
    >>> signal(PermanentError("The certificate is not valid", "certificate"))
    'failed'
    """
    if error is None:
        return OK
    if error.code in SIGNALS:
        return SIGNALS[error.code]
    answered = isinstance(error, ANSWERS) and error.code.startswith("http_")
    return ALIVE if answered else FAILED


def grant(breaker: Breaker, rules: BreakerRules, wanted: int, now: datetime) -> tuple[Breaker, int]:
    """How many of the ``wanted`` calls may go; probes that go are counted in the breaker returned.

    >>> opened = Breaker("open", opened_at=datetime(2026, 1, 1, 12, 0), wait=60)
    >>> grant(opened, BreakerRules(), 9, datetime(2026, 1, 1, 12, 0, 59))[1]
    0
    >>> probing, calls = grant(opened, BreakerRules(), 9, datetime(2026, 1, 1, 12, 1))
    >>> probing.state, calls, grant(probing, BreakerRules(), 9, datetime(2026, 1, 1, 12, 2))[1]
    ('half_open', 1, 0)
    """
    if wanted <= 0 or breaker.forced == "open":
        return breaker, 0
    if breaker.forced == "closed" or breaker.state == "closed":
        return breaker, wanted
    breaker = _within_clock(breaker, rules, now)
    if breaker.state == "open":
        due = _wait_ends(breaker)
        if due is not None and now < due:
            return breaker, 0
        breaker = replace(breaker, state="half_open", probes_out=0, probes_passed=0)
    elif breaker.probe_until and breaker.probe_until <= now:
        breaker = replace(breaker, probes_out=0, probe_until=None)
    # At least one, should somebody have lowered the number while probes were under way.
    room = max(rules.probes - breaker.probes_passed, 1) - breaker.probes_out
    calls = max(min(wanted, room), 0)
    if calls:
        lease = now + timedelta(seconds=rules.probe_lease)
        breaker = replace(breaker, probes_out=breaker.probes_out + calls, probe_until=lease)
    return breaker, calls


def give_back(breaker: Breaker, calls: int) -> Breaker:
    """Calls that were granted and not made: their probes may go to others.

    >>> give_back(Breaker("half_open", probes_out=1), 1).probes_out
    0
    """
    if breaker.state != "half_open":
        return breaker
    return replace(breaker, probes_out=max(breaker.probes_out - calls, 0))


def note(
    breaker: Breaker, rules: BreakerRules, said: str, started: datetime, now: datetime
) -> Breaker:
    """The breaker after a call that began at ``started`` ended and ``said`` something (see ``signal``).

    A call that began before the breaker opened says nothing about now.

    >>> noon = datetime(2026, 1, 1, 12, 0)
    >>> after = note(Breaker(outcomes=".x.x"), BreakerRules(), FAILED, noon, noon)
    >>> after.state, after.wait
    ('open', 60)
    >>> note(Breaker(outcomes=".x.x"), BreakerRules(), ALIVE, noon, noon).outcomes
    '.x.x'
    """
    if breaker.state == "closed" or breaker.forced:
        return _counted(breaker, rules, said, now)
    began_before = breaker.opened_at is not None and started < breaker.opened_at
    if breaker.state == "open" or began_before or said == NOTHING:
        return breaker
    if said == FAILED:
        return _opened(breaker, now, min(max(breaker.wait, 1) * 2, rules.longest_wait))
    passed = breaker.probes_passed + 1
    if passed >= rules.probes:
        return Breaker()
    return replace(breaker, probes_passed=passed, probes_out=max(breaker.probes_out - 1, 0))


def force(breaker: Breaker, forced: str | None) -> Breaker:
    """Forced "open" (no call goes), "closed" (all go) or, with None, automatic again, from a clean start.

    >>> force(Breaker("open", wait=1800), None) == Breaker()
    True
    """
    if forced is None:
        return Breaker()
    return replace(Breaker(), outcomes=breaker.outcomes, forced=forced)


def next_probe(breaker: Breaker) -> datetime | None:
    """When the next probe may go; None where calls do not wait for one."""
    if breaker.forced or breaker.state == "closed":
        return None
    return _wait_ends(breaker) if breaker.state == "open" else breaker.probe_until


def _counted(breaker: Breaker, rules: BreakerRules, said: str, now: datetime) -> Breaker:
    if said not in MARKS:
        return breaker
    outcomes = (breaker.outcomes + MARKS[said])[-rules.window :]
    breaker = replace(breaker, outcomes=outcomes)
    # Only a failure opens: an answer is no reason to stop, whatever came before it.
    if breaker.forced or said != FAILED or len(outcomes) < rules.minimum:
        return breaker
    if outcomes.count(MARKS[FAILED]) * 100 < rules.threshold * len(outcomes):
        return breaker
    return _opened(breaker, now, rules.wait)


def _opened(breaker: Breaker, now: datetime, wait: int) -> Breaker:
    return Breaker("open", outcomes=breaker.outcomes, opened_at=now, wait=wait)


def _wait_ends(breaker: Breaker) -> datetime | None:
    return breaker.opened_at and breaker.opened_at + timedelta(seconds=breaker.wait)


def _within_clock(breaker: Breaker, rules: BreakerRules, now: datetime) -> Breaker:
    """A clock that was set back must not make an endpoint wait for the hour it came from."""
    latest_lease = now + timedelta(seconds=rules.probe_lease)
    return replace(
        breaker,
        opened_at=min(breaker.opened_at or now, now),
        wait=min(breaker.wait, rules.longest_wait),
        probe_until=breaker.probe_until and min(breaker.probe_until, latest_lease),
    )
