"""The life of a policy's version, and which one is in force.

    draft --submit--> submitted --approve--> approved --begin--> active --replace--> superseded
      ^                 |  |
      +----withdraw-----+  |
      +----send back-------+

An approved version that is not in force yet can be recalled; it is then superseded without ever having been active.
Only a draft can be edited. What was approved stays as it is; a change is another version. Which version is in
force follows from the day alone, so that a late scheduler lets nothing through.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from .words import Word

DRAFT, SUBMITTED, APPROVED = "draft", "submitted", "approved"
ACTIVE, SUPERSEDED = "active", "superseded"

# (state, act) -> next state. What is not here does not happen.
TRANSITIONS = {
    (DRAFT, "submit"): SUBMITTED,
    (SUBMITTED, "withdraw"): DRAFT,
    (SUBMITTED, "send_back"): DRAFT,
    (SUBMITTED, "approve"): APPROVED,
    (APPROVED, "begin"): ACTIVE,
    (APPROVED, "recall"): SUPERSEDED,
    (APPROVED, "replace"): SUPERSEDED,  # a later version of the same day overtook it
    (ACTIVE, "replace"): SUPERSEDED,
}
# States in which a version may be the one in force.
BINDING = (APPROVED, ACTIVE)

# act -> the right it needs: "author" or "approver".
RIGHTS = {
    "submit": "author",
    "withdraw": "author",
    "approve": "approver",
    "send_back": "approver",
    "recall": "approver",
}

T = TypeVar("T")


class VersionError(ValueError):
    """This cannot happen to a version in this state."""


def transition(state: str, act: str) -> str:
    """The next state, or VersionError.

    >>> transition("submitted", "approve")
    'approved'
    """
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise VersionError(f"{state}: no {act}") from None


class Refusal(Word):
    """Why somebody may not do this."""

    NOT_NOW = "not_now"
    NO_RIGHT = "no_right"
    OWN_WORK = "own_work"


@dataclass(frozen=True, slots=True)
class Person:
    """Their rights, and whether they wrote or submitted any part of this version."""

    rights: frozenset[str]
    had_a_hand: bool = False


def refusal(state: str, act: str, person: Person) -> Refusal | None:
    """Why this person may not do this to a version in this state; None when they may.

    >>> refusal("submitted", "approve", Person(frozenset({"approver"}))) is None
    True
    >>> refusal("submitted", "approve", Person(frozenset({"approver"}), had_a_hand=True)).value
    'own_work'
    >>> refusal("active", "approve", Person(frozenset({"approver"}))).value
    'not_now'
    """
    checks = (
        (RIGHTS[act] not in person.rights, Refusal.NO_RIGHT),
        ((state, act) not in TRANSITIONS, Refusal.NOT_NOW),
        (act == "approve" and person.had_a_hand, Refusal.OWN_WORK),
    )
    return next((why for failed, why in checks if failed), None)


def in_force(versions: Iterable[tuple[str, date, int, T]], day: date) -> T | None:
    """The version in force on ``day``, among ``(state, active from, number, version)``; None where there is none.

    >>> kept = [("active", date(2026, 1, 1), 1, "v1"), ("approved", date(2026, 2, 1), 2, "v2")]
    >>> in_force(kept, date(2026, 1, 31)), in_force(kept, date(2026, 2, 1))
    ('v1', 'v2')
    """
    begun = [each for each in versions if each[0] in BINDING and each[1] <= day]
    return max(begun, key=lambda each: (each[1], each[2]))[3] if begun else None
