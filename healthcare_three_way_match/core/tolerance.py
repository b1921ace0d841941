"""Tolerances: how far a bill may be from the order before a person looks at it.

Finance suites disagree about an empty limit: for some it means "anything goes", for others "nothing
goes". Here it cannot be empty: each side is in one of three states that say what they mean.
"""

from dataclasses import dataclass
from fractions import Fraction

from .exact import Number, exact
from .words import Word


class State(Word):
    """What a limit does."""

    NOT_CHECKED = "not_checked"
    ZERO = "zero"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Limit:
    """One side of a tolerance. With both an absolute and a percent limit, breaking either breaks it.

    >>> Limit.value(percent=2, absolute=5).broken_by(Fraction(3), base=Fraction(100), absolute=Fraction(3))
    True
    >>> Limit.value(percent=2, absolute=5).broken_by(Fraction(2), base=Fraction(100), absolute=Fraction(2))
    False
    >>> NOT_CHECKED.broken_by(Fraction(10**9), Fraction(1), Fraction(10**9))
    False
    >>> ZERO.broken_by(Fraction(1, 10**30), Fraction(1), Fraction(1, 10**30))
    True
    """

    state: State
    percent: Fraction | None = None
    absolute: Fraction | None = None

    def __post_init__(self) -> None:
        limits = [limit for limit in (self.percent, self.absolute) if limit is not None]
        if self.state is State.VALUE and not limits:
            raise ValueError("a limit by value needs a percentage or an amount")
        if any(limit < 0 for limit in limits):
            raise ValueError("a limit is not negative")

    @classmethod
    def value(cls, percent: Number | None = None, absolute: Number | None = None) -> "Limit":
        """A limit with numbers; what is left out does not limit."""
        return cls(
            State.VALUE,
            None if percent is None else exact(percent),
            None if absolute is None else exact(absolute),
        )

    def broken_by(self, excess: Fraction, base: Fraction, absolute: Fraction) -> bool:
        """Whether ``excess`` over ``base``, worth ``absolute``, is more than allowed.

        Percentages are compared by multiplying out, so a base of zero needs no special case and
        nothing is divided or rounded.
        """
        if excess <= 0 or self.state is State.NOT_CHECKED:
            return False
        if self.state is State.ZERO:
            return True
        over_percent = self.percent is not None and excess * 100 > self.percent * abs(base)
        over_absolute = self.absolute is not None and absolute > self.absolute
        return over_percent or over_absolute


NOT_CHECKED = Limit(State.NOT_CHECKED)
ZERO = Limit(State.ZERO)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Limits for what is above and what is below the expected number.

    >>> Tolerance(ZERO).broken_side(Fraction(-1), Fraction(10), Fraction(-1)) is None
    True
    >>> Tolerance(ZERO, ZERO).broken_side(Fraction(-1), Fraction(10), Fraction(-1))
    'lower'
    """

    upper: Limit = ZERO
    lower: Limit = NOT_CHECKED

    def broken_side(self, difference: Fraction, base: Fraction, absolute: Fraction) -> str | None:
        """``upper``, ``lower``, or None when the difference is allowed."""
        if difference > 0:
            return "upper" if self.upper.broken_by(difference, base, abs(absolute)) else None
        if difference < 0:
            return "lower" if self.lower.broken_by(-difference, base, abs(absolute)) else None
        return None

    def side(self, name: str) -> Limit:
        """The limit of one side."""
        return self.upper if name == "upper" else self.lower


EXACT = Tolerance(ZERO, NOT_CHECKED)
