import base64

from odoo import api, fields, models

from ..core.delivery import FINAL, NEEDS_A_PERSON
from ..services.retention import prune


class IntegrationPayload(models.Model):
    """The bytes of a message, exactly as sent or received.

    Kept off the message's row, so that the work queue stays small and bytes can be pruned by age while the
    message's metadata remain.
    """

    _name = "integration.payload"
    _description = "Bytes of a message"
    _log_access = False
    _order = "id desc"

    message_id = fields.Many2one(
        "integration.message", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="message_id.company_id", store=True, index=True)
    created = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    content = fields.Binary(required=True, attachment=False)
    content_type = fields.Char(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.Char(required=True)

    def _raw(self):
        self.ensure_one()
        # The web client reads records with bin_size, which turns the bytes into a text like "5 Kb".
        return base64.b64decode(self.with_context(bin_size=False).content)

    @api.autovacuum
    def _gc_payloads(self):
        """Bytes go after ``healthcare.payload_days``; the message, its number and its hash remain."""
        return prune(
            self,
            [("message_id.state", "in", list(FINAL - set(NEEDS_A_PERSON)))],
            "created",
            "healthcare.payload_days",
            default_days=730,
        )
