from odoo import fields, models

from ..core.catalogue import VERDICTS
from ..services.catalogues import deciding


class IntegrationCatalogueLine(models.Model):
    """One line of a catalogue: what it says, what it would do, and what became of it.

    A price the catalogue no longer tells has a line too, without a position.
    """

    _name = "integration.catalogue.line"
    _description = "Line of a supplier catalogue"
    _log_access = False
    _order = "catalogue_id, id"
    _rec_name = "item_name"

    catalogue_id = fields.Many2one(
        "integration.catalogue", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    position = fields.Integer("Line", readonly=True)
    row = fields.Integer("Place in the file", readonly=True)
    verdict = fields.Selection(list(VERDICTS.items()), readonly=True)
    jump = fields.Boolean("Price jump", readonly=True)
    replaces = fields.Boolean(readonly=True)
    decision = fields.Selection([("approved", "Approved"), ("declined", "Declined")], readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    applied = fields.Datetime(readonly=True)
    error_code = fields.Char("Code", readonly=True)
    error_text = fields.Char("Why", readonly=True)

    action = fields.Char(readonly=True)
    seller_code = fields.Char("Supplier's code", readonly=True)
    buyer_code = fields.Char("Our code", readonly=True)
    gtin = fields.Char("GTIN", readonly=True)
    item_name = fields.Char("Item", readonly=True)
    told_price = fields.Float("Price as told", digits=(24, 8), readonly=True)
    has_price = fields.Boolean(readonly=True)
    per_value = fields.Float("Per", digits=(24, 8), readonly=True)
    per_unit = fields.Char("Unit of price", readonly=True)
    unit_code = fields.Char("Unit as told", readonly=True)
    told_minimum = fields.Float("Minimum as told", digits=(24, 8), readonly=True)
    minimum_unit = fields.Char(readonly=True)
    currency_code = fields.Char("Currency", readonly=True)
    valid_from = fields.Date(readonly=True)
    valid_to = fields.Date("Valid until", readonly=True)

    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="set null", index="btree_not_null"
    )
    uom_id = fields.Many2one("uom.uom", "Unit", readonly=True, ondelete="restrict")
    price = fields.Float(
        "New price", digits=(24, 8), min_display_digits="Product Price", readonly=True
    )
    minimum = fields.Float("From quantity", digits="Product Unit", readonly=True)
    known_id = fields.Many2one(
        "product.supplierinfo", readonly=True, ondelete="set null", index="btree_not_null"
    )
    old_price = fields.Float(
        "Price now", digits=(24, 8), min_display_digits="Product Price", readonly=True
    )
    change = fields.Float("Change (%)", digits=(24, 2), readonly=True)

    _once = models.UniqueIndex("(catalogue_id, position)")
    _work_idx = models.Index("(catalogue_id, id)")
    _verdict_idx = models.Index("(catalogue_id, verdict)")

    def action_approve(self):
        deciding.decide(self, "approved")

    def action_decline(self):
        deciding.decide(self, "declined")
