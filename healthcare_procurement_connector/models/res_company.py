from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    mapping_self_approval = fields.Boolean(
        "Approvers may approve their own additions to mappings",
        help="Only rows for codes that meant nothing before. Whatever changes the meaning of a code, or removes it, "
        "is always approved by somebody else.",
    )
