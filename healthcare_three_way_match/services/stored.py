"""Exact numbers in JSON: fractions as text."""

from fractions import Fraction

from ..core.exact import decimal
from ..core.lines import Agreed
from ..core.verdict import Finding


def stored_fraction(numbers, key):
    """The exact number kept under ``key``; zero where there is none."""
    return Fraction((numbers or {}).get(key) or 0)


def stored_agreed(agreed, order_line_id):
    """What the order said when the bill came, as the decision knows it; None where nothing is kept."""
    numbers = (agreed or {}).get(str(order_line_id))
    return Agreed(*map(Fraction, numbers)) if numbers else None


def remembered(order_line, bill):
    """What the order line said when this bill came before, if it was cancelled or deleted since; else None."""
    numbers = (order_line.match_remembered or {}).get(bill.match_number_key)
    return Agreed(*map(Fraction, numbers)) if numbers else None


def agreed_numbers(order):
    """What an order line says now, for ``stored_agreed`` later."""
    return [str(order.unit.price_to_base(order.price)), str(order.unit.to_base(order.quantity))]


def finding_numbers(finding: Finding):
    """What of a finding is kept so that it can be explained, and recognised, later."""
    return {
        "claimed": str(finding.claimed),
        "expected": str(finding.expected),
        "stake": str(finding.stake),
        "gross": str(finding.gross),
        "unit": finding.unit,
        "side": finding.side,
        "block": finding.block.key,
        "limit": limit_numbers(finding.limit),
        "detail": list(finding.detail),
    }


def limit_numbers(limit):
    """A limit for JSON."""
    if limit is None:
        return None
    return {
        "state": limit.state.value,
        "percent": None if limit.percent is None else str(decimal(limit.percent)),
        "absolute": None if limit.absolute is None else str(decimal(limit.absolute)),
    }
