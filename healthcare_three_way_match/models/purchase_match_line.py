from odoo import api, fields, models

from ..core.rates import Basis
from ..services import wording
from .held_many2one import HeldMany2one
from .purchase_match_policy import RATES

RESULTS = [
    ("agrees", "Agrees"),
    ("tolerated", "Within tolerance"),
    ("differs", "Differs"),
    ("disputed", "Disputed"),
    ("released", "Released"),
    ("unmatched", "No order"),
]


class PurchaseMatchLine(models.Model):
    """One bill line beside its order line, in the order's unit."""

    _name = "purchase.match.line"
    _description = "Three-way match line"
    _order = "match_id, sequence, id"
    _rec_name = "label"
    # When it was compared, the match says.
    _log_access = False

    match_id = fields.Many2one("purchase.match", required=True, ondelete="cascade", index=True)
    bill_id = HeldMany2one(related="match_id.bill_id", store=True, index=True)
    company_id = HeldMany2one(related="match_id.company_id", store=True)
    currency_id = fields.Many2one(related="match_id.currency_id")
    sequence = fields.Integer()
    bill_line_id = fields.Many2one(
        "account.move.line", required=True, ondelete="cascade", index=True
    )
    purchase_line_id = fields.Many2one("purchase.order.line", "Order line", index=True)
    order_id = fields.Many2one(related="purchase_line_id.order_id", string="Order")
    label = fields.Char("Product")
    unit = fields.Char()
    ordered = fields.Float(digits="Product Unit")
    received = fields.Float(digits="Product Unit")
    receipt_expected = fields.Boolean()
    accepted = fields.Float(digits="Product Unit", help="What of it passed the inspection.")
    inspected = fields.Boolean()
    billed_before = fields.Float(
        "Billed before", digits="Product Unit", help="By other bills, less goods credited."
    )
    billed_now = fields.Float("Billed now", digits="Product Unit")
    difference = fields.Float(
        compute="_compute_difference",
        digits="Product Unit",
        help="All bills together, more (+) than received, or than ordered where nothing is received.",
    )
    order_price = fields.Float("Order price", digits="Product Price")
    bill_price = fields.Float("Bill price", digits="Product Price")
    price_difference = fields.Float(
        "Price difference", compute="_compute_difference", digits="Product Price"
    )
    price_compared = fields.Boolean()
    amount = fields.Monetary("Billed amount")
    price_row_id = HeldMany2one("purchase.match.tolerance", "Row for the price")
    quantity_row_id = HeldMany2one("purchase.match.tolerance", "Row for the quantity")
    way_row_id = HeldMany2one("purchase.match.way", "Row for the way")
    exemption_id = HeldMany2one("purchase.match.exemption", "Needs no order by")
    rate = fields.Float(
        digits=(16, 10),
        help="So many of the bill's currency for one of the order's, where they differ: the order's price is shown "
        "in the bill's.",
    )
    rate_day = fields.Date()
    rate_basis = fields.Selection([row for row in RATES if row[0] != Basis.HOLD])
    result = fields.Selection(RESULTS, compute="_compute_result")
    explanation = fields.Char(compute="_compute_result")
    tolerance = fields.Char("What applied", compute="_compute_result")
    link_score = fields.Integer(
        readonly=True,
        help="What spoke for the order line, out of 100, where the bill itself named none.",
    )
    link_reasons = fields.Json(readonly=True)
    link_user_id = fields.Many2one(
        "res.users", "Linked by", readonly=True, help="Empty: by the evidence alone."
    )

    @api.depends("ordered", "received", "billed_before", "billed_now", "order_price", "bill_price")
    def _compute_difference(self):
        for line in self:
            base = min(line.received, line.ordered) if line.receipt_expected else line.ordered
            billed = line.billed_before + line.billed_now
            line.difference = billed - base if line.purchase_line_id else 0.0
            compared = line.price_compared
            line.price_difference = line.bill_price - line.order_price if compared else 0.0

    @api.depends("match_id.hold_ids.state", "bill_line_id")
    @api.depends_context("lang")
    def _compute_result(self):
        all_holds = self.match_id.hold_ids
        all_holds.mapped("explanation")  # all at once, not one by one below
        holds = all_holds.grouped("bill_line_id")
        for line in self:
            own = holds.get(line.bill_line_id, self.env["purchase.match.hold"])
            line.result = line._result(own)
            line.explanation = wording.line_sentence(line, own)
            line.tolerance = wording.line_grounds(line)

    def _result(self, holds):
        states = set(holds.mapped("state"))
        if "open" in states:
            return "differs"
        if "disputed" in states:
            return "disputed"
        if not self.purchase_line_id:
            return "released" if "released" in states else "unmatched"
        if "released" in states:
            return "released"
        over = self.env["decimal.precision"].precision_get("Product Unit")
        differs = round(self.difference, over) > 0 or self.price_difference
        return "tolerated" if differs else "agrees"
