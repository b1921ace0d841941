from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..core.delivery import LABELS
from ..services.outgoing_orders import queue_orders, requeue_approved
from ..services.withdraw_orders import withdraw_orders


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    business_ref = fields.Char(
        "Business reference",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Ties the order, the supplier's answers, receipts, bills and messages together.",
    )
    acknowledgement_ids = fields.One2many("purchase.acknowledgement", "order_id")
    acknowledgement_line_ids = fields.One2many(
        "purchase.acknowledgement.line", "order_id", string="Supplier's answer, line by line"
    )
    shipment_count = fields.Integer(compute="_compute_integration_counts")
    integration_message_count = fields.Integer(compute="_compute_integration_counts")
    integration_state = fields.Selection(
        list(LABELS.items()),
        "Sent to supplier",
        compute="_compute_integration_counts",
        help="State of the newest message to the supplier; empty where the order is not sent electronically.",
    )
    acknowledgement_pending = fields.Integer(compute="_compute_acknowledgement_pending")

    def _compute_integration_counts(self):
        messages = self.env[
            "integration.message"
        ].sudo()  # sudo: counts and the state of the own order only
        found = messages.search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("direction", "=", "out")],
            ["res_id", "state"],
        )
        state = {}
        for message in found:  # newest first
            state.setdefault(message.res_id, message.state)
        counts = dict(
            messages._read_group(
                [("business_ref", "in", self.filtered("business_ref").mapped("business_ref"))],
                ["business_ref"],
                ["__count"],
            )
        )
        shipments = dict(
            self.env["purchase.shipment.line"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["shipment_id:count_distinct"]
            )
        )
        for order in self:
            order.integration_state = state.get(order.id)
            order.integration_message_count = counts.get(order.business_ref, 0)
            order.shipment_count = shipments.get(order, 0)

    @api.depends("acknowledgement_line_ids.decision")
    def _compute_acknowledgement_pending(self):
        for order in self:
            order.acknowledgement_pending = len(
                order.acknowledgement_line_ids.filtered(lambda line: line.decision == "pending")
            )

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if not vals.get("business_ref"):
                vals["business_ref"] = sequence.next_by_code("healthcare.business.ref")
        return super().create(vals_list)

    def write(self, vals):
        if "business_ref" in vals and not self.env.su:
            raise AccessError(self.env._("The business reference is given once and never changed."))
        return super().write(vals)

    def button_approve(self, force=False):
        """Approval queues the order for its supplier in the same transaction."""
        result = super().button_approve(force=force)
        approved = self.filtered(lambda order: order.state == "purchase")
        queue_orders(approved)
        requeue_approved(approved)
        return result

    def button_cancel(self):
        """What was not sent stays here; of what was, the supplier is told."""
        result = super().button_cancel()
        withdraw_orders(self.filtered(lambda order: order.state == "cancel"))
        return result

    def action_integration_messages(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages of %s", self.name),
            "res_model": "integration.message",
            "view_mode": "list,form",
            "domain": [("business_ref", "=", self.business_ref)],
        }

    def action_shipments(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Shipments of %s", self.name),
            "res_model": "purchase.shipment",
            "view_mode": "list,form",
            "domain": [("line_ids.order_id", "=", self.id)],
        }
