"""What documents need of orders, read in a constant number of queries however many they are.

Order lines are most of it, so they are read as plain rows: with the reader's rights, but without a record and a
cache entry for each of their values.
"""

from functools import cached_property
from typing import NamedTuple

from ..core.documents import Item
from .numbers import places_of
from .parties import PARTY_FIELDS, party_of
from .prices import NetPrices
from .supplier_codes import SupplierCodes

ORDER_FIELDS = (
    "name",
    "state",
    "date_order",
    "date_approve",
    "partner_id",
    "company_id",
    "currency_id",
    "dest_address_id",
    "picking_type_id",
    "amount_untaxed",
    "already_placed",
    "already_placed_note",
    "order_line",
)


RELATED_FIELDS = (
    ("company_id", ["partner_id"]),
    ("currency_id", ["name", "decimal_places"]),
    ("picking_type_id", ["warehouse_id"]),
    ("picking_type_id.warehouse_id", ["partner_id"]),
)
PARTY_PATHS = (
    "company_id.partner_id",
    "partner_id",
    "dest_address_id",
    "picking_type_id.warehouse_id.partner_id",
)


class LineRow(NamedTuple):
    """An order line's columns, in the words of Odoo."""

    id: int
    order_id: int
    integration_line_number: int
    partner_id: int
    product_id: int
    product_uom_id: int
    product_qty: float
    price_unit: float
    discount: float
    price_subtotal: float
    date_planned: object


class OrderReading:
    """Orders with their lines, products and parties, as one user sees them."""

    def __init__(self, orders):
        self.orders = orders
        self._parties = {}
        self._items = {}
        # Lines are picked order by order later, which ends Odoo's own reading ahead: all is read here.
        orders.fetch(ORDER_FIELDS)
        lines = orders.order_line
        lines.fetch(["display_type", "is_downpayment"])
        self.rows = {row.id: row for row in _rows(lines)}
        self.products = _by_id(orders.env["product.product"], self.rows, "product_id")
        self.units = _by_id(orders.env["uom.uom"], self.rows, "product_uom_id")
        self._fetch_products()
        self._fetch_related()
        self.quantity_places = places_of(lines, "product_qty")
        self.money_places = {order.id: order.currency_id.decimal_places for order in orders}

    def _fetch_products(self):
        products = self.orders.env["product.product"].concat(*self.products.values())
        products.fetch(["default_code", "barcode", "product_tmpl_id"])
        products.product_tmpl_id.fetch(["name", "uom_id"])

    def _fetch_related(self):
        """Only the columns that are looked at: by itself Odoo reads all, of tables that have sixty."""
        for path, names in RELATED_FIELDS:
            self.orders.mapped(path).fetch(names)
        parties = self.orders.env["res.partner"].union(*map(self.orders.mapped, PARTY_PATHS))
        parties.fetch(PARTY_FIELDS)
        parties |= parties.commercial_partner_id
        parties.fetch(PARTY_FIELDS)
        parties.country_id.fetch(["code"])
        parties.state_id.fetch(["name"])

    @cached_property
    def prices(self):
        return NetPrices(self.orders.order_line)

    @cached_property
    def _codes(self):
        return SupplierCodes(self.orders.env, self.rows.values())

    def party(self, partner, with_vat=False):
        """``parties.party_of``, worked out once for all orders."""
        key = partner.id, with_vat
        if key not in self._parties:
            self._parties[key] = party_of(partner, with_vat)
        return self._parties[key]

    def item(self, row):
        """The line's product in our words and its supplier's."""
        code = self._codes.code(row)
        key = row.product_id, code
        if key not in self._items:
            product = self.products[row.product_id]
            self._items[key] = Item(
                buyer_code=product.default_code or None,
                seller_code=code,
                gtin=product.barcode or None,
                name=product.name,
            )
        return self._items[key]


def _rows(lines):
    query = lines._search([("id", "in", lines.ids)])
    columns = [lines._field_to_sql(lines._table, name, query) for name in LineRow._fields]
    return map(LineRow._make, lines.env.execute_query(query.select(*columns)))


def _by_id(model, rows, column):
    """{id: record}, None for lines without one; the records are read ahead together."""
    ids = {getattr(row, column) for row in rows.values()} - {None}
    return {None: model, **{record.id: record for record in model.browse(ids)}}
