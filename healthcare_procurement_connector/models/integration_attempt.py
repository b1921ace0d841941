from odoo import api, fields, models

from ..services.retention import prune_attempts


class IntegrationAttempt(models.Model):
    """One try to deliver or to process a message."""

    _name = "integration.attempt"
    _description = "Attempt to deliver or process a message"
    _log_access = False
    _order = "id desc"

    message_id = fields.Many2one(
        "integration.message", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="message_id.company_id", store=True)
    document_type = fields.Selection(related="message_id.document_type", store=True)
    started = fields.Datetime(required=True)
    seconds = fields.Float("Duration (s)", digits=(16, 3))
    outcome = fields.Selection(
        [
            ("ok", "Succeeded"),
            ("transient", "Failed, may pass"),
            ("permanent", "Failed for good"),
            ("business", "For a person to decide"),
            ("ambiguous", "Maybe delivered"),
            ("waiting", "Waits for another document"),
        ],
        required=True,
    )
    status = fields.Integer("HTTP status")
    error = fields.Char()
    excerpt = fields.Text("Beginning of the answer")

    _retention_idx = models.Index("(company_id, document_type, started)")

    @api.autovacuum
    def _gc_attempts(self):
        """Attempts go by age, as the rules of their document type say; the message remains."""
        return prune_attempts(self.env)
