from odoo import models

from ..services.matching import Matching
from ..services.receipt_bills import bill_receipts


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """What arrives, passes the inspection or goes back is compared at once with the bills that wait for it."""
        result = super()._action_done()
        # sudo: whoever receives may lack the right to read order lines; only their ids are used.
        moves = self.sudo().move_ids
        chain = moves.browse(moves._rollup_move_origs())
        Matching(self.env).follow(chain.purchase_line_id)
        for picking in self.filtered(lambda picking: picking.state == "done"):
            # sudo: as above.
            bill_receipts(self.env, picking.sudo().move_ids.purchase_line_id, picking.name)
        return result
