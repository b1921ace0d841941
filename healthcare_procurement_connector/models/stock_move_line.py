from odoo import fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    shipment_line_id = fields.Many2one(
        "purchase.shipment.line",
        "Announced by",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The ship notice line this was prefilled from; a later notice does not overwrite it.",
    )
