from odoo import fields, models

from ..services import placed_orders, tell_by_phone


class PurchaseOrderPhoned(models.TransientModel):
    """Asks with whom the buyer spoke, when an order or a change of it was told by phone."""

    _name = "purchase.order.phoned"
    _description = "An order or change was told by phone"

    order_id = fields.Many2one("purchase.order", required=True, readonly=True)
    change_id = fields.Many2one("purchase.order.change", readonly=True)
    summary = fields.Text(related="change_id.summary", string="What to tell")
    note = fields.Char("With whom", required=True)

    def action_confirm(self):
        self.ensure_one()
        change = self.change_id
        if change and change.kind != "order":
            tell_by_phone.told(change, self.note)
        else:
            placed_orders.place(self.order_id, self.note)
        return {"type": "ir.actions.act_window_close"}
