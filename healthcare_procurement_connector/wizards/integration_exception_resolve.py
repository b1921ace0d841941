from odoo import api, fields, models


class IntegrationExceptionResolve(models.TransientModel):
    """Asks for the reason when exceptions are resolved, one or many."""

    _name = "integration.exception.resolve"
    _description = "Resolve exceptions"

    exception_ids = fields.Many2many("integration.exception", required=True)
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if self.env.context.get("active_model") == "integration.exception":
            defaults["exception_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return defaults

    def action_confirm(self):
        self.exception_ids.filtered(lambda record: record.state == "open").action_resolve(
            self.reason
        )
        return {"type": "ir.actions.act_window_close"}
