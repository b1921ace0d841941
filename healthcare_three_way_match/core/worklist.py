"""In which order bills are decided on: money that can still be lost first, then what is promised, then what is much."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Waiting:
    """A bill that waits for a decision.

    ``discount``: the last day of its early payment discount; ``due``: when somebody should have decided;
    ``money``: at stake, in the company's currency; ``since``: when the first question about it came up.
    """

    key: Hashable
    discount: date | None = None
    due: date | None = None
    money: Decimal = Decimal(0)
    since: datetime | None = None


def ordered(bills: Iterable[Waiting], today: date) -> list[Waiting]:
    """First those whose discount runs out soonest, then by due date, money (much first) and age (old first).

    A discount that is lost already hurries nobody.

    >>> today = date(2026, 5, 4)
    >>> lost = Waiting("lost", discount=date(2026, 5, 3), due=date(2026, 5, 9))
    >>> soon = Waiting("soon", discount=date(2026, 5, 4), due=date(2026, 5, 9))
    >>> large = Waiting("large", due=date(2026, 5, 9), money=Decimal(7))
    >>> [bill.key for bill in ordered([lost, large, soon], today)]
    ['soon', 'large', 'lost']
    """

    def urgency(bill: Waiting) -> tuple[date, date, Decimal, datetime]:
        at_risk = bill.discount if bill.discount and bill.discount >= today else date.max
        return at_risk, bill.due or date.max, -bill.money, bill.since or datetime.max

    return sorted(bills, key=urgency)


def beside(keys: Sequence[Hashable], current: Hashable) -> tuple[Hashable | None, Hashable | None]:
    """What comes before and after ``current``, round and round; the first one after what is not in the row.

    >>> beside("abc", "c")
    ('b', 'a')
    >>> beside("abc", "x"), beside("a", "a")
    ((None, 'a'), (None, None))
    """
    if current not in keys:
        return None, keys[0] if keys else None
    if len(keys) == 1:
        return None, None
    at = keys.index(current)
    return keys[at - 1], keys[(at + 1) % len(keys)]
