from odoo import api, fields, models
from odoo.fields import Command

from ..services import acts, reroute
from .chosen import chosen_messages, done


class IntegrationReroute(models.TransientModel):
    """Messages of an endpoint that is down go to another one: which would, and which stay and why."""

    _name = "integration.reroute"
    _description = "Send messages another way"

    message_ids = fields.Many2many(
        "integration.message", string="Messages", required=True, readonly=True
    )
    endpoint_id = fields.Many2one("integration.endpoint", "To endpoint", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    reason = fields.Char()
    moving = fields.Integer("Messages that move", compute="_compute_moving")
    staying = fields.Text("These stay", compute="_compute_moving")

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        messages = chosen_messages(self.env)
        defaults["message_ids"] = [Command.set(messages.ids)]
        alternative = messages.endpoint_id.fallback_endpoint_id
        if len(alternative) == 1:
            defaults["endpoint_id"] = alternative.id
        return defaults

    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.message_ids.company_id[:1]

    @api.depends("endpoint_id", "message_ids")
    def _compute_moving(self):
        now = fields.Datetime.now()
        for wizard in self:
            moving, staying = self.env["integration.message"], {}
            if wizard.endpoint_id:
                moving, staying = reroute.sort_out(
                    wizard.message_ids._origin, wizard.endpoint_id._origin, now
                )
            wizard.moving = len(moving)
            wizard.staying = "\n".join(list(staying.values())[: acts.NAMED])

    def action_reroute(self):
        self.ensure_one()
        refused = reroute.reroute(self.message_ids, self.endpoint_id, self.reason)
        return done(
            self.env,
            self.env._("They go to %s.", self.endpoint_id.name),
            "\n".join(list(refused.values())[: acts.NAMED]),
        )
