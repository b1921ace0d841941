"""Odoo's floats become exact numbers here, through the digits of their field, and nowhere else."""

from decimal import Decimal

DEFAULT_PLACES = 8  # fields without digits of their own


def exact(record, field_name):
    """The field's value as a Decimal with the field's digits, or the currency's for money."""
    return rounded(record[field_name], places_of(record, field_name))


def rounded(value, places=DEFAULT_PLACES):
    """A float as the Decimal that was meant.

    >>> rounded(0.1 + 0.2)
    Decimal('0.30000000')
    """
    return Decimal(f"{value:.{places}f}")


def places_of(record, field_name):
    """How many places the field has; those of money are its currency's."""
    field = record._fields[field_name]
    if field.type == "monetary":
        return record[field.get_currency_field(record)].decimal_places
    digits = field.get_digits(record.env)
    return digits[1] if digits else DEFAULT_PLACES


def plain(value):
    """Without trailing zeros or exponent: 60.000 becomes 60.

    >>> plain(Decimal("60.000")), plain(Decimal("1E+2"))
    (Decimal('60'), Decimal('100'))
    """
    shorter = value.normalize()
    return shorter.quantize(Decimal(1)) if shorter.as_tuple().exponent > 0 else shorter
