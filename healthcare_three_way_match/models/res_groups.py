from odoo import fields, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    match_release_limit = fields.Float(
        "Release limit for holds",
        digits=(16, 2),
        groups="base.group_erp_manager",
        help="For approvers of this group that have no limit of their own, in the company's currency. "
        "0: what the company's policy says.",
    )
