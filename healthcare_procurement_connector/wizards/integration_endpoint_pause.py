from odoo import api, fields, models

from ..services import steer_endpoint


class IntegrationEndpointPause(models.TransientModel):
    """Asks for the reason when calls to partners' systems are stopped by hand."""

    _name = "integration.endpoint.pause"
    _description = "Pause endpoints"

    endpoint_ids = fields.Many2many("integration.endpoint", required=True)
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if self.env.context.get("active_model") == "integration.endpoint":
            defaults["endpoint_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return defaults

    def action_confirm(self):
        steer_endpoint.pause(self.endpoint_ids, self.reason)
        return {"type": "ir.actions.act_window_close"}
