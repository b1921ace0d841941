"""The codes under which suppliers know our products, for many order lines at once.

Odoo chooses a vendor price by ``product._select_seller``, one line at a time. Which price it is decides nothing
here, only that price's product code does: where all prices that could be chosen bear the same code, and one of
them surely holds for the line's quantity, on any day, the code is known without the choice. Else Odoo is asked.
"""

from collections import defaultdict
from datetime import date
from math import inf
from typing import NamedTuple

# What decides the choice, and the addons whose part in it is known: they add nothing unless asked with
# parameters. Where another addon has a word in it, Odoo is asked for each line.
CHOICE = {
    "product.product": ("_select_seller", "_get_filtered_sellers", "_prepare_sellers"),
    "product.supplierinfo": ("_get_filtered_supplier",),
}
KNOWN = {"product", "purchase", "purchase_requisition", "mrp_subcontracting"}


class PriceRow(NamedTuple):
    """A vendor price's columns, in the words of Odoo."""

    product_tmpl_id: int
    product_id: int | None
    partner_id: int
    product_code: str | None
    product_uom_id: int
    min_qty: float
    date_start: date | None
    date_end: date | None


class SupplierCodes:
    """Reads the vendor prices of all lines in one query; ``rows`` have the columns of order lines."""

    def __init__(self, env, rows):
        self.env = env
        self._lines = env["purchase.order.line"].browse([row.id for row in rows])
        self._known = {}
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
        self._templates = {product.id: product.product_tmpl_id.id for product in products}
        self._parents = {supplier.id: supplier.parent_id.id for supplier in suppliers}
        suppliers |= suppliers.parent_id
        self._active = set(suppliers.filtered("active").ids)
        self._prices = defaultdict(list)
        for price in self._price_rows(suppliers):
            self._prices[price.product_tmpl_id, price.partner_id].append(price)

    def _price_rows(self, suppliers):
        model = self.env["product.supplierinfo"]
        query = model._search(
            [
                ("product_tmpl_id", "in", list(self._templates.values())),
                ("partner_id", "in", suppliers.ids),
                ("company_id", "in", [False, self.env.company.id]),
            ]
        )
        columns = [model._field_to_sql(model._table, name, query) for name in PriceRow._fields]
        return map(PriceRow._make, self.env.execute_query(query.select(*columns)))

    def _common_code(self, product_id, partner_id):
        """(the code of all prices, {unit: the quantity from which one of them surely holds}).

        The unit None stands for any; nothing holds for sure where the prices differ in their code.
        """
        template = self._templates.get(product_id)
        prices = [
            price
            for supplier in {partner_id, self._parents[partner_id] or partner_id}
            for price in self._prices.get((template, supplier), ())
            if price.product_id in (None, product_id)
        ]
        codes = {price.product_code or None for price in prices}
        if not codes:
            return None, {None: -inf}
        if len(codes) > 1:
            return None, {}
        least = {}
        for price in prices:
            if not price.date_start and not price.date_end and price.partner_id in self._active:
                unit = price.product_uom_id if price.min_qty > 0 else None
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
