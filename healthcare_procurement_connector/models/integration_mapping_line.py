from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.mapping import TARGETS


class IntegrationMappingLine(models.Model):
    """One partner code and the record it stands for, while its dates hold.

    For a unit, one ``code`` is exactly ``factor_numerator / factor_denominator`` of ``uom_id``; with a product
    the line is for that product only.
    """

    _name = "integration.mapping.line"
    _description = "Integration mapping line"
    _order = "mapping_id, code, id"

    mapping_id = fields.Many2one(
        "integration.mapping", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    domain = fields.Selection(related="mapping_id.domain", store=True)
    direction = fields.Selection(
        [("both", "Both ways"), ("in", "Only received"), ("out", "Only sent")],
        required=True,
        default="both",
    )
    code = fields.Char("Partner's code", required=True)
    uom_id = fields.Many2one("uom.uom", "Our unit", ondelete="restrict")
    product_id = fields.Many2one("product.product", "Our product", ondelete="restrict")
    partner_id = fields.Many2one("res.partner", "Our partner", ondelete="restrict")
    tax_id = fields.Many2one("account.tax", "Our tax", ondelete="restrict")
    factor_numerator = fields.Integer("Factor", default=1, required=True)
    factor_denominator = fields.Integer("per", default=1, required=True)
    date_from = fields.Date("From")
    date_to = fields.Date("Until")

    _factor_positive = models.Constraint(
        "CHECK (factor_numerator > 0 AND factor_denominator > 0)",
        "A unit's factor must be positive.",
    )
    _code_idx = models.Index("(mapping_id, code)")

    @api.constrains("domain", *set(TARGETS.values()))
    def _check_target(self):
        for line in self:
            if not line[TARGETS[line.domain]]:
                raise ValidationError(
                    self.env._(
                        "Code %(code)s of mapping %(mapping)s points to nothing.",
                        code=line.code,
                        mapping=line.mapping_id.name,
                    )
                )
