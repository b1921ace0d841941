from odoo import fields, models

from ..core.receipts import RECEIPTS


class IntegrationNumberedMixin(models.AbstractModel):
    """Under which numbers a message travelled, and what its reader said of having got it."""

    _name = "integration.numbered.mixin"
    _description = "Numbers of an interchange"

    interchange_control = fields.Char(
        "Interchange",
        readonly=True,
        help="ISA13, UNB 0020, the payload id of cXML; without leading zeros.",
    )
    group_control = fields.Char("Group", readonly=True, help="GS06, UNG 0048")
    document_control = fields.Char("Document in it", readonly=True, help="ST02, UNH 0062")
    receipt = fields.Selection(list(RECEIPTS.items()), "Functional acknowledgement", readonly=True)
    acknowledges_id = fields.Many2one(
        "integration.message", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    acknowledged_by_ids = fields.One2many(
        "integration.message", "acknowledges_id", "Acknowledged by"
    )
