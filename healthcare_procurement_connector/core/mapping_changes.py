"""What a draft of a mapping changes: rows added, changed and removed, and the same changes on other rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .mapping import Row


@dataclass(frozen=True, slots=True)
class Change:
    """``before`` None: added; ``after`` None: removed; both: changed."""

    before: Row | None
    after: Row | None

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


def compare(before: Iterable[Row], after: Iterable[Row]) -> tuple[Change, ...]:
    """What leads from the one to the other, by code. Rows of the same code and product are the same row changed.

    >>> box, crate = Row("XBX", 1), Row("XCR", 2)
    >>> [change.kind for change in compare([box], [Row("XBX", 3), crate])]
    ['changed', 'added']
    >>> compare([box, crate], [crate, box])
    ()
    """
    gone = Counter(before)
    come = Counter(after)
    same = gone & come
    pairs: dict[tuple[str, int], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for place, rows in enumerate((gone - same, come - same)):
        for row in rows.elements():
            pairs[row.code, row.product or 0][place].append(row)
    changes: list[Change] = []
    for key in sorted(pairs):
        old, new = (sorted(rows, key=_order) for rows in pairs[key])
        both = min(len(old), len(new))
        changes += map(Change, old[:both], new[:both])
        changes += [Change(row, None) for row in old[both:]]
        changes += [Change(None, row) for row in new[both:]]
    return tuple(changes)


def only_adds(changes: Iterable[Change], in_force: Sequence[Row]) -> bool:
    """Whether all that can be translated today means the same afterwards: only codes without a meaning get one.

    ``in_force``: every row that can be used today, the standards' too. A row for a product, or of an endpoint's
    own table, comes before a general one: it is an addition only where its code said nothing of that product yet.

    >>> unit = Row("C62", 1)
    >>> only_adds([Change(None, Row("XBX", 7))], [unit]), only_adds([Change(unit, None)], [unit])
    (True, False)
    >>> only_adds([Change(None, Row("C62", 7, scope=0))], [unit])
    False
    >>> only_adds([Change(None, Row("PCE", 1))], [unit]), only_adds([Change(None, Row("PCE", 1, "in"))], [unit])
    (False, True)
    """
    return all(
        change.before is None and not any(_says_already(row, change.after) for row in in_force)
        for change in changes
    )


def _says_already(row: Row, added: Row | None) -> bool:
    """Whether ``row`` answers a question that ``added`` would answer in its place."""
    if added is None or row.product not in (None, added.product):
        return False
    heard = row.code == added.code and "out" not in (row.direction, added.direction)
    told = row.target == added.target and "in" not in (row.direction, added.direction)
    return heard or told


def apply(changes: Sequence[Change], rows: Iterable[Row]) -> tuple[list[Row], list[Change]]:
    """(``rows`` with the changes made, those that could not be made because their row is not there any more).

    >>> apply([Change(Row("A", 1), Row("A", 2)), Change(None, Row("B", 3))], [Row("A", 1)])[1]
    []
    >>> apply([Change(Row("A", 1), None)], [Row("A", 5)])[1] == [Change(Row("A", 1), None)]
    True
    """
    result = list(rows)
    missed = []
    for change in changes:
        if change.before is not None:
            if change.before not in result:
                missed.append(change)
                continue
            result.remove(change.before)
        if change.after is not None and change.after not in result:
            result.append(change.after)
    return result, missed


def _order(row: Row) -> tuple[str, str, str]:
    return row.direction, str(row.date_from or ""), str(row.date_to or "")
