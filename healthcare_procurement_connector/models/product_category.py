from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    allowed_site_ids = fields.Many2many(
        "stock.warehouse",
        "integration_category_site_rel",
        "category_id",
        "warehouse_id",
        "Only for sites",
        help="Empty: all care sites may order its products.",
    )
