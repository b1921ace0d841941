from odoo import api, fields, models

from ..core.acknowledgement import settled


class PurchaseAcknowledgement(models.Model):
    """One answer of a supplier to an order. Later answers stand beside it, they never overwrite it."""

    _name = "purchase.acknowledgement"
    _description = "Supplier's answer to an order"
    _check_company_auto = True
    _order = "id desc"

    name = fields.Char("Number", required=True, readonly=True)
    order_id = fields.Many2one(
        "purchase.order",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id")
    business_ref = fields.Char(related="order_id.business_ref")
    message_id = fields.Many2one(
        "integration.message", readonly=True, ondelete="restrict", index=True
    )
    issued = fields.Date(readonly=True)
    status = fields.Selection(
        [
            ("received", "Received, answer follows"),
            ("accepted", "Accepted"),
            ("changed", "Accepted with changes"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
    )
    note = fields.Text(readonly=True)
    line_ids = fields.One2many("purchase.acknowledgement.line", "acknowledgement_id", readonly=True)
    pending_count = fields.Integer("To decide", compute="_compute_pending_count")

    @api.depends("line_ids.decision")
    def _compute_pending_count(self):
        for record in self:
            record.pending_count = len(
                record.line_ids.filtered(lambda line: line.decision == "pending")
            )

    def _resolve_exceptions(self, reason):
        """Closes what the buyer was asked about answers that leave nothing to decide."""
        decided = self.filtered(lambda record: not record.pending_count)
        # sudo: the exceptions belong to the buyer; decided or overtaken, they are settled for everybody.
        exceptions = (
            self.env["integration.exception"]
            .sudo()
            .search(
                [
                    ("code", "=", "acknowledgement"),
                    ("state", "=", "open"),
                    ("message_id", "in", decided.message_id.ids),
                ]
            )
        )
        exceptions.sudo(False)._resolve(reason)

    def _settle_orders(self):
        """Marks the orders as acknowledged to which both sides now agree."""
        agreed = self.filtered(lambda record: settled(record.line_ids.mapped("decision")))
        agreed.order_id.filtered(
            lambda order: (
                not order.acknowledged
                and not order.acknowledgement_pending
                and not order._waits_for_supplier()
            )
        ).write({"acknowledged": True})

    def action_accept_all(self):
        self.line_ids.filtered(lambda line: line.decision == "pending").action_accept()

    def action_decline_all(self):
        self.line_ids.filtered(lambda line: line.decision == "pending").action_decline()
