"""Usage reports: goods used before they were ordered, reported by the case and never by the patient."""

import re

# What a system numbers a case with. A name has blanks, and no digit.
_CASE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9./_-]{0,39}")

DRAFT, CONFIRMED, CANCELLED = "draft", "confirmed", "cancelled"

# (state, what happens) -> next state. What is not here does not happen.
TRANSITIONS = {
    (DRAFT, "confirm"): CONFIRMED,
    (DRAFT, "cancel"): CANCELLED,
    (CANCELLED, "reopen"): DRAFT,
}


def names_a_case(text: str) -> bool:
    """Whether this is the number of a case, and cannot be the name of a patient.

    >>> [names_a_case(text) for text in ("OR-2026/17", "4711", "Jane Doe", "Doe", "Doe 1950", "")]
    [True, True, False, False, False, False]
    """
    return bool(_CASE.fullmatch(text))
