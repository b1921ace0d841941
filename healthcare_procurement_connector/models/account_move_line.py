from odoo import api, fields, models
from odoo.exceptions import AccessError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    integration_charge = fields.Char(
        "Charge on the document",
        copy=False,
        readonly=True,
        help="A charge or allowance of the supplier's whole document, such as freight: no order line has it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_evidence(set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_evidence(vals)
        return super().write(vals)

    def _check_evidence(self, names):
        """As on the bill: what a document said is written by its connection, with sudo."""
        if "integration_charge" in names and not self.env.su:
            raise AccessError(
                self.env._("Which lines are charges is recorded by the document, not by hand.")
            )
