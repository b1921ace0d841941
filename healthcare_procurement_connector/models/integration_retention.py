from odoo import api, fields, models

from ..core.document_types import DOCUMENT_TYPES
from ..core.retention import Rule

OTHERS = "others"


class IntegrationRetention(models.Model):
    """How long the content and the attempts of messages are kept; the messages themselves stay.

    The closest rule holds: that of the document type before the general one, that of the company before that of
    all.
    """

    _name = "integration.retention"
    _description = "Retention rule"
    _inherit = ["integration.audited.mixin"]
    _audited_as = "retention"
    _order = "document_type, company_id, id"
    _rec_name = "document_type"

    document_type = fields.Selection(
        [
            *((code, kind.label) for code, kind in DOCUMENT_TYPES.items()),
            (OTHERS, "All others, and what could not be read"),
        ],
        "Documents",
        required=True,
        default=OTHERS,
    )
    company_id = fields.Many2one(
        "res.company", index=True, ondelete="cascade", help="Empty: all companies."
    )
    payload_days = fields.Integer(
        "Content kept (days)", required=True, help="The bytes as sent or received. 0: for ever."
    )
    attempt_days = fields.Integer(
        "Attempts kept (days)", required=True, help="Each try with its answer. 0: for ever."
    )

    _one_rule = models.UniqueIndex(
        "(document_type, COALESCE(company_id, 0))",
        "There is a rule for this document type already.",
    )
    _not_negative = models.Constraint(
        "CHECK (payload_days >= 0 AND attempt_days >= 0)", "Days cannot be negative."
    )

    @api.model
    def _rules(self):
        """All rules as values of core.retention."""
        return [
            Rule(
                rule.company_id.id or None,
                None if rule.document_type == OTHERS else rule.document_type,
                rule.payload_days,
                rule.attempt_days,
            )
            for rule in self.search([])
        ]

    def _audit_detail(self):
        self.ensure_one()
        return {
            "document_type": self.document_type,
            "payload_days": self.payload_days,
            "attempt_days": self.attempt_days,
        }
