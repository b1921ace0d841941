from odoo import api, fields, models
from odoo.exceptions import AccessError


class IntegrationAudit(models.Model):
    """Append-only record of who did what; written in the transaction of the act itself."""

    _name = "integration.audit"
    _description = "Audit entry"
    _log_access = False
    _order = "id desc"

    occurred = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    action = fields.Char("What", required=True, readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    business_ref = fields.Char("Business reference", readonly=True, index=True)
    detail = fields.Json(readonly=True)

    _record_idx = models.Index("(res_model, res_id)")

    @api.model
    def _append(self, entries):
        """One row per entry (action, res_model, res_id, company_id, business_ref, detail), by the acting user."""
        now = fields.Datetime.now()
        # sudo: nobody may write here by hand; the acting user's id is stored, not the superuser's.
        self.sudo().create(
            [{"occurred": now, "user_id": self.env.uid, **entry} for entry in entries]
        )

    # No call of super: nothing is ever changed here.
    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The audit record is append-only."))

    @api.ondelete(at_uninstall=False)
    def _never_delete(self):
        raise AccessError(self.env._("The audit record is append-only."))
