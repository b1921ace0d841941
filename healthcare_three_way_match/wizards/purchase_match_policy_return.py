from odoo import fields, models
from odoo.exceptions import UserError

from ..services.versions import Versions


class PurchaseMatchPolicyReturn(models.TransientModel):
    """Asks the approver why a submitted version goes back to who wrote it."""

    _name = "purchase.match.policy.return"
    _description = "Send a version back"

    policy_id = fields.Many2one("purchase.match.policy", required=True, readonly=True)
    reason = fields.Char("Why")

    def action_send_back(self):
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say in a few words why."))
        Versions(self.env).do(self.policy_id, "send_back", self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
