from odoo import fields, models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    # Suppliers name their items by it, on each line of what they send.
    product_code = fields.Char(index="btree_not_null")
    contract_reference = fields.Char(
        help="A vendor price is a contract price only if it has one: Odoo also writes each confirmed "
        "order's price here, and comparing with that compares a price with itself.",
    )
    site_id = fields.Many2one(
        "stock.warehouse",
        "Only for site",
        check_company=True,
        help="A contract price that one care site has; the check of contract prices heeds it. Odoo's own choice of a "
        "price does not.",
    )
