"""Between an order line's price, before discount and perhaps with tax in it, and the net price of documents."""

from fractions import Fraction

from .numbers import rounded


class NetPrices:
    """``net_price`` for many lines, of which few have taxes in their price."""

    def __init__(self, lines):
        self.lines = lines
        self._taxed = set(
            lines.search(
                [
                    ("id", "in", lines.ids),
                    "|",
                    ("tax_ids.price_include", "=", True),
                    ("tax_ids.amount_type", "=", "group"),
                ]
            ).ids
        )

    def of(self, row):
        """``row`` has the columns of an order line."""
        if row.id in self._taxed:
            return net_price(self.lines.browse(row.id))
        # As purchase.order.line computes price_unit_discounted.
        return rounded((row.price_unit or 0.0) * (1 - (row.discount or 0.0) / 100))


def net_price(line):
    """What one unit costs after the discount and without tax: what suppliers are told and answer."""
    return _without_tax(line, line.price_unit_discounted)


def gross_price(line, price):
    """The undiscounted unit price by which the line costs ``price`` net; None where there is none."""
    gross = line.tax_ids._adapt_price_unit_to_another_taxes(
        float(price), line.product_id, line.env["account.tax"], line.tax_ids
    )
    return gross if Fraction(_without_tax(line, gross)) == price else None


def _without_tax(line, price):
    if not any(tax.price_include or tax.amount_type == "group" for tax in line.tax_ids):
        # Only a tax that the price includes takes something away from it; a group may hold one.
        return rounded(price)
    # Prices have more places than the currency: nothing may be rounded to it here.
    totals = line.tax_ids.with_context(round_base=False).compute_all(
        price,
        currency=line.currency_id,
        product=line.product_id,
        partner=line.partner_id,
        rounding_method="round_globally",
    )
    return rounded(totals["total_excluded"])
