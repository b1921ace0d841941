"""Many bills, cut into portions that one job takes in bounded memory."""

from collections.abc import Iterable, Iterator

# Lines, not bills: a bill of a thousand lines weighs as much as two hundred of five.
PORTION_LINES = 5_000
PORTION_BILLS = 1_000


def portions(
    sizes: Iterable[tuple[int, int]], lines: int = PORTION_LINES, bills: int = PORTION_BILLS
) -> Iterator[list[int]]:
    """Cuts ``(bill, its lines)`` into lists of bills, in their order; a bill that is too large goes alone.

    >>> list(portions([(1, 3), (2, 3), (3, 9), (4, 1), (5, 1), (6, 1)], lines=6, bills=2))
    [[1, 2], [3], [4, 5], [6]]
    >>> list(portions([]))
    []
    """
    portion: list[int] = []
    weight = 0
    for bill, size in sizes:
        if portion and (weight + size > lines or len(portion) >= bills):
            yield portion
            portion, weight = [], 0
        portion.append(bill)
        weight += size
    if portion:
        yield portion
