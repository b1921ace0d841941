from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core import holds as machine
from ..core.verdict import Block, Code
from ..services import wording
from ..services.amendments import Amendments
from ..services.release import Decisions
from ..services.stored import stored_fraction
from ..services.worklist import Worklist, may_open
from ..services.worksheet import discount_day, worksheet
from .purchase_match import BLOCKS

CODES = [
    (Code.PRICE.value, "Price"),
    (Code.PRICE_TOTAL.value, "Price over all bills"),
    (Code.CONTRACT.value, "Above the contract"),
    (Code.QTY_ORD.value, "More than ordered"),
    (Code.QTY_REC.value, "More than received"),
    (Code.NOT_RECEIVED.value, "Not received"),
    (Code.ACCEPTED_QTY.value, "More than accepted"),
    (Code.LOT_EXPIRY.value, "Lot or expiry"),
    (Code.UOM_PACK.value, "Unit or pack size"),
    (Code.CHARGE.value, "Freight and charges"),
    (Code.TAX.value, "Tax rate"),
    (Code.TOTALS.value, "Differs from the document"),
    (Code.CURRENCY.value, "Currency"),
    (Code.NO_PO.value, "No order"),
    (Code.PO_STATE.value, "Order not confirmed"),
    (Code.OTHER_SUPPLIER.value, "Another supplier's order"),
    (Code.BLANKET_VALUE.value, "Blanket order used up"),
    (Code.BLANKET_PERIOD.value, "Outside the blanket order's time"),
    (Code.DOWN_PAYMENT.value, "Down payment not taken off"),
    (Code.DATE.value, "Billed too early"),
    (Code.DUPLICATE.value, "Billed before"),
    (Code.SUPPLIER_BLOCK.value, "Supplier is blocked"),
    (Code.BANK.value, "Payee account"),
    (Code.ROUNDING.value, "Rounding"),
]

HOLD_STATES = [
    (machine.OPEN, "Open"),
    (machine.DISPUTED, "Disputed"),
    (machine.RELEASED, "Released"),
    (machine.AUTO_RELEASED, "Cause gone"),
]


