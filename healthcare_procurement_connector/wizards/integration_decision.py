from odoo import api, fields, models
from odoo.fields import Command

from ..services import give_up
from .chosen import chosen_messages, done

ACTS = {
    "give_up": give_up.give_up,
    "supplier_has_it": give_up.supplier_has_it,
    "it_never_arrived": give_up.it_never_arrived,
}


class IntegrationDecision(models.TransientModel):
    """Asks for the reason when a person ends a message, or says whether an uncertain one arrived."""

    _name = "integration.decision"
    _description = "Decide about messages"

    act = fields.Selection(
        [
            ("give_up", "Give up"),
            ("supplier_has_it", "The supplier has it"),
            ("it_never_arrived", "It never arrived"),
        ],
        required=True,
        readonly=True,
        default="give_up",
    )
    message_ids = fields.Many2many(
        "integration.message", string="Messages", required=True, readonly=True
    )
    reason = fields.Char()

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        defaults["message_ids"] = [Command.set(chosen_messages(self.env).ids)]
        return defaults

    def action_confirm(self):
        self.ensure_one()
        ACTS[self.act](self.message_ids, self.reason)
        return done(self.env, self.env._("Decided about %s messages.", len(self.message_ids)))
