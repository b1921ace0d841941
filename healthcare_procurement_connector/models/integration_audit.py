import json

from psycopg2.extras import Json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import json_default

COLUMNS = (
    "occurred",
    "user_id",
    "company_id",
    "action",
    "res_model",
    "res_id",
    "business_ref",
    "detail",
)


class IntegrationAudit(models.Model):
    """Append-only record of who did what; written in the transaction of the act itself."""

    _name = "integration.audit"
    _description = "Audit entry"
    _log_access = False
    _order = "id desc"
    _rec_name = "action"

    occurred = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Who", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    action = fields.Char("What", required=True, readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)
    record_name = fields.Char("On what", compute="_compute_record_name")
    business_ref = fields.Char("Business reference", readonly=True, index=True)
    detail = fields.Json(readonly=True)
    detail_text = fields.Char("Details", compute="_compute_detail_text")

    _record_idx = models.Index("(res_model, res_id)")

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        """What kind of thing it was, and its name: as far as its reader may see it, and while it is there."""
        self.record_name = False
        for model, entries in self.filtered("res_model").grouped("res_model").items():
            kind = self.env["ir.model"]._get(model).name or model
            names = self._names(model, entries.mapped("res_id"))
            for entry in entries:
                entry.record_name = f"{kind}: {names.get(entry.res_id, entry.res_id)}"

    def _names(self, model, ids):
        if model not in self.env:
            return {}  # of an addon that is no longer installed
        records = self.env[model].browse(ids).exists()
        return {record.id: record.display_name for record in records._filtered_access("read")}

    @api.depends("detail")
    def _compute_detail_text(self):
        for entry in self:
            entry.detail_text = " · ".join(
                f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
                for key, value in (entry.detail or {}).items()
                if value is not None
            )

    @api.model
    def _append(self, entries):
        """One row per entry (action, res_model, res_id, company_id, business_ref, detail), by the acting user."""
        # One statement: a night's matches leave thousands, and there is nothing for the ORM to find in them. Nobody
        # may write here by hand; the acting user's id is stored, not the superuser's.
        own = {"occurred": fields.Datetime.now(), "user_id": self.env.uid}
        rows = [{**own, **entry} for entry in entries]
        if rows:
            self.env.cr.execute_values(
                f"INSERT INTO integration_audit ({', '.join(COLUMNS)}) VALUES %s",
                [[_column(row.get(name)) for name in COLUMNS] for row in rows],
                page_size=len(rows),
            )

    # No call of super: nothing is ever changed here.
    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The audit record is append-only."))

    @api.ondelete(at_uninstall=False)
    def _never_delete(self):
        raise AccessError(self.env._("The audit record is append-only."))


def _column(value):
    """As the database takes it; what is empty is NULL."""
    if isinstance(value, dict) and value:
        return Json(value, dumps=lambda each: json.dumps(each, default=json_default))
    return value or None
