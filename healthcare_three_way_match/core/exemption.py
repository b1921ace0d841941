"""Bills that need no order: what a second person agreed to, for whom and until when."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Exemption:
    """What need not be ordered. What is None is not asked; at least one of the three is.

    It holds for bills entered from ``since`` to ``until``, both included. ``row``: whatever the caller knows it by.
    """

    supplier: Hashable | None
    account: Hashable | None
    journal: Hashable | None
    since: date
    until: date
    row: Hashable | None = None

    def __post_init__(self) -> None:
        if self.supplier is self.account is self.journal is None:
            raise ValueError("an exemption for everything is no exemption")

    def covers(self, supplier: Hashable, account: Hashable, journal: Hashable, day: date) -> bool:
        """Whether a line of such a bill, entered on ``day``, needs no order.

        >>> rent = Exemption("Landlord", None, None, date(2026, 1, 1), date(2026, 12, 31))
        >>> rent.covers("Landlord", "6100", "BILL", date(2026, 12, 31))
        True
        >>> rent.covers("Landlord", "6100", "BILL", date(2027, 1, 1))
        False
        """
        asked = ((self.supplier, supplier), (self.account, account), (self.journal, journal))
        fits = all(mine is None or mine == theirs for mine, theirs in asked)
        return fits and self.since <= day <= self.until


def exempting(
    exemptions: tuple[Exemption, ...],
    supplier: Hashable,
    account: Hashable,
    journal: Hashable,
    day: date | None,
) -> Exemption | None:
    """The exemption a line stands on: of several the one that ends last; None where it needs an order."""
    if day is None:
        return None
    found = [each for each in exemptions if each.covers(supplier, account, journal, day)]
    return max(found, key=lambda each: (each.until, str(each.row)), default=None)


# (state, act) -> next state. What was approved is not edited; it ends, and another may follow.
TRANSITIONS = {
    ("draft", "approve"): "approved",
    ("approved", "end"): "ended",
}


def may(state: str, act: str, rights: frozenset[str], had_a_hand: bool) -> bool:
    """Whether somebody with these rights may do this; nobody approves what they had a hand in.

    >>> may("draft", "approve", frozenset({"approver"}), had_a_hand=False)
    True
    >>> may("draft", "approve", frozenset({"author", "approver"}), had_a_hand=True)
    False
    """
    if (state, act) not in TRANSITIONS:
        return False
    # To end an exemption makes nothing easier for anybody: who writes them may do that alone.
    return bool(rights) if act == "end" else "approver" in rights and not had_a_hand
