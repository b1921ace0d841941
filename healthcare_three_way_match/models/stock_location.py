from odoo import api, fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    match_inspection = fields.Boolean(
        "Goods wait here for inspection",
        help="What is received into this place is accepted once it left it for another place of ours. The input and "
        "quality locations of a warehouse that receives in three steps are such places anyway.",
    )

    @api.model
    def _match_inspection(self):
        """All places where goods wait for inspection."""
        # sudo: what was accepted is the same for whoever compares a bill.
        places = self.sudo().search([("match_inspection", "=", True)])
        warehouses = (
            self.env["stock.warehouse"].sudo().search([("reception_steps", "=", "three_steps")])
        )
        return places | warehouses.wh_input_stock_loc_id | warehouses.wh_qc_stock_loc_id
