"""What an unknown code probably stands for, best first. It is shown to a person, never used by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from .identity import normalise_id
from .mapping import Missing

# How sure an identifier makes us, in percent; what only looks alike never comes up to one of them.
SCORES = {
    "gtin": 100,
    "gln": 100,
    "vat": 98,
    "rate": 97,
    "seller_code": 95,
    "buyer_code": 90,
    "manufacturer_code": 88,
    "standard": 80,
}
# A record that something else speaks for, such as a product of the order that is answered.
NEAR = 15
# Of two names one of which is in the other: a box is probably a box of 50.
WITHIN = 0.7
# Words alone are worth at most this; below the second they say nothing.
ALIKE_AT_MOST = 75
ALIKE_AT_LEAST = 40
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of ours, or a code that may stand for one: ``ids`` are pairs as in the clues of a Missing."""

    target: int | str
    name: str
    ids: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``score`` from 0 to 100; ``reason``: the kind of evidence (a key of SCORES, "alike" or "near")."""

    target: int | str
    name: str
    score: int
    reason: str
    evidence: str = ""


def rank(missing: Missing, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """The candidates that something speaks for, the surest first, at most SHOWN.

    >>> clues = (("gtin", "04012345678901"), ("name", "Gloves nitrile M"))
    >>> found = rank(
    ...     Missing("item", "GL-9", clues=clues),
    ...     [
    ...         Candidate(1, "Nitrile gloves M"),
    ...         Candidate(2, "Masks", (("gtin", "4012345678901"),)),
    ...         Candidate(3, "Syringe"),
    ...     ],
    ... )
    >>> [(each.target, each.reason) for each in found]
    [(2, 'gtin'), (1, 'alike')]
    """
    near = {value for kind, value in missing.clues if kind == "near"}
    found = [
        suggestion
        for candidate in candidates
        if (suggestion := _judge(missing, candidate, str(candidate.target) in near))
    ]
    return sorted(found, key=lambda each: (-each.score, each.name, str(each.target)))[:SHOWN]


def _judge(missing: Missing, candidate: Candidate, near: bool) -> Suggestion | None:
    score, reason, evidence = max(
        (*_by_id(missing, candidate), _by_words(missing, candidate)), key=lambda found: found[0]
    )
    if near:
        score = min(score + NEAR, 100) if score else NEAR
        reason = reason or "near"
    if not score:
        return None
    return Suggestion(candidate.target, candidate.name, score, reason, evidence)


def _by_id(missing: Missing, candidate: Candidate) -> Iterable[tuple[int, str, str]]:
    ids = {(kind, _plain(kind, value)) for kind, value in candidate.ids}
    for kind, value in missing.clues:
        if kind in SCORES and value and (kind, _plain(kind, value)) in ids:
            yield SCORES[kind], kind, value


def _by_words(missing: Missing, candidate: Candidate) -> tuple[int, str, str]:
    best, evidence = 0.0, ""
    for kind, value in missing.clues:
        if kind == "name" and value:
            alike = _alike(value, candidate.name)
            if alike > best:
                best, evidence = alike, value
    score = round(best * ALIKE_AT_MOST)
    return (score, "alike", evidence) if score >= ALIKE_AT_LEAST else (0, "", "")


def _alike(text: str, other: str) -> float:
    """From 0 to 1: the same words in another order are the same words.

    >>> _alike("Gloves, nitrile M", "nitrile gloves M"), _alike("Box", "Box of 50"), _alike("Syringe", "")
    (1.0, 0.7, 0.0)
    """
    words, others = _words(text), _words(other)
    if not words or not others:
        return 0.0
    shared = 2 * len(words & others) / (len(words) + len(others))
    within = WITHIN if words <= others or others <= words else 0.0
    letters = SequenceMatcher(None, " ".join(sorted(words)), " ".join(sorted(others))).ratio()
    return max(shared, within, letters)


def _words(text: str) -> frozenset[str]:
    kept = "".join(sign if sign.isalnum() else " " for sign in text.casefold()[:200])
    return frozenset(kept.split())


def _plain(kind: str, value: str) -> str:
    # GTIN-8, -12 and -13 are a GTIN-14 with leading zeros (GS1 General Specifications, 3.3.2).
    return normalise_id(value).zfill(14) if kind == "gtin" else normalise_id(value)
