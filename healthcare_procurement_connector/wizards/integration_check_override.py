from odoo import api, fields, models
from odoo.fields import Command

from ..services import override_checks
from .chosen import chosen_messages, done


class IntegrationCheckOverride(models.TransientModel):
    """Asks why an order goes although a check stopped it."""

    _name = "integration.check.override"
    _description = "Override checks"

    message_ids = fields.Many2many(
        "integration.message", string="Messages", required=True, readonly=True
    )
    findings = fields.Text(compute="_compute_findings")
    reason = fields.Char()

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        defaults["message_ids"] = [Command.set(chosen_messages(self.env).ids)]
        return defaults

    @api.depends("message_ids")
    def _compute_findings(self):
        for wizard in self:
            wizard.findings = "\n".join(
                f"{message.number}: {message.last_error}" for message in wizard.message_ids
            )

    def action_confirm(self):
        self.ensure_one()
        override_checks.override(self.message_ids, self.reason)
        return done(self.env, self.env._("%s orders are sent.", len(self.message_ids)))
