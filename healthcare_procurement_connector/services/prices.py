"""Between an order line's price, before discount and perhaps with tax in it, and the net price of documents."""

from fractions import Fraction

from .numbers import rounded


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
    # Prices have more places than the currency: nothing may be rounded to it here.
    totals = line.tax_ids.with_context(round_base=False).compute_all(
        price,
        currency=line.currency_id,
        product=line.product_id,
        partner=line.partner_id,
        rounding_method="round_globally",
    )
    return rounded(totals["total_excluded"])
