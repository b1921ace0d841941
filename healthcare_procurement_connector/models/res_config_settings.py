from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mapping_self_approval = fields.Boolean(
        related="company_id.mapping_self_approval", readonly=False
    )
