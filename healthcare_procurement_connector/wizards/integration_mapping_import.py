import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.file_parts import safe_name
from ..services import mapping_files
from .chosen import again, done


class IntegrationMappingImport(models.TransientModel):
    """Rows of a mapping from or to a CSV file."""

    _name = "integration.mapping.import"
    _description = "Rows of a mapping as CSV"

    mapping_id = fields.Many2one("integration.mapping", required=True, readonly=True)
    state = fields.Selection(related="mapping_id.state")
    file = fields.Binary("File with rows", attachment=False)
    file_name = fields.Char()
    replace = fields.Boolean(
        "Replace all rows", help="Else rows of the same code and product are replaced, others stay."
    )
    errors = fields.Text(readonly=True)
    export = fields.Binary("Rows as CSV", compute="_compute_export")
    export_name = fields.Char(compute="_compute_export")

    @api.depends("mapping_id")
    def _compute_export(self):
        for wizard in self:
            mapping = wizard.mapping_id
            wizard.export = base64.b64encode(mapping_files.export_csv(mapping))
            wizard.export_name = f"{safe_name(mapping.key or mapping.name)}-{mapping.version}.csv"

    def action_import(self):
        """All rows, or none and what is wrong with each."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        raw = base64.b64decode(self.with_context(bin_size=False).file)
        errors = mapping_files.import_csv(self.mapping_id, raw, self.replace)
        if errors:
            self.errors = mapping_files.errors_text(self.env, errors)
            return again(self)
        return done(
            self.env,
            self.env._(
                "%(mapping)s now has %(count)s rows.",
                self.mapping_id.display_name,
                self.mapping_id.line_count,
            ),
        )
