from odoo import api, fields, models


class IntegrationMapping(models.Model):
    """A governed table of partner codes and our records, for one domain.

    A mapping without endpoint is a standard's table (UN/ECE Rec 20): every endpoint falls back to it.
    """

    _name = "integration.mapping"
    _description = "Integration mapping"
    _inherit = ["mail.thread"]
    _check_company_auto = True
    _order = "name"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    domain = fields.Selection(
        [
            ("unit", "Units of measure"),
            ("item", "Items"),
            ("party", "Parties"),
            ("location", "Locations"),
            ("tax", "Taxes"),
        ],
        required=True,
        tracking=True,
    )
    endpoint_id = fields.Many2one(
        "integration.endpoint", check_company=True, index=True, ondelete="cascade", tracking=True
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, readonly=False, index=True
    )
    line_ids = fields.One2many("integration.mapping.line", "mapping_id", copy=True)

    @api.depends("endpoint_id")
    def _compute_company_id(self):
        for mapping in self.filtered("endpoint_id"):
            mapping.company_id = mapping.endpoint_id.company_id
