from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    match_release_limit = fields.Float(
        "Release limit for holds",
        digits=(16, 2),
        groups="base.group_erp_manager",
        help="Up to which amount, in the company's currency, this approver may release holds. "
        "0: the highest limit of their groups, else what the company's policy says.",
    )
