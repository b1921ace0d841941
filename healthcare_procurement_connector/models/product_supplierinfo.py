from odoo import fields, models


class ProductSupplierinfo(models.Model):
    _inherit = "product.supplierinfo"

    contract_reference = fields.Char(
        help="A vendor price is a contract price only if it has one: Odoo also writes each confirmed "
        "order's price here, and comparing with that compares a price with itself.",
    )
