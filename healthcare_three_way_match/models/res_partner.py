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
    match_bill_from_receipt = fields.Boolean(
        "Bills from receipts",
        tracking=True,
        groups=APPROVERS,
        help="Evaluated receipt settlement: this supplier sends no bills. What is received, or reported as used, is "
        "billed by itself at the order's prices.",
    )
    match_bill_only_allowed = fields.Boolean(
        "Bill-only orders",
        tracking=True,
        groups=APPROVERS,
        help="Implants and other consignment goods may be ordered after they were used, by the usage report; they are "
        "not received any more.",
    )
    bills_blocked_reason = fields.Char("Why bills are blocked", tracking=True, groups=APPROVERS)
