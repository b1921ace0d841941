"""Packs: canonical ones say what each holds of the next smaller one, segments how much one outermost holds of each."""

from decimal import Decimal
from fractions import Fraction

from ...core.documents import Pack, Quantity
from .codec import not_carried


def packs_of(levels, segment, reading):
    """What each pack holds of the next smaller one, from what one of the outermost holds of all."""
    packs = []
    for place, (held, gtin) in enumerate(levels):
        inner = levels[place + 1][0] if place + 1 < len(levels) else None
        if inner is None:
            if gtin or place == 0:
                packs.append(Pack(held.unit, None, gtin))
            continue
        ratio = _exact(inner.value, held.value)
        if ratio is None:
            reading.remark(
                "inconsistent", segment, f"{inner.value} {inner.unit} in {held.value} {held.unit}"
            )
            packs.append(Pack(held.unit, None, gtin))
        else:
            packs.append(Pack(held.unit, Quantity(ratio, inner.unit), gtin))
    return tuple(packs)


def _exact(number, by):
    """The quotient as a decimal number, None if there is none."""
    if not by:
        return None
    ratio = Fraction(number) / Fraction(by)
    digits = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    return digits.normalize() + 0 if Fraction(digits) == ratio else None


def levels_of(packs):
    """The same packs as so many in one of the outermost."""
    levels = []
    held = Decimal(1)
    for place, pack in enumerate(packs):
        inner = packs[place + 1].unit if place + 1 < len(packs) else None
        levels.append((Quantity(held, pack.unit), pack.gtin))
        if pack.quantity is None:
            if inner is not None or (place > 0 and not pack.gtin):
                raise not_carried("packs", "a pack does not say what it holds")
            continue
        if pack.quantity.value <= 0 or inner not in (None, pack.quantity.unit):
            raise not_carried("packs", "each pack holds some of the next smaller one")
        held *= pack.quantity.value
        if inner is None:
            levels.append((Quantity(held, pack.quantity.unit), None))
    return levels
