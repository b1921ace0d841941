from odoo import api, fields, models

from ..services.payments import PaymentGate


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    match_notice = fields.Char(compute="_compute_match_notice")

    @api.depends("line_ids")
    def _compute_match_notice(self):
        for wizard in self:
            wizard.match_notice = PaymentGate(self.env).notice(wizard.line_ids.move_id)

    def _compute_amount(self):
        """Proposes what may be paid: the rest of a disputed bill, not all of it."""
        result = super()._compute_amount()
        gate = PaymentGate(self.env)
        for wizard in self.filtered(lambda w: w.currency_id and not w.custom_user_amount):
            payable = gate.payable_in(
                wizard.line_ids.move_id, wizard.currency_id, wizard.payment_date
            )
            if payable is not None and 0 < payable < wizard.amount:
                wizard.amount = payable
        return result

    def _create_payments(self):
        self.ensure_one()
        PaymentGate(self.env).check_register(self)
        return super()._create_payments()
