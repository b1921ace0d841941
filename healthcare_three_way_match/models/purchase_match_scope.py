from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.scope import Scope


class PurchaseMatchScope(models.AbstractModel):
    """A row of a policy's version, and where it applies: everywhere, or for what it names.

    Rows change while their version is a draft and never again; ``purchase.match.drafted._check_open`` says so.
    """

    _name = "purchase.match.scope"
    _description = "Where a row of a match policy applies"
    _check_company_auto = True

    policy_id = fields.Many2one(
        "purchase.match.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Supplier",
        check_company=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        help="The company that sells; its addresses and contacts are meant too.",
    )
    categ_id = fields.Many2one(
        "product.category", "Category", ondelete="restrict", help="And all categories below it."
    )
    product_id = fields.Many2one("product.product", check_company=True, ondelete="restrict")
    order_id = fields.Many2one("purchase.order", check_company=True, ondelete="restrict")
    where = fields.Char("Applies to", compute="_compute_where", compute_sudo=True)

    @api.depends("partner_id", "categ_id", "product_id", "order_id")
    @api.depends_context("lang")
    def _compute_where(self):
        for row in self:
            named = (
                (row.order_id.name, self.env._("order")),
                (row.product_id.display_name, self.env._("product")),
                (row.categ_id.name, self.env._("category")),
                (row.partner_id.name, self.env._("supplier")),
            )
            parts = [f"{name} ({kind})" for name, kind in named if name]
            row.where = ", ".join(parts) or self.env._("Everything")

    @api.constrains("partner_id")
    def _check_commercial(self):
        for row in self:
            if row.partner_id != row.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to %(supplier)s: name the supplier itself.",
                        contact=row.partner_id.display_name,
                        supplier=row.partner_id.commercial_partner_id.display_name,
                    )
                )

    def _scope(self):
        """As the decision knows it."""
        return Scope(
            order=self.order_id.id or None,
            product=self.product_id.id or None,
            category=self.categ_id.id or None,
            supplier=self.partner_id.id or None,
        )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.policy_id._check_open()
        return rows

    def write(self, vals):
        self.policy_id._check_open()
        result = super().write(vals)
        self.policy_id._check_open()
        return result

    @api.ondelete(at_uninstall=True)
    def _only_in_drafts(self):
        self.policy_id._check_open()
