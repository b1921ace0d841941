from odoo import api, fields, models

from ..services import wording
from ..services.amendments import Amendments
from ..services.release import Decisions


class PurchaseMatchDecision(models.TransientModel):
    """Asks a person for a reason before holds are released or disputed, one or many.

    Of many it takes those it may, and stays open to say, one by one, why not the others.
    """

    _name = "purchase.match.decision"
    _description = "Decide on holds"

    decision = fields.Selection(
        [
            ("release", "Release"),
            ("dispute", "Dispute"),
            ("approve_change", "Approve the change of the order"),
        ],
        required=True,
        readonly=True,
    )
    hold_ids = fields.Many2many("purchase.match.hold", readonly=True)
    reason = fields.Char(required=False)
    consequence = fields.Char("What happens", compute="_compute_consequence")
    may_post = fields.Boolean(compute="_compute_may_post")
    post_bill = fields.Boolean(
        "Post the bill",
        help="At once, where nothing stops it any more after this decision.",
    )
    taken_count = fields.Integer(readonly=True)
    refused = fields.Text("Not taken", readonly=True)

    @api.depends("decision", "hold_ids")
    @api.depends_context("lang")
    def _compute_consequence(self):
        for wizard in self:
            wizard.consequence = wording.consequence(wizard.decision, wizard.hold_ids)

    @api.depends("hold_ids")
    @api.depends_context("uid")
    def _compute_may_post(self):
        biller = self.env.user.has_group("account.group_account_invoice")
        for wizard in self:
            # sudo: whether there is a draft; posting it takes the user's own rights.
            wizard.may_post = biller and "draft" in wizard.hold_ids.sudo().bill_id.mapped("state")

    def action_decide(self):
        self.ensure_one()
        return self._decide() or self._post() or {"type": "ir.actions.act_window_close"}

    def _post(self):
        """Posts the bills that nothing stops any more, through the same gate as ever."""
        if not (self.post_bill and self.may_post):
            return None
        free = self.hold_ids.bill_id.filtered(
            lambda bill: bill.state == "draft" and bill.match_blocks != "posting"
        )
        asked = free.action_post() if free else None
        return asked if isinstance(asked, dict) else None

    def _decide(self):
        """Takes the decision; returns an action where something is left to say."""
        if self.decision == "approve_change":
            Amendments(self.env).approve(self.hold_ids, self.reason or "")
            return None
        many = len(self.hold_ids) > 1
        errors = Decisions(self.env).decide(
            self.decision, self.hold_ids, self.reason or "", partly=many
        )
        if not errors:
            return None
        if not many:
            raise next(iter(errors.values()))
        self.taken_count = len(self.hold_ids) - len(errors)
        self.refused = "\n".join(str(error) for error in errors.values())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%s not taken", len(errors)),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
