from odoo import api, fields, models

from ..core.checks import CHECKS
from ..services.retention import prune


class IntegrationCheckVerdict(models.Model):
    """What a check said of an order on its way out, with what it looked at."""

    _name = "integration.check.verdict"
    _description = "Verdict of a check"
    _log_access = False
    _order = "id desc"
    _rec_name = "code"

    message_id = fields.Many2one(
        "integration.message", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    check_id = fields.Many2one(
        "integration.check", "Rule", readonly=True, ondelete="set null", index="btree_not_null"
    )
    code = fields.Selection(
        [(code, check.label) for code, check in CHECKS.items()],
        "Check",
        required=True,
        readonly=True,
    )
    passed = fields.Boolean(readonly=True)
    findings = fields.Text(readonly=True)
    inputs = fields.Json("Looked at", readonly=True)
    checked = fields.Datetime(required=True, readonly=True, index=True)
    overridden_by_id = fields.Many2one("res.users", "Overridden by", readonly=True)
    override_reason = fields.Char("Reason", readonly=True)

    @api.autovacuum
    def _gc_verdicts(self):
        """Verdicts go after ``healthcare.verdict_days``; the audit record keeps who overrode which."""
        return prune(self, [], "checked", "healthcare.verdict_days", default_days=1095)
