"""How much of what is bought from an endpoint's suppliers can be told to them: units with a code, items with a name."""

from dataclasses import dataclass

from odoo import fields

from ...core.exceptions import BusinessError
from ..mappings import Mappings
from ..price_lists import prices_of

# Of a price list with more lines, the first ones: what is missing there is enough to begin with.
LOOKED_AT = 2000
OPEN = ("draft", "sent", "to approve", "purchase")


@dataclass(frozen=True, slots=True)
class Coverage:
    """``count`` things that were looked at; ``missing``: the names of those that cannot be told."""

    count: int
    missing: tuple[str, ...]


def units_and_items(endpoint):
    """(Coverage of units, Coverage of items), of the vendor price lists and of what is on order."""
    # sudo: a manager of the integration sees which products lack a code, without the rights of a buyer.
    endpoint = endpoint.sudo()
    pairs, codes = _bought(endpoint)
    mappings = Mappings(endpoint, fields.Date.today())
    without_code = {}
    for unit, product in pairs:
        try:
            mappings.unit_code(unit, product)
        except BusinessError:
            without_code.setdefault(unit, product)
    units = {unit for unit, _product in pairs}
    products = {product for _unit, product in pairs}
    nameless = [
        product
        for product in products
        if not (product.barcode or product.default_code or product.id in codes)
    ]
    return (
        Coverage(
            len(units),
            tuple(sorted(f"{u.name} ({p.display_name})" for u, p in without_code.items())),
        ),
        Coverage(len(products), tuple(sorted(product.display_name for product in nameless))),
    )


def _bought(endpoint):
    """({(unit, product)}, ids of products that the supplier has a code for)"""
    env, company = endpoint.env, endpoint.company_id
    suppliers = endpoint.partner_ids.commercial_partner_id
    pairs, codes = {}, set()
    for price in prices_of(env, suppliers, company, limit=LOOKED_AT) if suppliers else ():
        product = price.product_id or price.product_tmpl_id.product_variant_ids[:1]
        if product:
            pairs[price.product_uom_id, product] = True
            if price.product_code:
                codes.add(product.id)
    lines = env["purchase.order.line"].search(
        [
            ("order_id.partner_id", "child_of", suppliers.ids),
            ("company_id", "=", company.id),
            ("order_id.state", "in", OPEN),
            ("order_id.receipt_status", "!=", "full"),
            ("display_type", "=", False),
            ("product_id", "!=", False),
        ],
        limit=LOOKED_AT,
        order="id desc",
    )
    for line in lines if suppliers else ():
        pairs[line.product_uom_id, line.product_id] = True
    return list(pairs), codes
