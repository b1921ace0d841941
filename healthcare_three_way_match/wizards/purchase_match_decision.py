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
    taken_count = fields.Integer(readonly=True)
    refused = fields.Text("Not taken", readonly=True)

    @api.depends("decision", "hold_ids")
    @api.depends_context("lang")
    def _compute_consequence(self):
        for wizard in self:
            wizard.consequence = wording.consequence(wizard.decision, wizard.hold_ids)

    def action_decide(self):
        self.ensure_one()
        if self.decision == "approve_change":
            Amendments(self.env).approve(self.hold_ids, self.reason or "")
            return {"type": "ir.actions.act_window_close"}
        many = len(self.hold_ids) > 1
        errors = Decisions(self.env).decide(
            self.decision, self.hold_ids, self.reason or "", partly=many
        )
        if not errors:
            return {"type": "ir.actions.act_window_close"}
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
