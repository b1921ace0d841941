"""Whether this server is ready for work, as load balancers and watchdogs ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The sweep is due each minute; after that many minutes without one, nobody finds what was left behind.
SWEEP_LATE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sweep:
    """The cron that finds due work: whether it is on, when it last ran, when it is due."""

    active: bool
    last: datetime | None
    due: datetime


@dataclass(frozen=True, slots=True)
class Readiness:
    ready: bool
    checks: dict[str, str]


def sweep_state(sweep: Sweep | None, now: datetime) -> str:
    """``ok``, ``late``, ``off`` or ``missing``.

    A sweep that never ran yet is judged by when it is due: a database just made is ready.

    >>> noon = datetime(2026, 3, 1, 12)
    >>> sweep_state(Sweep(True, noon - timedelta(minutes=2), noon), noon)
    'ok'
    >>> sweep_state(Sweep(True, noon - timedelta(hours=1), noon - timedelta(minutes=59)), noon)
    'late'
    >>> sweep_state(Sweep(True, None, noon), noon)
    'ok'
    >>> sweep_state(Sweep(False, noon, noon), noon), sweep_state(None, noon)
    ('off', 'missing')
    """
    if sweep is None:
        return "missing"
    if not sweep.active:
        return "off"
    return "ok" if now - (sweep.last or sweep.due) <= SWEEP_LATE else "late"


def readiness(sweep: Sweep | None, now: datetime) -> Readiness:
    """The whole answer. That it can be given at all shows that the database answers.

    >>> readiness(None, datetime(2026, 3, 1)).ready
    False
    """
    checks = {"database": "ok", "sweep": sweep_state(sweep, now)}
    return Readiness(all(state == "ok" for state in checks.values()), checks)
