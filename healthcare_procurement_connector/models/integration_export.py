from odoo import api, fields, models

from ..services.retention import prune


class IntegrationExport(models.Model):
    """Orders that somebody took out of the house by hand: the zip, for the one who asked.

    What was exported, by whom and when, stays in the audit record; the file itself goes after some days.
    """

    _name = "integration.export"
    _description = "Export of orders by hand"
    _order = "id desc"

    name = fields.Char("File", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Exported by", required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    order_count = fields.Integer("Documents", required=True, readonly=True)
    content = fields.Binary("Zip", attachment=True, readonly=True)
    sha256 = fields.Char(readonly=True)

    def action_download(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/integration.export/{self.id}/content?download=true&filename={self.name}",
            "target": "self",
        }

    @api.autovacuum
    def _gc_exports(self):
        """Files go after ``healthcare.export_days``: they hold prices, and nobody fetches them twice."""
        return prune(self, [], "create_date", "healthcare.export_days", default_days=14)
