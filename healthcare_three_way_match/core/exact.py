"""Exact numbers at the edges of the decision.

Inside ``core`` every quantity and price is a ``Fraction``: a third of a dozen has no decimal, and a
comparison that rounds releases money. Decimals are rounded once, where an amount is shown or booked.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from math import ceil, floor

Number = Decimal | Fraction | int

# A unit stored as 0.083333 is one twelfth somebody could not write down; closer than this it counts.
_RECIPROCAL_SLACK = Fraction(1, 100_000)

# Wide enough that shifting and dividing amounts never meets the default context's 28 digits.
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


def exact(value: Number) -> Fraction:
    """The value as a fraction; refuses floats, which are not what somebody typed.

    >>> exact(Decimal("0.10"))
    Fraction(1, 10)
    >>> exact(0.1)
    Traceback (most recent call last):
    ...
    TypeError: a float is not exact: 0.1
    """
    if isinstance(value, float):
        raise TypeError(f"a float is not exact: {value!r}")
    return value if isinstance(value, Fraction) else Fraction(value)


def from_float(value: float) -> Decimal:
    """The decimal somebody meant by a float that a database handed back.

    Fifteen significant digits hold everything a person types and drop what binary adds.

    >>> from_float(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(f"{value:.15g}")


def unit_factor(stored: Number) -> Fraction:
    """How many base units one unit holds; a reciprocal cut off by decimals is restored.

    >>> unit_factor(Decimal("12")), unit_factor(Decimal("0.083333")), unit_factor(Decimal("0.45"))
    (Fraction(12, 1), Fraction(1, 12), Fraction(9, 20))
    """
    factor = exact(stored)
    if factor <= 0:
        raise ValueError(f"a unit holds more than nothing: {stored}")
    if factor >= 1 or factor.numerator == 1:
        return factor
    count = round(1 / factor)
    reciprocal = Fraction(1, count)
    return reciprocal if abs(factor * count - 1) < _RECIPROCAL_SLACK else factor


def money(value: Number, rounding: Number = Decimal("0.01")) -> Decimal:
    """The amount rounded half up to the currency's smallest step: for showing and booking only.

    >>> money(Fraction(1, 3)), money(Fraction(-1, 200)), money(Fraction(7, 2), Decimal("0.05"))
    (Decimal('0.33'), Decimal('-0.01'), Decimal('3.50'))
    """
    step = exact(rounding)
    ratio = exact(value) / step
    half = Fraction(1, 2)
    steps = floor(ratio + half) if ratio >= 0 else ceil(ratio - half)
    return _decimal(steps * step, Decimal(str(rounding)))


def decimal(value: Number, places: int = 6) -> Decimal:
    """The number with at most so many decimals, trailing zeros gone: for showing only.

    >>> decimal(Fraction(10, 4)), decimal(Fraction(1, 3), 4), decimal(Fraction(200))
    (Decimal('2.5'), Decimal('0.3333'), Decimal('200'))
    """
    step = Decimal(1).scaleb(-places)
    rounded = _decimal(exact(value), step).normalize(_WIDE)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _decimal(value: Fraction, step: Decimal) -> Decimal:
    quotient = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return quotient.quantize(step, context=_WIDE)
