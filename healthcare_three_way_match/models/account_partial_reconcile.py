from odoo import api, models

from ..services.payments import PaymentGate, Settling

# What says how much of which bill is settled.
TERMS = frozenset(
    {
        "amount",
        "debit_amount_currency",
        "credit_amount_currency",
        "debit_move_id",
        "credit_move_id",
    }
)


class AccountPartialReconcile(models.Model):
    """Who enters bills may write settlements themselves, without reconciling: these meet the same gate."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        if isinstance(self.env.context.get(Settling.KEY), Settling):
            return super().create(vals_list)
        ids = [vals.get(name) for vals in vals_list for name in ("debit_move_id", "credit_move_id")]
        gate = PaymentGate(self.env)
        before = gate.before_reconciling(self.env["account.move.line"].browse(filter(None, ids)))
        partials = super().create(vals_list)
        gate.after_reconciling(before)
        return partials

    def write(self, vals):
        if TERMS.isdisjoint(vals):
            return super().write(vals)
        ids = [vals[name] for name in ("debit_move_id", "credit_move_id") if vals.get(name)]
        lines = self.debit_move_id | self.credit_move_id | self.env["account.move.line"].browse(ids)
        gate = PaymentGate(self.env)
        before = gate.before_reconciling(lines, changing=self)
        result = super().write(vals)
        # Odoo computes the rests anew where settlements come or go, not where their amounts are written.
        lines.modified(["matched_debit_ids", "matched_credit_ids"])
        gate.after_reconciling(before)
        return result
