from odoo import api, fields, models
from odoo.exceptions import AccessError

# What a document said of its lines; holds and links to orders are decided by it.
EVIDENCE = frozenset({"integration_charge", "integration_item_code", "integration_gtin"})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    integration_charge = fields.Char(
        "Charge on the document",
        copy=False,
        readonly=True,
        help="A charge or allowance of the supplier's whole document, such as freight: no order line has it.",
    )

    integration_item_code = fields.Char(
        "Item code on the document",
        copy=False,
        readonly=True,
        help="The supplier's own code, as its document says.",
    )
    integration_gtin = fields.Char("GTIN on the document", copy=False, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_evidence(set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_evidence(vals)
        return super().write(vals)

    def _check_evidence(self, names):
        """As on the bill: what a document said is written by its connection, with sudo."""
        if not self.env.su and not EVIDENCE.isdisjoint(names):
            raise AccessError(
                self.env._(
                    "What a document said of a line is recorded by the document, not by hand."
                )
            )
