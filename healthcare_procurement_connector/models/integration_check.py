from fractions import Fraction

from odoo import api, fields, models

from ..core.checks import CHECKS, REFERENCES, Rule, Settings
from ..services.numbers import rounded


class IntegrationCheck(models.Model):
    """A check before an order leaves: on or off, for all, a company or a route; the closest rule holds."""

    _name = "integration.check"
    _description = "Check before an order is sent"
    _inherit = ["integration.audited.mixin"]
    _audited_as = "check"
    _order = "sequence, code, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    code = fields.Selection(
        [(code, check.label) for code, check in CHECKS.items()], "Check", required=True
    )
    mode = fields.Selection([("on", "On"), ("off", "Off")], required=True, default="on")
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        index=True,
        ondelete="cascade",
        help="Empty: all companies. A route's rule is its company's.",
    )
    route_id = fields.Many2one(
        "integration.route",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Empty: all routes.",
    )
    user_id = fields.Many2one(
        "res.users", "Asked", help="Who decides about an order that it stops. Empty: its buyer."
    )
    tolerance = fields.Float(
        "Tolerance (%)", help="Of contract prices: by so much a line may cost more."
    )
    need_supplier_reference = fields.Boolean("Needs the vendor reference")
    need_origin = fields.Boolean("Needs a source document")
    need_cost_centre = fields.Boolean("Needs a cost centre on each line")

    _one_rule = models.UniqueIndex(
        "(code, COALESCE(company_id, 0), COALESCE(route_id, 0))",
        "There is a rule for this check, company and route already.",
    )
    _tolerance_positive = models.Constraint(
        "CHECK (tolerance >= 0)", "A tolerance cannot be negative."
    )

    @api.depends("route_id")
    def _compute_company_id(self):
        for rule in self.filtered("route_id"):
            rule.company_id = rule.route_id.company_id

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.code, "")

    @api.model
    def _rules(self):
        """All rules as values of core.checks, in one query."""
        return [
            Rule(
                check=rule.code,
                on=rule.mode == "on",
                company=rule.company_id.id or None,
                route=rule.route_id.id or None,
                settings=Settings(
                    tolerance=Fraction(rounded(rule.tolerance)),
                    required=frozenset(name for name in REFERENCES if rule[f"need_{name}"]),
                ),
                id=rule.id,
            )
            for rule in self.search([])
        ]

    @api.model
    def _budget_left(self, orders):
        """{order id: what is left of its budget once it is sent, a Fraction}; for addons that know budgets."""
        return {}

    def _audit_detail(self):
        self.ensure_one()
        return {"check": self.code, "mode": self.mode, "tolerance": self.tolerance}
