from odoo import api, fields, models

from ..services import wording
from ..services.release import Decisions


class PurchaseMatchDecision(models.TransientModel):
    """Asks a person for a reason before a hold is released or disputed."""

    _name = "purchase.match.decision"
    _description = "Decide on holds"

    decision = fields.Selection(
        [("release", "Release"), ("dispute", "Dispute")], required=True, readonly=True
    )
    hold_ids = fields.Many2many("purchase.match.hold", readonly=True)
    reason = fields.Char(required=False)
    consequence = fields.Char("What happens", compute="_compute_consequence")

    @api.depends("decision", "hold_ids")
    @api.depends_context("lang")
    def _compute_consequence(self):
        for wizard in self:
            wizard.consequence = wording.consequence(wizard.decision, wizard.hold_ids)

    def action_decide(self):
        self.ensure_one()
        decisions = Decisions(self.env)
        if self.decision == "release":
            decisions.release(self.hold_ids, self.reason or "")
        else:
            decisions.dispute(self.hold_ids, self.reason or "")
        return {"type": "ir.actions.act_window_close"}
