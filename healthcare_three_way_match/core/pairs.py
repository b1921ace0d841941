"""Bill lines that say, number for number, what their order lines say: seen without making a number exact.

Most lines are such. A ``Pair`` holds both lines as they are stored: numbers as the database hands them back, units,
currencies and taxes by their keys. One and the same function makes those numbers exact, so what is equal here is
equal there. What differs here says nothing: it is made exact, and decided with all that is known of it.

``Asking.split`` never takes a line for as ordered of which ``match.decide`` would say anything else than that: what
was ordered, received and billed now is one number, what was billed before is nothing, the prices are one price, and
there are no findings. A property test holds it to that.
"""

from collections.abc import Callable, Container, Iterable
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from .match import rows_of
from .plain import SAYS_ALL, absent
from .policy import Policy, Way
from .scope import NOBODY, PRECEDENCE, Subject
from .tolerance import State
from .verdict import Code


class Pair(NamedTuple):
    """A bill line and the order line it names, as they are stored.

    ``unusual``: something is known of either that is not in here. ``shared``: another line of a bill or a credit
    note names the same order line. ``received`` is what the one movement of goods brought, in the order's unit; None
    where there was none, or several. The order's fields are None where the line names no order.
    """

    line: int
    bill: int
    quantity: float
    unit: int | None
    price_unit: float
    discount: float
    net: float
    taxes: str
    product: int | None
    name: str | None
    order_line: int | None
    ordered: float
    order_unit: int | None
    order_price: float
    order_discount: float
    order_taxes: str
    order_currency: int | None
    confirmed: bool
    three_way: bool
    received: float | None
    promised: date | None
    order: int | None
    categories: str | None
    supplier: int | None
    shared: bool
    unusual: bool


class Asked:
    """What a policy asks of all lines of one subject, and by which rows; ``quantity_rows``: {received counts: row}."""

    __slots__ = ("dated", "in_time", "policy", "price_row", "quantity_rows", "received", "way_row")

    def __init__(self, policy: Policy) -> None:
        tolerance = policy.rule(Code.DATE).tolerance
        self.policy = policy
        rows = dict(rows_of(policy))
        self.price_row, self.way_row = rows.get(Code.PRICE), rows.get("way")
        self.quantity_rows = {
            True: rows.get(Code.QTY_REC),
            False: rows.get(Code.QTY_ORD),
        }
        self.received = policy.way is not Way.TWO
        self.dated = {tolerance.upper.state, tolerance.lower.state} != {State.NOT_CHECKED}
        self.in_time: dict[int, bool] = {}

    def may_come_early(self, days: int) -> bool:
        """Whether a bill may come so many days before the goods are due."""
        if days not in self.in_time:
            tolerance, early = self.policy.rule(Code.DATE).tolerance, Fraction(days)
            self.in_time[days] = tolerance.broken_side(early, Fraction(0), early) is None
        return self.in_time[days]


class Asking:
    """What one policy asks of pairs. Keeps what it asks of each subject.

    ``comparable`` are the taxes that prices do not include.
    """

    def __init__(self, policy: Policy, comparable: Container[str]) -> None:
        self.policy = policy
        self._comparable = comparable if SAYS_ALL and absent(policy) else ()
        self._named = {
            dimension: frozenset(key for name, key in policy.named if name == dimension and key)
            for dimension in PRECEDENCE
        }
        self._asked: dict[Subject, Asked] = {}
        self._everywhere = None if any(self._named.values()) else self._of(NOBODY)

    def split(
        self,
        pairs: Iterable[Pair],
        currency: int,
        day: date | None,
        agreed: Callable[[Pair], bool] | None = None,
    ) -> list[Asked | None]:
        """For each line of a bill what was asked of it, where it is as ordered; None where it has to be decided.

        ``agreed`` tells whether the order still says what it said when the bill came; None: it comes now.
        """
        return [
            self._as_ordered(pair, currency, day) if agreed is None or agreed(pair) else None
            for pair in pairs
        ]

    def _as_ordered(self, pair: Pair, currency: int, day: date | None) -> Asked | None:
        if not (
            pair.quantity == pair.ordered
            and pair.price_unit == pair.order_price
            and pair.discount == pair.order_discount
            and pair.unit == pair.order_unit
            and pair.confirmed
            and pair.quantity > 0
            and not pair.shared
            and not pair.unusual
            and pair.taxes == pair.order_taxes
            and pair.order_currency == currency
            and pair.taxes in self._comparable
            and pair.order_line is not None
            and pair.unit is not None
        ):
            return None
        asked = self._everywhere or self._of(self._subject(pair))
        if asked.received and pair.three_way and pair.received != pair.quantity:
            return None
        if asked.dated and day is not None and pair.promised is not None:
            return asked if asked.may_come_early((pair.promised - day).days) else None
        return asked

    def _subject(self, pair: Pair) -> Subject:
        """What rows of the policy know of a line."""
        named = self._named
        categories: tuple[int, ...] = ()
        if named["category"]:
            categories = tuple(key for key in path(pair.categories) if key in named["category"])
        return Subject(
            pair.order if pair.order in named["order"] else None,
            pair.product if pair.product in named["product"] else None,
            categories,
            pair.supplier if pair.supplier in named["supplier"] else None,
        )

    def _of(self, subject: Subject) -> Asked:
        if subject not in self._asked:
            self._asked[subject] = Asked(self.policy.at(subject))
        return self._asked[subject]


def touching(pairs: Iterable[Pair]) -> bool:
    """Whether lines of one bill must be decided together: one names no order, or two name the same order line."""
    named = [pair.order_line for pair in pairs]
    return None in named or len(set(named)) < len(named)


def path(stored: str | None) -> tuple[int, ...]:
    """A category, then those above it, from the path that is stored of it.

    >>> path("1/4/9/"), path(None)
    ((9, 4, 1), ())
    """
    numbers = (stored or "").strip("/")
    return tuple(int(number) for number in reversed(numbers.split("/"))) if numbers else ()
