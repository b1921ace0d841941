from odoo import fields, models

from ..core.simulation import Kind
from ..models.purchase_match import BLOCKS
from ..models.purchase_match_hold import CODES

KINDS = [
    (Kind.ADDED.value, "Added"),
    (Kind.REMOVED.value, "Removed"),
    (Kind.STRICTER.value, "Stops more"),
    (Kind.MILDER.value, "Stops less"),
]


class PurchaseMatchSimulationLine(models.TransientModel):
    """One hold on a past bill that another version would have added, removed or changed."""

    _name = "purchase.match.simulation.line"
    _description = "What a match policy would have changed"
    _order = "amount desc, id"
    _rec_name = "bill_label"

    simulation_id = fields.Many2one(
        "purchase.match.simulation", required=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="simulation_id.currency_id")
    bill_id = fields.Many2one("account.move", ondelete="cascade")
    bill_label = fields.Char("Bill number")
    supplier = fields.Char()
    product = fields.Char()
    code = fields.Selection(CODES, "Finding")
    kind = fields.Selection(KINDS, "Change")
    blocks = fields.Selection(BLOCKS, "Stops")
    amount = fields.Monetary("At stake", help="Without tax, in the company's currency.")

    def action_open_bill(self):
        self.ensure_one()
        return self.bill_id._get_records_action()
