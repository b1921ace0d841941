from odoo import api, models

from ..services.payments import UNDER_WAY, PaymentGate

# What a payment without a journal entry could be changed in after it was checked.
TERMS = frozenset({"amount", "currency_id", "invoice_ids", "payment_type"})


class AccountPayment(models.Model):
    """A payment that names bills pays no more than what is payable on them, however it starts."""

    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        started = payments.filtered(lambda payment: payment.state in UNDER_WAY)
        PaymentGate(self.env).check_payments(started)
        return payments

    def write(self, vals):
        starting = vals.get("state") in UNDER_WAY
        if starting:
            waiting = self.filtered(lambda payment: payment.state not in UNDER_WAY)
            PaymentGate(self.env).check_payments(waiting)
        result = super().write(vals)
        if not starting and not TERMS.isdisjoint(vals):
            # Those with an entry meet the gate when they are reconciled.
            loose = self.filtered(lambda p: p.state == "in_process" and not p.move_id)
            PaymentGate(self.env).check_payments(loose)
        return result
