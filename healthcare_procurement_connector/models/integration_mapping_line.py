from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.mapping import TARGETS, factor_text, parse_factor


class IntegrationMappingLine(models.Model):
    """One partner code and what it stands for here, while its dates hold.

    For a unit, one ``code`` is exactly ``factor`` of ``uom_id`` (kept as numerator and denominator); with a
    product the line is for that product only: a CS of these gloves is 12 boxes.
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
    code_name = fields.Char("Meaning by the standard", compute="_compute_code_name")
    uom_id = fields.Many2one("uom.uom", "Our unit", ondelete="restrict")
    product_id = fields.Many2one(
        "product.product", "Our product", ondelete="restrict", index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", "Our partner", ondelete="restrict")
    tax_id = fields.Many2one("account.tax", "Our tax", ondelete="restrict")
    payment_term_id = fields.Many2one("account.payment.term", "Our terms", ondelete="restrict")
    account_id = fields.Many2one("account.account", "Our account", ondelete="restrict")
    analytic_account_id = fields.Many2one(
        "account.analytic.account", "Our cost centre", ondelete="restrict"
    )
    meaning = fields.Char("In our words")
    factor = fields.Char(
        compute="_compute_factor",
        inverse="_inverse_factor",
        help="How many of our unit one of the partner's is: 12, 0.001 or 1/12. It is kept exactly.",
    )
    factor_numerator = fields.Integer(default=1, required=True)
    factor_denominator = fields.Integer(default=1, required=True)
    date_from = fields.Date("From")
    date_to = fields.Date("Until")
    # Why the line is there, where a question about an unknown code led to it.
    note = fields.Char()

    _factor_positive = models.Constraint(
        "CHECK (factor_numerator > 0 AND factor_denominator > 0)",
        "A unit's factor must be positive.",
    )
    _code_idx = models.Index("(mapping_id, code)")
    _lookup_idx = models.Index("(code, domain)")

    @api.depends("code", "domain")
    def _compute_code_name(self):
        units = self.filtered(lambda line: line.domain == "unit" and line.code)
        names = self.env["integration.unit.code"]._names(units.mapped("code"))
        for line in self:
            line.code_name = names.get(line.code) if line in units else False

    @api.depends("factor_numerator", "factor_denominator")
    def _compute_factor(self):
        for line in self:
            line.factor = factor_text(Fraction(line.factor_numerator, line.factor_denominator))

    def _inverse_factor(self):
        for line in self:
            try:
                factor = parse_factor(line.factor or "1")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The factor %(factor)s of code %(code)s is not a number such as 12, 0.001 or 1/12.",
                        factor=line.factor,
                        code=line.code,
                    )
                ) from error
            line.write(
                {
                    "factor_numerator": factor.numerator,
                    "factor_denominator": factor.denominator,
                }
            )

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

    @api.constrains("uom_id", "product_id", "domain")
    def _check_unit(self):
        """Odoo converts kilograms into pieces without complaint; a mapping that would have it do so is refused."""
        for line in self.filtered(lambda each: each.domain == "unit" and each.product_id):
            if not line.uom_id._has_common_reference(line.product_id.uom_id):
                raise ValidationError(
                    self.env._(
                        "Code %(code)s: %(unit)s cannot be converted into %(own)s, in which %(product)s is kept.",
                        code=line.code,
                        unit=line.uom_id.name,
                        own=line.product_id.uom_id.name,
                        product=line.product_id.display_name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for line in self:
            if line.date_from and line.date_to and line.date_to < line.date_from:
                raise ValidationError(
                    self.env._("Code %s ends before it begins to hold.", line.code)
                )

    @api.constrains("company_id", *set(TARGETS.values()))
    def _check_line_company(self):
        """What belongs to another company is nothing that this mapping's documents can be booked on."""
        for line in self.filtered("company_id"):
            target = line[TARGETS[line.domain]]
            if line.domain != "reason" and not _usable_in(line.company_id, target):
                raise ValidationError(
                    self.env._(
                        "Code %(code)s: %(target)s belongs to another company.",
                        code=line.code,
                        target=target.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.mapping_id._check_editable()
        lines.mapping_id._note_editor()
        return lines

    def write(self, vals):
        self.mapping_id._check_editable()
        result = super().write(vals)
        # Where they were moved to.
        self.mapping_id._check_editable()
        self.mapping_id._note_editor()
        return result

    @api.ondelete(at_uninstall=False)
    def _keep_approved(self):
        self.mapping_id._check_editable()
        self.mapping_id._note_editor()


def _usable_in(company, record):
    """Whether a record may be used in a company: its own, a parent company's, or everybody's."""
    # sudo: the companies of a record that was chosen already.
    record = record.sudo()
    name = next((name for name in ("company_ids", "company_id") if name in record._fields), None)
    owners = record[name] if name else record.env["res.company"]
    return not owners or bool(owners & company.sudo().parent_ids)
