"""Odoo's floats become exact numbers here, through the digits of their field, and nowhere else."""

from decimal import Decimal


def exact(record, field_name):
    """The field's value as a Decimal with the field's digits (prices as entered, at most 8 places)."""
    value = record[field_name]
    digits = record._fields[field_name].get_digits(record.env) if value else None
    places = digits[1] if digits else 8
    return Decimal(f"{value:.{places}f}")


def plain(value):
    """Without trailing zeros or exponent: 60.000 becomes 60.

    >>> plain(Decimal("60.000")), plain(Decimal("1E+2"))
    (Decimal('60'), Decimal('100'))
    """
    shorter = value.normalize()
    return shorter.quantize(Decimal(1)) if shorter.as_tuple().exponent > 0 else shorter
