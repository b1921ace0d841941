from odoo import api, fields, models
from odoo.exceptions import AccessError


class PurchaseMatchAmendment(models.Model):
    """A second person's word for an order that was raised after a bill for it came.

    Nobody writes here by hand: ``services.amendments`` checks who may, and the row stays as it was given.
    """

    _name = "purchase.match.amendment"
    _inherit = "purchase.match.own.mixin"
    _description = "Approved change of an order"
    _order = "id desc"
    _rec_name = "order_id"

    order_line_id = fields.Many2one(
        "purchase.order.line",
        "Order line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    order_id = fields.Many2one(related="order_line_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="order_line_id.company_id", store=True, index=True)
    # A draft that is deleted takes its holds along; what was approved on the order stays.
    hold_id = fields.Many2one(
        "purchase.match.hold", readonly=True, ondelete="set null", index="btree_not_null"
    )
    term = fields.Selection(
        [("price", "Unit price"), ("quantity", "Quantity")], "What", required=True, readonly=True
    )
    value = fields.Char(
        required=True, readonly=True, help="What it was raised to, exactly, in the unit beside it."
    )
    uom_id = fields.Many2one("uom.uom", "Unit", required=True, readonly=True)
    before = fields.Float("From", digits=(16, 6), readonly=True)
    after = fields.Float("To", digits=(16, 6), readonly=True)
    approved_by_id = fields.Many2one("res.users", "Approved by", required=True, readonly=True)
    approved_on = fields.Datetime(required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)

    @api.ondelete(at_uninstall=False)
    def _keep_the_record(self):
        raise AccessError(self.env._("Approved changes are part of the record."))
