from odoo import api, fields, models

from ..services.collect import BILL_TYPES
from ..services.matching import Matching
from ..services.payments import PaymentGate, Settling


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    match_lots = fields.Char(
        "Lots on the bill",
        copy=False,
        help="The lots the bill names, one after the other, each with its expiry date where it says one: "
        "“A-17 2027-01-31, B-18”. They are looked for among what was received.",
    )

    @api.model
    def _reconcile_plan(self, reconciliation_plan):
        """No settlement may reach the part of a bill that is held, whoever books it."""
        gate = PaymentGate(self.env)
        before = gate.before_reconciling(_flatten(self, reconciliation_plan))
        settling = self.with_context(**{Settling.KEY: Settling()})
        result = super(AccountMoveLine, settling)._reconcile_plan(reconciliation_plan)
        gate.after_reconciling(before)
        return result

    def unlink(self):
        """A hold does not outlive the line it is about."""
        billed = self.filtered(
            lambda line: line.display_type == "product" and line.move_id.move_type in BILL_TYPES
        )
        if billed:
            Matching(self.env).forget_lines(billed)
        return super().unlink()


def _flatten(lines, plan):
    for step in plan:
        lines |= step if isinstance(step, models.BaseModel) else _flatten(lines, step)
    return lines
