"""Exact rates between currencies as the company keeps them: one query per currency asked about."""

from bisect import bisect_right
from collections import defaultdict
from fractions import Fraction

from ..core.exact import from_float
from ..core.rates import Rate, Rates, receipt_day


class RateBook:
    """How to use: ``RateBook(env).rates(order line, bill, [days of receipts])`` gives the rates a policy may mean.

    As everywhere in Odoo the newest rate up to a day counts, the company's own before those of all companies. Unlike
    elsewhere a day before the first rate has none: nothing is guessed.
    """

    def __init__(self, env):
        self.env = env
        self._kept = {}

    def rates(self, order_line, bill, arrivals):
        """``Rates`` from the order's currency to the bill's; None where both are the same."""
        order = order_line.order_id
        if order.currency_id == bill.currency_id:
            return None
        placed = order.date_approve or order.date_order
        days = (
            placed.date() if placed else None,
            receipt_day(arrivals, bill.invoice_date or None),
            bill.invoice_date or None,
        )
        return Rates(
            *(self._rate(bill.company_id, order.currency_id, bill.currency_id, day) for day in days)
        )

    def _rate(self, company, one, other, day):
        """So many of ``other`` for one of ``one`` on this day, or None."""
        values = [self._of_company(company, currency, day) for currency in (one, other)]
        if day is None or None in values:
            return None
        return Rate(day, values[1] / values[0])

    def _of_company(self, company, currency, day):
        """So many of a currency for one of the company's, as it was entered; None where no rate is kept."""
        if day is None:
            return None
        for days, values in self._rows(company.root_id, currency):
            place = bisect_right(days, day)
            if place:
                return values[place - 1]
        return Fraction(1) if currency == company.currency_id else None

    def _rows(self, company, currency):
        """``[(days, rates)]``: the company's own, then those for all companies."""
        key = company.id, currency.id
        if key not in self._kept:
            found = self.env["res.currency.rate"].search_fetch(
                [("currency_id", "=", currency.id), ("company_id", "in", (False, company.id))],
                ["name", "rate", "company_id"],
                order="name",
            )
            rows = defaultdict(lambda: ([], []))
            for row in found:
                days, values = rows[bool(row.company_id)]
                days.append(row.name)
                values.append(Fraction(from_float(row.rate)))
            self._kept[key] = [rows[own] for own in (True, False) if own in rows]
        return self._kept[key]
