from odoo import api, fields, models


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

    def _integration_bill_received(self):
        """Called with the draft bills just made from suppliers' documents, in the same transaction.

        Lines are linked to order lines by ``purchase_line_id``. Does nothing here; addons that check or post
        bills extend it.
        """
