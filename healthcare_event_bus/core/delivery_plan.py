"""What to do after a subscriber was told, or was not.

A subscriber gets its events in order, so the event that fails is tried again before any other is sent.
"""

from dataclasses import dataclass

GONE = "http_410"
# A subscriber that answers "not found" or "forbidden" may be in the middle of a release; after this many
# tries, half an hour or so, a person looks.
REFUSALS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind``: delivered, retry (after ``wait`` seconds), suspend (until a person resumes), disable (for good)."""

    kind: str
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """``code`` of the error; ``passing``: it may be gone next time (busy, or no answer came back)."""

    code: str
    passing: bool


def judge(failure: Failure | None, failures: int, wait: float | None) -> Verdict:
    """The verdict on one call.

    ``failures`` counts those in a row before it; ``wait`` is how long the schedule says to wait, None when it
    is exhausted. An answer that never came back is a failure like any other here: the id stays the same, and
    subscribers recognise repeats by it.

    >>> judge(None, 3, wait=5)
    Verdict(kind='delivered', wait=None)
    >>> judge(Failure("http_503", passing=True), 0, wait=60)
    Verdict(kind='retry', wait=60)
    >>> judge(Failure("http_503", passing=True), 9, wait=None)
    Verdict(kind='suspend', wait=None)
    """
    if failure is None:
        return Verdict("delivered")
    if failure.code == GONE:
        return Verdict("disable")
    if not failure.passing:
        if not failure.code.startswith("http_") or failures + 1 >= REFUSALS:
            return Verdict("suspend")
    return Verdict("suspend") if wait is None else Verdict("retry", wait)
