from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    supplier_approval = fields.Selection(
        [("approved", "Approved"), ("suspended", "Suspended")],
        "Approved as a supplier",
        copy=False,
        tracking=True,
        help="Looked at before an order is sent, where that check is on.",
    )
    supplier_approved_until = fields.Date("Approved until", copy=False, tracking=True)
    supplier_certificate_until = fields.Date(
        "Certificate until",
        copy=False,
        tracking=True,
        help="The last day of the supplier's quality certificate.",
    )
    controlled_licence_until = fields.Date(
        "Licence for controlled substances until", copy=False, tracking=True
    )
    delivery_site_ids = fields.Many2many(
        "stock.warehouse",
        "integration_partner_site_rel",
        "partner_id",
        "warehouse_id",
        "Delivers to",
        help="Empty: to all care sites.",
    )
