from odoo import api, fields, models
from odoo.fields import Command

from ..services import acts, export_orders
from .chosen import chosen_messages, done


class IntegrationExportWizard(models.TransientModel):
    """Takes orders out of the house by hand, as a zip; what the supplier may have asks for a confirmation."""

    _name = "integration.export.wizard"
    _description = "Export orders by hand"

    message_ids = fields.Many2many(
        "integration.message", string="Messages", required=True, readonly=True
    )
    count = fields.Integer("Documents", compute="_compute_doubtful")
    doubtful = fields.Char("The supplier may have", compute="_compute_doubtful")
    confirmed = fields.Boolean(
        "It does not have them",
        help="Somebody asked the supplier, and these orders are not there.",
    )

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        defaults["message_ids"] = [Command.set(chosen_messages(self.env).ids)]
        return defaults

    @api.depends("message_ids")
    def _compute_doubtful(self):
        for wizard in self:
            messages = wizard.message_ids._origin
            doubtful = export_orders.doubtful(messages)
            wizard.count = len(messages)
            wizard.doubtful = acts.names(doubtful) if doubtful else False

    def action_export(self):
        self.ensure_one()
        export = export_orders.export(self.message_ids, self.confirmed)
        shown = done(self.env, self.env._("Exported; here is the file, also under My exports: %s"))
        link = {"label": export.name, "url": export.action_download()["url"]}
        shown["params"] |= {"links": [link], "sticky": True}
        return shown
