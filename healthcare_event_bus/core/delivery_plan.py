"""What to do after a subscriber was told, or was not.

A subscriber gets its events in order, so the event that fails is tried again before any other is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from odoo.addons.healthcare_procurement_connector.core.backoff import SCHEDULE, next_delay
from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    IntegrationError,
    TransientError,
)

GONE = "http_410"
# A subscriber that answers "not found" or "forbidden" may be in the middle of a release; after this many
# tries, half an hour or so, a person looks.
REFUSALS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind``: delivered, retry (after ``wait`` seconds), suspend (until a person resumes), disable (for good)."""

    kind: str
    wait: float | None = None


def judge(
    error: IntegrationError | None,
    failures: int,
    random: float,
    schedule: Sequence[float] = SCHEDULE,
) -> Verdict:
    """The verdict on one call; ``failures`` counts those in a row before it.

    An answer that never came back is a failure like any other here: the id stays the same, and subscribers
    recognise repeats by it.

    >>> judge(None, 3, random=0.5)
    Verdict(kind='delivered', wait=None)
    >>> judge(TransientError("busy", "http_503", retry_after=60), 0, random=0.5)
    Verdict(kind='retry', wait=60)
    >>> judge(TransientError("busy", "http_503"), len(SCHEDULE), random=0.5)
    Verdict(kind='suspend', wait=None)
    """
    if error is None:
        return Verdict("delivered")
    if error.code == GONE:
        return Verdict("disable")
    if not isinstance(error, TransientError | AmbiguousError):
        if not error.code.startswith("http_") or failures + 1 >= REFUSALS:
            return Verdict("suspend")
    wait = next_delay(failures, schedule, getattr(error, "retry_after", None), random)
    return Verdict("suspend") if wait is None else Verdict("retry", wait)
