from odoo import fields, models

from ..core.policy import Way

WAYS = [
    (Way.TWO.value, "Two-way: order"),
    (Way.THREE.value, "Three-way: order and receipt"),
    (Way.FOUR.value, "Four-way: order, receipt and inspection"),
]


class PurchaseMatchWay(models.Model):
    """What bills are held against, where it is not the usual: order, receipt, inspection."""

    _name = "purchase.match.way"
    _inherit = ["purchase.match.scope"]
    _description = "What bills are matched with"
    _order = "policy_id, id"
    _rec_name = "way"

    way = fields.Selection(WAYS, "Matched with", required=True, default=Way.THREE.value)

    _scope_uniq = models.UniqueIndex(
        "(policy_id, COALESCE(partner_id, 0), COALESCE(categ_id, 0), COALESCE(product_id, 0), "
        "COALESCE(order_id, 0))",
        "A policy says once for one scope what its bills are matched with.",
    )
