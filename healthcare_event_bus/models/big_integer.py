from odoo import fields


class BigInteger(fields.Integer):
    """An integer of eight bytes: counters that never stop outgrow four."""

    _column_type = ("int8", "int8")
