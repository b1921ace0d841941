import base64

from odoo import api, fields, models

from ..core.document_types import DOCUMENT_TYPES
from ..services.retention import prune_payloads


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
    company_id = fields.Many2one(related="message_id.company_id", store=True)
    document_type = fields.Selection(
        [(code, kind.label) for code, kind in DOCUMENT_TYPES.items()],
        compute="_compute_document_type",
        store=True,
        readonly=False,
        help="By which retention goes: that of the message; of an interchange, the one that is kept longest.",
    )
    created = fields.Datetime(required=True, default=fields.Datetime.now)
    content = fields.Binary(required=True, attachment=False)
    content_type = fields.Char(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.Char(required=True)

    _retention_idx = models.Index("(company_id, document_type, created)")

    @api.depends("message_id.document_type")
    def _compute_document_type(self):
        for payload in self:
            payload.document_type = payload.message_id.document_type

    def _raw(self):
        self.ensure_one()
        # The web client reads records with bin_size, which turns the bytes into a text like "5 Kb".
        return base64.b64decode(self.with_context(bin_size=False).content)

    @api.autovacuum
    def _gc_payloads(self):
        """Bytes go by age, as the rules of their document type say; the message remains."""
        return prune_payloads(self.env)
