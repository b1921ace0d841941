from odoo import models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    def action_integration_events(self):
        """What happened to this order, in the words of the events."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Events of %s", self.name),
            "res_model": "integration.event",
            "view_mode": "list,form",
            "domain": [
                ("business_ref", "=", self.business_ref),
                ("company_id", "=", self.company_id.id),
            ],
        }
