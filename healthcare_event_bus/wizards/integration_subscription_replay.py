from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.big_integer import BigInteger
from ..services import steer


class IntegrationSubscriptionReplay(models.TransientModel):
    """Asks from where on a subscriber is told again."""

    _name = "integration.subscription.replay"
    _description = "Tell a subscriber events again"

    subscription_id = fields.Many2one("integration.subscription", required=True, ondelete="cascade")
    since = fields.Selection(
        [("date", "A moment"), ("position", "A position")], required=True, default="date"
    )
    moment = fields.Datetime(
        "Recorded since", default=lambda self: fields.Datetime.now() - timedelta(days=1)
    )
    position = BigInteger("From position", default=1)
    count = fields.Integer("Events told again", compute="_compute_counts")
    skipped = fields.Integer("Events never told", compute="_compute_counts")

    @api.depends("since", "moment", "position", "subscription_id")
    def _compute_counts(self):
        for wizard in self:
            after = wizard._after()
            wizard.count = wizard.skipped = 0
            if after is not None:
                wizard.count, wizard.skipped = steer.count_affected(wizard.subscription_id, after)

    def _after(self):
        """The last position that is not told again, or None while something is missing."""
        if self.since == "position":
            return max(self.position - 1, 0)
        if not self.moment:
            return None
        return steer.position_before(self.env, self.subscription_id.company_id, self.moment)

    def action_replay(self):
        self.ensure_one()
        self.subscription_id._check_may("operate")
        after = self._after()
        if after is None:
            raise UserError(self.env._("Say since when the events are to be told again."))
        steer.replay(self.subscription_id, after)
        return {"type": "ir.actions.act_window_close"}
