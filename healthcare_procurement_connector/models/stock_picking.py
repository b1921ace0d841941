from odoo import fields, models

from ..core.facts import Fact


class StockPicking(models.Model):
    _inherit = "stock.picking"

    business_ref = fields.Char(related="purchase_id.business_ref", string="Business reference")
    shipment_ids = fields.Many2many("purchase.shipment", string="Ship notices", readonly=True)

    def _action_done(self):
        result = super()._action_done()
        self._tell_received()
        return result

    def _tell_received(self):
        """Tells of receipts from suppliers, with what came in per order line."""
        now = fields.Datetime.now()
        received = self.filtered(lambda p: p.state == "done" and p.purchase_id)
        self.env["integration.fact"]._record(
            [
                Fact(
                    type="goods.received",
                    subject=picking.name,
                    company_id=picking.company_id.id,
                    occurred=now,
                    business_ref=picking.business_ref or None,
                    data={
                        "order": picking.purchase_id.name,
                        "lines": [
                            {
                                "order_line": move.purchase_line_id.integration_line_number or None,
                                "quantity": move.quantity,
                                "unit": move.product_uom.name,
                            }
                            for move in picking.move_ids
                            if move.state == "done"
                        ],
                    },
                )
                for picking in received
            ]
        )
        self.env["integration.audit"]._append(
            [
                {
                    "action": "goods.received",
                    "res_model": self._name,
                    "res_id": picking.id,
                    "company_id": picking.company_id.id,
                    "business_ref": picking.business_ref,
                    "detail": {"order": picking.purchase_id.name},
                }
                for picking in received
            ]
        )
