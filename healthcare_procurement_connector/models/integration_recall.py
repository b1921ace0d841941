from odoo import fields, models


class IntegrationRecall(models.Model):
    """A lot that its maker or an authority called back: a ship notice that announces it is asked about."""

    _name = "integration.recall"
    _description = "Recalled lot"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Notice", required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        tracking=True,
    )
    lot = fields.Char(tracking=True, help="Empty: all lots of the product.")
    date = fields.Date("Since", default=fields.Date.context_today, tracking=True)
    reason = fields.Char(tracking=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
