from odoo import api, fields, models

from ..services.beside import beside
from ..services.matching import Matching
from ..services.worklist import Worklist, may_open, seen

STATES = [
    ("none", "Nothing to compare"),
    ("clean", "Agrees"),
    ("informed", "Differs, nothing stopped"),
    ("held", "Held"),
    ("released", "Released"),
]

BLOCKS = [("nothing", "Nothing"), ("payment", "Payment"), ("posting", "Posting and payment")]


class PurchaseMatch(models.Model):
    """The comparison of one bill with its orders and receipts, as it came out last time.

    What is stored here is for people and reports. The gates never read it: they compare again.
    """

    _name = "purchase.match"
    _inherit = "purchase.match.own.mixin"
    _description = "Three-way match"
    _order = "id desc"
    _rec_name = "bill_id"

    bill_id = fields.Many2one(
        "account.move", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="bill_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="bill_id.currency_id")
    partner_id = fields.Many2one(
        related="bill_id.commercial_partner_id", string="Supplier", store=True, index=True
    )
    business_ref = fields.Char(related="bill_id.business_ref")
    state = fields.Selection(STATES, required=True, readonly=True, default="none", index=True)
    blocks = fields.Selection(BLOCKS, "Stops", required=True, readonly=True, default="nothing")
    policy_id = fields.Many2one(
        "purchase.match.policy", "Policy applied", readonly=True, ondelete="restrict"
    )
    matched_on = fields.Datetime("Compared on", readonly=True)
    posted_on = fields.Datetime(
        "Took its quantity on",
        readonly=True,
        copy=False,
        help="When the bill was posted: from then on later bills count what it took.",
    )
    withheld = fields.Monetary(
        "Not payable yet",
        readonly=True,
        help="With tax: what open and disputed holds keep back from payment.",
    )
    line_ids = fields.One2many("purchase.match.line", "match_id", readonly=True)
    hold_ids = fields.One2many("purchase.match.hold", "match_id", readonly=True)
    linked_order_line_ids = fields.Many2many(
        "purchase.order.line",
        compute="_compute_linked_order_line_ids",
        help="Every order line this bill has named so far: taking the link away does not help it.",
    )
    agreed = fields.Json(
        readonly=True,
        help="Per order line: price and quantity in base units as the order had them when the bill "
        "first named it. Raising the order afterwards does not make the bill right.",
    )

    _bill_uniq = models.UniqueIndex("(bill_id)", "A bill has one match.")

    @api.depends("bill_id")
    def _compute_display_name(self):
        for match in self:
            # sudo: whoever may see a match sees which bill it is about.
            match.display_name = match.sudo().bill_id.display_name

    @api.depends("agreed")
    def _compute_linked_order_line_ids(self):
        # Kept once, as the keys of what was agreed: a bill of thousands of lines has as many.
        named = {match: [int(key) for key in match.agreed or ()] for match in self}
        lines = self.env["purchase.order.line"]
        there = set(lines.browse({key for keys in named.values() for key in keys}).exists().ids)
        for match, keys in named.items():
            match.linked_order_line_ids = lines.browse([key for key in keys if key in there])

    def action_match_again(self):
        """Compares again with the numbers of this moment."""
        self.check_access("read")
        Matching(self.env).run(self.bill_id)

    def beside(self):
        """The document, the history and the supplier's past beside the worksheet, as JSON."""
        self.ensure_one()
        return beside(self)

    @api.model
    def action_decide_next(self, match_id=False):
        """Opens this bill if it still waits for the user, else the first one that does; False: nothing is left."""
        match = Worklist(self.env).following(match_id)
        if not match:
            return False
        if may_open(match.bill_id):
            return match.bill_id._get_records_action()
        # The hold shows the same worksheet.
        return seen(match).filtered(lambda hold: hold.state == "open")[:1]._get_records_action()

    @api.model
    def action_start_deciding(self):
        """Opens the first bill that waits for the user, or their empty queue."""
        return self.action_decide_next() or self.env["ir.actions.act_window"]._for_xml_id(
            "healthcare_three_way_match.action_purchase_match_hold_mine"
        )

    def action_open_bill(self):
        self.ensure_one()
        # Who cannot open bills sees the holds on it.
        return (self.bill_id if may_open(self.bill_id) else seen(self))._get_records_action()
