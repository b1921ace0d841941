from odoo import api, models

from ..services.payments import PaymentGate


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model
    def _reconcile_plan(self, reconciliation_plan):
        """No settlement may reach the part of a bill that is held, whoever books it."""
        gate = PaymentGate(self.env)
        before = gate.before_reconciling(_flatten(self, reconciliation_plan))
        result = super()._reconcile_plan(reconciliation_plan)
        gate.after_reconciling(before)
        return result


def _flatten(lines, plan):
    for step in plan:
        lines |= step if isinstance(step, models.BaseModel) else _flatten(lines, step)
    return lines
