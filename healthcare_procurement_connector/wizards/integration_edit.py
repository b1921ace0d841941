from odoo import api, fields, models

from ..services import edit
from .chosen import again, chosen_messages


class IntegrationEdit(models.TransientModel):
    """A stopped document is corrected by hand and goes through as a new message; the old one keeps its bytes."""

    _name = "integration.edit"
    _description = "Edit a message and send it anew"

    message_id = fields.Many2one("integration.message", required=True, readonly=True)
    direction = fields.Selection(related="message_id.direction")
    last_error = fields.Char(related="message_id.last_error")
    text = fields.Text("Document", required=True)
    reason = fields.Char()
    verdict = fields.Char("What would happen", readonly=True)
    fits = fields.Boolean(readonly=True)

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        message = chosen_messages(self.env)[:1]
        if message:
            defaults |= {"message_id": message.id, "text": edit.editable_text(message)}
        return defaults

    def action_preview(self):
        """Says what would become of the edited document; nothing of it stays."""
        self.ensure_one()
        rehearsal = edit.preview(self.message_id, self.text)
        self.write({"verdict": rehearsal.verdict, "fits": rehearsal.fits})
        return again(self)

    def action_resend(self):
        self.ensure_one()
        new = edit.edit_and_resend(self.message_id, self.text, self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": new._name,
            "res_id": new.id,
            "view_mode": "form",
        }
