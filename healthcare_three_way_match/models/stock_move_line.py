from odoo import models

from ..services.matching import Matching

# What of a finished movement decides what was received.
RECEIVED = frozenset({"quantity", "product_uom_id", "lot_id"})


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def write(self, vals):
        """A receipt that is corrected afterwards is compared again with the bills of its order lines."""
        result = super().write(vals)
        if not RECEIVED.isdisjoint(vals):
            # sudo: whoever corrects a receipt may lack the right to read order lines; only their ids are used.
            moves = self.sudo().filtered(lambda line: line.state == "done").move_id
            if moves:
                chain = moves.browse(moves._rollup_move_origs())
                Matching(self.env).follow(chain.purchase_line_id)
        return result
