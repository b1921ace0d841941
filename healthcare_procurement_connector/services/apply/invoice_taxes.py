"""The taxes of an invoice's lines: the ones ordered or mapped, never the likeliest one."""

from functools import cached_property

from ...core.exceptions import UnmappedError
from ...core.mapping import Missing
from ...core.used_codes import tax_code

# UNCL5305: zero rated, exempt, outside the scope of tax. Others of rate 0, such as a reverse charge, are
# booked with a tax of their own.
UNTAXED = {None, "Z", "E", "O"}


class Taxes:
    """What the company may book for an arrived invoice; asks the database once."""

    def __init__(self, arrival):
        self.arrival = arrival
        self.env = arrival.env

    def of(self, category, rate, order_line):
        """The tax of that rate: the order line's own, else the mapping's, else the only one there is."""
        none = self.env["account.tax"]
        if rate is None:
            return none
        ordered = order_line.tax_ids
        if len(ordered) == 1 and _charges(ordered, rate):
            return ordered
        mapped = self.arrival.mappings.record("tax", tax_code(category, rate))
        if mapped:
            return mapped
        if not rate and category in UNTAXED:
            return none
        fitting = self._purchase_taxes.filtered(lambda tax: rate and _charges(tax, rate))
        if len(fitting) != 1:
            raise UnmappedError(
                self.env._(
                    "%(number)s: the tax %(category)s %(rate)s %% fits %(count)s taxes here.",
                    number=self.arrival.document.number,
                    category=category or "",
                    rate=rate,
                    count=len(fitting),
                ),
                "unknown_tax",
                Missing(
                    "tax", tax_code(category, rate), clues=(("rate", f"{rate.normalize():f}"),)
                ),
            )
        return fitting

    @cached_property
    def _purchase_taxes(self):
        return self.env["account.tax"].search(
            [
                ("company_id", "=", self.arrival.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount_type", "=", "percent"),
            ]
        )


def _charges(tax, rate):
    """Whether the supplier charges that rate; under a reverse charge the buyer owes the tax, the supplier asks 0."""
    if tax.amount_type != "percent":
        return False
    charged = 0 if tax.has_negative_factor else tax.amount
    return abs(charged - float(rate)) < 1e-6


def price_with_included(price, taxes, product):
    """The net ``price`` as a bill line wants it: with those of its taxes that are included in prices."""
    if not any(taxes.mapped("price_include")):
        return price
    # Unrounded, as the bill takes the taxes out again and rounds each line itself.
    details = taxes._get_tax_details(
        price, 1.0, rounding_method="round_globally", product=product, special_mode="total_excluded"
    )
    return price + sum(
        data["tax_amount"] for data in details["taxes_data"] if data["tax"].price_include
    )
