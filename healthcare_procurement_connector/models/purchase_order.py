from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.delivery import LABELS
from ..services import order_saves, placed_orders, waiting
from ..services.approved_orders import tell_approved
from ..services.supplier_knowledge import Knowledge
from ..services.withdraw_orders import withdraw_orders

# Written by a service only, with sudo after it checked who acts.
PLACED = (
    "already_placed",
    "already_placed_note",
    "already_placed_by_id",
    "already_placed_on",
)


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
    change_ids = fields.One2many(
        "purchase.order.change", "order_id", string="What the supplier was told"
    )
    supplier_story = fields.Char(
        "Supplier", compute="_compute_supplier_story", groups="base.group_user"
    )
    waiting_changes = fields.Char(compute="_compute_supplier_story", groups="base.group_user")
    changes_to_phone = fields.Char(compute="_compute_supplier_story", groups="base.group_user")
    may_be_placed = fields.Boolean(compute="_compute_supplier_story", groups="base.group_user")
    already_placed = fields.Boolean(
        copy=False,
        readonly=True,
        help="Placed by phone in an emergency: not sent, or only as a confirmation, so that it is not "
        "delivered twice.",
    )
    already_placed_note = fields.Char("Placed with", copy=False, readonly=True)
    already_placed_by_id = fields.Many2one("res.users", "Placed by", copy=False, readonly=True)
    already_placed_on = fields.Datetime("Placed on", copy=False, readonly=True)

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

    @api.depends("state", "already_placed", "change_ids.state", "change_ids.message_id.state")
    def _compute_supplier_story(self):
        """Where everything stands that the supplier was told, in one line and in two questions."""
        changes = self.env["purchase.order.change"]
        labels = dict(changes._fields["progress"]._description_selection(self.env))
        knowledge = Knowledge(self)
        for order in self:
            rows = knowledge.rows(order).filtered(lambda row: row.state != "withdrawn")
            names = {row: f"{row.display_name}: {labels[knowledge.progress(row)]}" for row in rows}
            order.supplier_story = " · ".join(names.values())
            asked = rows.filtered(lambda row: row.kind != "order")
            order.waiting_changes = " · ".join(
                names[row] for row in asked if row.state == "pending"
            )
            order.changes_to_phone = " · ".join(
                ": ".join(filter(None, (row.display_name, row.summary)))
                for row in asked
                if row.state == "phone"
            )
            order.may_be_placed = order.state != "cancel" and placed_orders.may_be_placed(
                order, knowledge
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get(name) for vals in vals_list for name in PLACED):
            self._refuse_closed()
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if not vals.get("business_ref"):
                vals["business_ref"] = sequence.next_by_code("healthcare.business.ref")
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() & {"business_ref", *PLACED}:
            self._refuse_closed()
        result = super().write(vals)
        if order_saves.ORDER_FIELDS & vals.keys():
            order_saves.note_save(self)
            order_saves.decide(self.env)
        return result

    def _refuse_closed(self):
        raise AccessError(
            self.env._(
                "The business reference is given once and never changed; that an order was placed by phone is "
                "said with its button."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_untold_cancellation(self):
        """Whoever deletes the order takes the cancellation with it that the supplier waits for."""
        knowledge = Knowledge(self)
        for order in self:
            if knowledge.open(order):
                raise UserError(
                    self.env._(
                        "The supplier does not know yet that %s is cancelled. Delete the order when it was told.",
                        order.display_name,
                    )
                )

    def _prepare_grouped_data(self, rfq):
        """Requests are merged with their like: what was placed by phone is not ordered again with others."""
        return (*super()._prepare_grouped_data(rfq), rfq.already_placed)

    def _update_date_planned_for_lines(self, updated_dates):
        """The supplier itself sets these dates, on the portal: there is nothing to tell it."""
        agreed = {order_saves.AGREED: True}
        result = super()._update_date_planned_for_lines(
            [(line.with_context(**agreed), date) for line, date in updated_dates]
        )
        # What has arrived keeps its date, so not all may have been taken.
        days = {
            str(line.integration_line_number): {"day": line.date_planned.date()}
            for line, date in updated_dates
            if line.date_planned == date
        }
        Knowledge(self).agree(self, days)
        # A change that waits to be sent may have become needless.
        order_saves.note_save(self)
        return result

    def _sent_to_supplier(self):
        """Those of these orders that suppliers are sent; an addon leaves out what only settles what was done."""
        return self

    def _waits_for_supplier(self):
        """Whether a change or cancellation is not answered yet, or not even told."""
        self.ensure_one()
        # sudo: technical users and buyers alike may know this much of the order.
        return any(
            row.kind != "order" and row.state in ("pending", "phone")
            for row in self.sudo().change_ids
        )

    def button_approve(self, force=False):
        """Approval queues the order for its supplier in the same transaction."""
        result = super().button_approve(force=force)
        approved = self.filtered(lambda order: order.state == "purchase")
        tell_approved(approved)
        events = defaultdict(set)
        for order in approved:
            events[order.company_id.id].add(("order.approved", order.name))
        waiting.completed(self.env, events)
        return result

    def button_cancel(self):
        """What was not sent stays here; of what was, the supplier is told."""
        result = super().button_cancel()
        withdraw_orders(self.filtered(lambda order: order.state == "cancel"))
        return result

    def action_placed_by_phone(self):
        """Asks with whom the buyer spoke."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%s was placed by phone", self.name),
            "res_model": "purchase.order.phoned",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_not_placed(self):
        """It was not placed by phone after all."""
        for order in self:
            placed_orders.take_back(order)

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
