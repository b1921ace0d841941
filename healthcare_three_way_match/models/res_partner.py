from odoo import fields, models

APPROVERS = "healthcare_three_way_match.group_match_approver"


class ResPartner(models.Model):
    _inherit = "res.partner"

    bills_blocked = fields.Boolean(
        "Bills are blocked",
        tracking=True,
        groups=APPROVERS,
        help="New bills of this supplier are held until an approver releases each of them.",
    )
    bills_blocked_reason = fields.Char("Why bills are blocked", tracking=True, groups=APPROVERS)
