from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    minimum_shelf_life = fields.Integer(
        "Minimum shelf life (days)",
        help="So many days a lot must have left on the day it arrives; else its ship notice is asked about.",
    )
    controlled_substance = fields.Boolean(
        help="Only suppliers with a licence for controlled substances get orders for it, where that check is on."
    )
    allowed_site_ids = fields.Many2many(
        "stock.warehouse",
        "integration_product_site_rel",
        "product_tmpl_id",
        "warehouse_id",
        "Only for sites",
        help="Empty: as the product's category says.",
    )
