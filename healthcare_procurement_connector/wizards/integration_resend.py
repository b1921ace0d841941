from odoo import api, fields, models
from odoo.fields import Command

from ..services import resend
from .chosen import again, chosen_messages, done

PREVIEWED = 5


class IntegrationResend(models.TransientModel):
    """The deliberate re-send: a new message under a new id, for a reason."""

    _name = "integration.resend"
    _description = "Send messages anew"

    message_ids = fields.Many2many(
        "integration.message", string="Messages", required=True, readonly=True
    )
    reason = fields.Char()
    rehearsal_ids = fields.One2many("integration.rehearsal", "resend_id", "Preview", readonly=True)

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        defaults["message_ids"] = [Command.set(chosen_messages(self.env).ids)]
        return defaults

    def action_preview(self):
        """Shows the first of the new messages; nothing of it stays."""
        self.ensure_one()
        rehearsals = resend.preview(self.message_ids.sorted("id")[:PREVIEWED])
        self.rehearsal_ids.unlink()
        self.env["integration.rehearsal"]._show(rehearsals, resend_id=self.id)
        return again(self)

    def action_resend(self):
        self.ensure_one()
        new = resend.resend(self.message_ids.sorted("id"), self.reason)
        return done(self.env, self.env._("%s messages are queued under new ids.", len(new)))
