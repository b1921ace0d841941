from odoo import models

from ..services.payments import PaymentGate


class AccountPayment(models.Model):
    _inherit = "account.payment"

    def action_post(self):
        """A payment that names bills pays no more than what is payable on them."""
        PaymentGate(self.env).check_payments(self)
        return super().action_post()
