"""The codes under which suppliers know our products, for many order lines at once.

Odoo chooses a vendor price by ``product._select_seller``, one line at a time. Which price it is decides nothing
here, only that price's product code does: where all prices that could be chosen bear the same code, and one of
them surely holds for the line's quantity, on any day, the code is known without the choice. Else Odoo is asked.
"""

from collections import defaultdict
from math import inf

# What decides the choice, and the addons whose part in it is known: they add nothing unless asked with
# parameters. Where another addon has a word in it, Odoo is asked for each line.
CHOICE = {
    "product.product": ("_select_seller", "_get_filtered_sellers", "_prepare_sellers"),
    "product.supplierinfo": ("_get_filtered_supplier",),
}
KNOWN = {"product", "purchase", "purchase_requisition", "mrp_subcontracting"}
PRICE_FIELDS = (
    "product_tmpl_id",
    "product_id",
    "partner_id",
    "company_id",
    "product_code",
    "product_uom_id",
    "min_qty",
    "date_start",
    "date_end",
)


class SupplierCodes:
    """Reads the vendor prices of all lines in one query; ``rows`` have the columns of order lines."""

    def __init__(self, env, rows):
        self.env = env
        self._lines = env["purchase.order.line"].browse([row.id for row in rows])
        self._known = {}
        self._prices = defaultdict(list)
        self._simple = _deciding(env) <= KNOWN
        if self._simple:
            self._read(rows)

    def code(self, row):
        """The product code of the vendor price that Odoo chooses for the line, or None."""
        key = row.product_id, row.partner_id
        if key not in self._known:
            self._known[key] = self._common_code(*key) if self._simple else (None, {})
        code, least = self._known[key]
        holds = any(row.product_qty >= least.get(unit, inf) for unit in (None, row.product_uom_id))
        return code if holds else self._ask(row)

    def _ask(self, row):
        line = self._lines.browse(row.id).with_prefetch(self._lines.ids)
        seller = line.product_id._select_seller(
            partner_id=line.partner_id,
            quantity=line.product_qty,
            date=line.order_id.date_order.date(),
            uom_id=line.product_uom_id,
        )
        return seller.product_code or None

    def _read(self, rows):
        products = self.env["product.product"].browse({row.product_id for row in rows} - {None})
        suppliers = self.env["res.partner"].browse({row.partner_id for row in rows})
        found = self.env["product.supplierinfo"].search_fetch(
            [
                ("product_tmpl_id", "in", products.product_tmpl_id.ids),
                ("partner_id", "in", (suppliers | suppliers.parent_id).ids),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            PRICE_FIELDS,
        )
        for price in found:
            self._prices[price.product_tmpl_id, price.partner_id].append(price)

    def _common_code(self, product_id, partner_id):
        """(the code of all prices, {unit: the quantity from which one of them surely holds}).

        The unit None stands for any; nothing holds for sure where the prices differ in their code.
        """
        product = self.env["product.product"].browse(product_id)
        partner = self.env["res.partner"].browse(partner_id)
        prices = [
            price
            for supplier in partner | partner.parent_id
            for price in self._prices.get((product.product_tmpl_id, supplier), ())
            if not price.product_id or price.product_id == product
        ]
        codes = {price.product_code or None for price in prices}
        if not codes:
            return None, {None: -inf}
        if len(codes) > 1:
            return None, {}
        least = {}
        for price in prices:
            if not price.date_start and not price.date_end and price.partner_id.active:
                unit = price.product_uom_id.id if price.min_qty > 0 else None
                least[unit] = min(least.get(unit, inf), max(price.min_qty, 0.0))
        return codes.pop(), least


def _deciding(env):
    """The addons that have a word in Odoo's choice."""
    return {
        part.__module__.removeprefix("odoo.addons.").split(".")[0]
        for model, names in CHOICE.items()
        for part in type(env[model]).__mro__
        if not vars(part).keys().isdisjoint(names)
    }