class PurchaseMatchHold(models.Model):
    """One finding of a match that stops posting or payment, until its cause goes or a person decides.

    Nobody writes here by hand: the match opens and closes holds, and people decide through
    ``services.release``. Exact numbers are kept as fractions in ``numbers``; the columns beside it
    are rounded, for people.
    """

    _name = "purchase.match.hold"
    _inherit = "purchase.match.own.mixin"
    _description = "Hold on a bill"
    _order = "state, date_due, id"
    _rec_name = "code"

    match_id = fields.Many2one(
        "purchase.match", required=True, readonly=True, ondelete="cascade", index=True
    )
    bill_id = fields.Many2one(related="match_id.bill_id", store=True, index=True)
    company_id = fields.Many2one(related="match_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="match_id.currency_id", store=True)
    partner_id = fields.Many2one(related="match_id.partner_id", store=True, index=True)
    business_ref = fields.Char(related="bill_id.business_ref")
    bill_ref = fields.Char(related="bill_id.ref", string="Bill number")
    bill_line_id = fields.Many2one("account.move.line", readonly=True, ondelete="set null")
    purchase_line_id = fields.Many2one(
        "purchase.order.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    order_id = fields.Many2one("purchase.order", readonly=True, ondelete="set null", index=True)
    line_label = fields.Char("On line", readonly=True)
    code = fields.Selection(CODES, "Finding", required=True, readonly=True)
    state = fields.Selection(
        HOLD_STATES, required=True, readonly=True, default=machine.OPEN, index=True
    )
    blocks = fields.Selection(BLOCKS, "Stops", required=True, readonly=True)
    policy_id = fields.Many2one("purchase.match.policy", readonly=True, ondelete="restrict")
    tolerance_id = fields.Many2one(
        "purchase.match.tolerance",
        "Row broken",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The row of the policy that applied; none where no row says anything about this kind.",
    )
    numbers = fields.Json(readonly=True)
    fingerprint = fields.Char(readonly=True)
    claimed = fields.Float("Billed", digits=(16, 6), readonly=True)
    expected = fields.Float(digits=(16, 6), readonly=True)
    amount = fields.Monetary("At stake", readonly=True, help="Without tax.")
    amount_gross = fields.Monetary("Kept back", readonly=True, help="With tax.")
    amount_company = fields.Monetary(
        "At stake (company currency)", readonly=True, currency_field="company_currency_id"
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    explanation = fields.Char(compute="_compute_explanation")
    tolerance = fields.Char("Tolerated", compute="_compute_explanation")
    user_id = fields.Many2one("res.users", "Owner", readonly=True, index=True)
    date_due = fields.Date("Due", readonly=True)
    discount_date = fields.Date(
        "Discount until",
        compute="_compute_discount_date",
        store=True,
        index="btree_not_null",
        help="The last day of the bill's early payment discount.",
    )
    overdue = fields.Boolean(compute="_compute_overdue")
    age = fields.Integer("Days", compute="_compute_overdue", help="Since the hold opened.")
    reason = fields.Char(readonly=True)
    decided_by_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    first_approver_id = fields.Many2one(
        "res.users",
        "First of two",
        readonly=True,
        help="Has released this already; it takes one more person.",
    )
    first_approved_on = fields.Datetime(readonly=True)
    first_reason = fields.Char("First one's reason", readonly=True)
    approval = fields.Selection(
        [("one", "One person"), ("none_of_two", "Needs two people"), ("one_of_two", "One of two")],
        "Release takes",
        compute="_compute_may",
    )
    may_release = fields.Boolean(compute="_compute_may")
    may_dispute = fields.Boolean(compute="_compute_may")
    may_approve_change = fields.Boolean(compute="_compute_may")
    worksheet = fields.Json(compute="_compute_worksheet")
    waits_for_me = fields.Boolean(
        compute="_compute_waits_for_me",
        search="_search_waits_for_me",
        help="Yours, nobody's, or in want of a second person, as far as you have the right.",
    )

    _open_idx = models.Index("(user_id, date_due) WHERE state IN ('open', 'disputed')")
    _active_uniq = models.UniqueIndex(
        "(match_id, COALESCE(bill_line_id, 0), code) WHERE state IN ('open', 'disputed')",
        "A bill line has one open hold of a kind.",
    )

    @api.depends("code", "bill_id")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for hold in self:
            # sudo: whoever may see a hold sees which bill it is on, without the right to open it.
            bill = hold.sudo().bill_id.display_name
            hold.display_name = f"{labels[hold.code]}: {bill}"

    @api.depends("numbers", "code", "state", "tolerance_id", "policy_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for hold in self:
            hold.explanation = wording.hold_sentence(hold)
            hold.tolerance = wording.grounds(hold)

    @api.depends("state", "date_due", "decided_on")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for hold in self:
            active = hold.state in machine.ACTIVE
            hold.overdue = bool(active and hold.date_due and hold.date_due < today)
            end = hold.decided_on if not active and hold.decided_on else fields.Datetime.now()
            hold.age = (end - hold.create_date).days if hold.create_date else 0

    @api.depends("state", "amount_company", "first_approver_id")
    @api.depends_context("uid")
    def _compute_may(self):
        decisions, amendments = Decisions(self.env), Amendments(self.env)
        for hold in self:
            hold.may_approve_change = amendments.may_approve(hold)
            hold.approval = "none_of_two" if decisions.takes_two(hold) else "one"
            if hold.first_approver_id and hold.state in machine.ACTIVE:
                hold.approval = "one_of_two"
            hold.may_release = decisions.may_release(hold)
            hold.may_dispute = decisions.may_dispute(hold)

    @api.depends("bill_id.invoice_date", "bill_id.invoice_payment_term_id")
    def _compute_discount_date(self):
        for hold in self:
            hold.discount_date = discount_day(hold.bill_id)

    @api.depends("state", "match_id.matched_on")
    @api.depends_context("lang", "uid")
    def _compute_worksheet(self):
        for hold in self:
            hold.worksheet = worksheet(hold.match_id)

    @api.depends("state", "user_id", "first_approver_id")
    @api.depends_context("uid")
    def _compute_waits_for_me(self):
        mine = self.filtered_domain(Worklist(self.env).mine())
        for hold in self:
            hold.waits_for_me = hold in mine

    def _search_waits_for_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Worklist(self.env).mine()

    def _core(self):
        """As the decision knows it."""
        return [
            machine.Hold(
                key=hold.id,
                code=Code(hold.code),
                line=hold.bill_line_id.id or None,
                state=hold.state,
                block=Block.of((hold.numbers or {}).get("block", hold.blocks)),
                claimed=stored_fraction(hold.numbers, "claimed"),
                stake=stored_fraction(hold.numbers, "stake"),
                gross=stored_fraction(hold.numbers, "gross"),
                fingerprint=hold.fingerprint or "",
                row=hold.tolerance_id.id or None,
            )
            for hold in self
        ]

    def action_release(self):
        """Asks for the reason, then accepts the finding as it stands."""
        return self._ask("release")

    def action_dispute(self):
        """Asks for the reason, then lets the bill post while the amount at stake stays unpaid."""
        return self._ask("dispute")

    def action_approve_change(self):
        """Asks for the reason, then stands for the order as it was raised after the bill came."""
        return self._ask("approve_change")

    def action_open_bill(self):
        """Opens the bill, or the hold itself for those who cannot open bills."""
        self.ensure_one()
        return (self.bill_id if may_open(self.bill_id) else self)._get_records_action()

    def _ask(self, decision):
        wizard = self.env["purchase.match.decision"].create(
            {"decision": decision, "hold_ids": [fields.Command.set(self.ids)]}
        )
        # On the worksheet one bill is finished in one go; a list of many is not posted unseen.
        wizard.post_bill = self.env.context.get("match_one_bill") and wizard.may_post
        titles = {
            "release": self.env._("Release"),
            "dispute": self.env._("Dispute"),
            "approve_change": self.env._("Approve the change of the order"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[decision],
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            # The worksheet calls this by itself; only for buttons does Odoo fill in the views.
            "views": [(False, "form")],
            "target": "new",
        }

    @api.ondelete(at_uninstall=False)
    def _keep_the_record(self):
        raise AccessError(self.env._("Holds are part of the record and are not deleted."))
