from odoo import api, fields, models


class IntegrationRehearsal(models.TransientModel):
    """What would become of one message, shown before somebody decides."""

    _name = "integration.rehearsal"
    _description = "Preview of a message"

    replay_id = fields.Many2one("integration.replay", ondelete="cascade")
    resend_id = fields.Many2one("integration.resend", ondelete="cascade")
    name = fields.Char("Message", readonly=True)
    fits = fields.Boolean("Goes through", readonly=True)
    verdict = fields.Char("What would happen", readonly=True)
    text = fields.Text("What would be sent or applied", readonly=True)
    differences = fields.Text("Differences to what was sent before", readonly=True)

    @api.model
    def _show(self, rehearsals, **wizard):
        return self.create(
            [
                {
                    "name": rehearsal.name,
                    "fits": rehearsal.fits,
                    "verdict": rehearsal.verdict,
                    "text": rehearsal.text,
                    "differences": rehearsal.differences,
                    **wizard,
                }
                for rehearsal in rehearsals
            ]
        )
