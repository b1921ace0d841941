"""Exact conversion between units of measure.

Odoo's own conversion rounds up, never refuses unrelated units and works in floats; documents are compared
exactly, so it is done here in fractions. Units must have a common reference (checked by the caller).
"""

from fractions import Fraction

# A twelfth is stored as a float; the nearest fraction with a small denominator is the one that was meant.
LARGEST_DENOMINATOR = 1_000_000


def ratio(uom, to_uom):
    """How many ``to_uom`` one ``uom`` is."""
    return _factor(uom) / _factor(to_uom)


def _factor(uom):
    return Fraction(uom.factor).limit_denominator(LARGEST_DENOMINATOR)
