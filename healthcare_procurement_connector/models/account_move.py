from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core.exceptions import BusinessError

# What ties a bill to the document it came in with. Holds are decided by it, so nobody may write it by hand.
EVIDENCE = frozenset(
    {"integration_message_id", "integration_payee_account", "integration_total", "business_ref"}
)


class AccountMove(models.Model):
    _inherit = "account.move"

    integration_message_id = fields.Many2one(
        "integration.message", "Came in with", copy=False, readonly=True, index="btree_not_null"
    )
    integration_payee_account = fields.Char(
        "Payee account on the document",
        copy=False,
        readonly=True,
        help="Compared with the supplier's bank accounts, never imported.",
    )
    integration_total = fields.Monetary(
        "Total on the document",
        copy=False,
        readonly=True,
        help="With tax, as the supplier's document says: what its bill is compared with.",
    )
    business_ref = fields.Char(
        "Business reference", compute="_compute_business_ref", store=True, index="btree_not_null"
    )

    @api.depends(
        "invoice_line_ids.purchase_line_id.order_id.business_ref", "integration_message_id"
    )
    def _compute_business_ref(self):
        for move in self:
            orders = move.invoice_line_ids.purchase_line_id.order_id
            move.business_ref = orders[:1].business_ref or move.integration_message_id.business_ref

    @api.model_create_multi
    def create(self, vals_list):
        defaults = {key.removeprefix("default_") for key in self.env.context}
        self._check_evidence(defaults.union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_evidence(vals)
        return super().write(vals)

    def _check_evidence(self, names):
        """Only the services write evidence, with sudo."""
        if not self.env.su and not EVIDENCE.isdisjoint(names):
            raise AccessError(
                self.env._("Where a bill came from is recorded by its connection, not by hand.")
            )

    def _integration_document(self, message, mappings):
        """The canonical document of an outgoing message about this bill; raises BusinessError where it cannot be made.

        Nothing about bills is sent by this addon; those that tell suppliers about them extend it.
        """
        raise BusinessError(
            self.env._("Nothing makes a %s of a bill.", message.document_type), "cannot_prepare"
        )

    def _integration_bill_received(self):
        """Called with the draft bills just made from suppliers' documents, in the same transaction.

        Lines are linked to order lines by ``purchase_line_id``. Does nothing here; addons that check or post
        bills extend it.
        """
