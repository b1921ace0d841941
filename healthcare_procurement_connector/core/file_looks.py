"""Which files in a partner's folder are complete: nobody is told when a writer has finished.

Either the partner says so by a second file (``order.xml.done`` beside ``order.xml``), or a file counts as complete
when two looks, some seconds apart, found it with the same size and time. Empty files are never complete: whoever
creates a file before writing it leaves one for a moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MARKER = ".done"
# Between the two looks; servers tell times of files by the second.
QUIET_SECONDS = 5.0
MOST_REMEMBERED = 1000
LONGEST_NAME = 200
_TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".swp", "~", MARKER)


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as one look found it; ``modified`` as its server tells it, compared but never taken for a time here."""

    size: int
    modified: float


@dataclass(frozen=True, slots=True)
class Look:
    """What an earlier look saw, and since when (our clock) it has been like that."""

    seen: Seen
    since: float


@dataclass(frozen=True, slots=True)
class Choice:
    """``complete``: names to take, the oldest first; ``looks``: to remember; ``unfinished``: how many are not yet."""

    complete: tuple[str, ...]
    looks: dict[str, Look]
    unfinished: int


def is_plain(name: str) -> bool:
    """Whether a name can be that of a document: no path, nothing hidden, nothing that a program puts up for a moment.

    >>> [is_plain(name) for name in ("a.xml", "../a.xml", ".a.xml", "a.xml.part", "a.xml.done", "a\\nb", "")]
    [True, False, False, False, False, False, False]
    """
    return (
        0 < len(name) <= LONGEST_NAME
        and name.isprintable()
        and not name.startswith(".")
        and "/" not in name
        and "\\" not in name
        and not name.lower().endswith(_TEMPORARY)
    )


def choose(
    found: Mapping[str, Seen],
    looks: Mapping[str, Look],
    now: float,
    marked: bool,
    most: int,
) -> Choice:
    """At most ``most`` of the files ``found`` (markers among them) that are complete.

    ``looks``: what the look before remembered; ``now``: seconds of our clock; ``marked``: the partner says by a
    marker when a file is complete.

    >>> first = choose({"a.xml": Seen(9, 1.0)}, {}, 100.0, False, 10)
    >>> first.complete, first.unfinished
    ((), 1)
    >>> choose({"a.xml": Seen(9, 1.0)}, first.looks, 105.0, False, 10).complete
    ('a.xml',)
    >>> choose({"a.xml": Seen(10, 1.0)}, first.looks, 105.0, False, 10).complete
    ()
    >>> choose({"a.xml": Seen(9, 1.0), "a.xml.done": Seen(0, 1.0)}, {}, 0.0, True, 10).complete
    ('a.xml',)
    """
    files = sorted((seen.modified, name) for name, seen in found.items() if is_plain(name))
    now_seen = {name: _look(found[name], looks.get(name), now) for _modified, name in files}
    complete = [
        name
        for name, look in now_seen.items()
        if look.seen.size > 0
        and (f"{name}{MARKER}" in found if marked else now - look.since >= QUIET_SECONDS)
    ]
    chosen = tuple(complete[:most])
    remembered = dict(list(now_seen.items())[:MOST_REMEMBERED])
    return Choice(chosen, remembered, len(now_seen) - len(complete))


def _look(seen: Seen, before: Look | None, now: float) -> Look:
    """A clock that was set back must not make a file wait for ever."""
    if before is not None and before.seen == seen and before.since <= now:
        return before
    return Look(seen, now)
