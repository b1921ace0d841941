from odoo import api, fields, models


class PurchaseShipment(models.Model):
    """What a supplier says is on its way. It prefills receipts and never marks anything as done."""

    _name = "purchase.shipment"
    _description = "Shipment announced by a supplier"
    _check_company_auto = True
    _order = "id desc"

    name = fields.Char("Reference", required=True, readonly=True, default="/")
    number = fields.Char("Supplier's number", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Supplier", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    message_id = fields.Many2one(
        "integration.message", readonly=True, ondelete="restrict", index=True
    )
    business_ref = fields.Char("Business reference", readonly=True, index="btree_not_null")
    issued = fields.Date(readonly=True)
    shipped = fields.Date(readonly=True)
    expected = fields.Date(readonly=True)
    carrier = fields.Char(readonly=True)
    tracking = fields.Char("Tracking number", readonly=True)
    superseded_by_id = fields.Many2one(
        "purchase.shipment", "Replaced by", readonly=True, index="btree_not_null"
    )
    line_ids = fields.One2many("purchase.shipment.line", "shipment_id", readonly=True)
    picking_ids = fields.Many2many(
        "stock.picking", string="Receipts", readonly=True, check_company=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].next_by_code("purchase.shipment")
        return super().create(vals_list)

    def action_receipts(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts of %s", self.name),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": [("id", "in", self.picking_ids.ids)],
        }
