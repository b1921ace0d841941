from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..services.receipt_bills import bill_receipts

BLANKET = frozenset(
    {
        "match_blanket",
        "match_blanket_value",
        "match_blanket_from",
        "match_blanket_to",
        "match_blanket_id",
    }
)


BILL_ONLY = frozenset({"match_bill_only", "match_usage_ref"})


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    match_may_bill_only = fields.Boolean(compute="_compute_match_may_bill_only")
    match_bill_only = fields.Boolean(
        "Bill only",
        copy=False,
        tracking=True,
        help="For goods that were used before they were ordered (implants, consignment): nothing is received, the "
        "bill is compared with this order alone.",
    )
    match_usage_ref = fields.Char(
        "Usage report",
        copy=False,
        tracking=True,
        help="The number under which the use was reported. A report is ordered once.",
    )

    match_blanket = fields.Boolean(
        "Blanket order",
        copy=False,
        tracking=True,
        help="Ordered up to a value or for a time; bills draw on it, those of its call-offs too.",
    )
    match_blanket_value = fields.Monetary(
        "Up to a value of",
        copy=False,
        tracking=True,
        help="Without tax, over all bills. 0: up to any value.",
    )
    match_blanket_from = fields.Date("Valid from", copy=False, tracking=True)
    match_blanket_to = fields.Date("Valid to", copy=False, tracking=True)
    match_blanket_id = fields.Many2one(
        "purchase.order",
        "Called off from",
        copy=False,
        tracking=True,
        index="btree_not_null",
        check_company=True,
        domain="[('match_blanket', '=', True), ('partner_id', '=', partner_id), ('state', '=', 'purchase')]",
        help="The blanket order that this order draws on.",
    )

    _usage_uniq = models.UniqueIndex(
        "(company_id, partner_id, match_usage_ref) WHERE match_bill_only AND state != 'cancel'",
        "This usage report of the supplier has been ordered already.",
    )

    @api.depends("partner_id")
    def _compute_match_may_bill_only(self):
        for order in self:
            # sudo: finance decides for which suppliers; only a yes or no leaves.
            supplier = order.partner_id.commercial_partner_id.sudo()
            order.match_may_bill_only = supplier.match_bill_only_allowed

    @api.constrains("match_bill_only", "match_usage_ref", "partner_id")
    def _check_bill_only(self):
        for order in self.filtered("match_bill_only"):
            if not order.match_may_bill_only:
                raise ValidationError(
                    self.env._("Bill-only orders are not agreed with %s.", order.partner_id.name)
                )
            if not (order.match_usage_ref or "").strip():
                raise ValidationError(self.env._("A bill-only order names its usage report."))

    @api.constrains(*BLANKET)
    def _check_blanket(self):
        for order in self:
            if order.match_blanket_value < 0:
                raise ValidationError(self.env._("A blanket order's value is not negative."))
            start, end = order.match_blanket_from, order.match_blanket_to
            if start and end and start > end:
                raise ValidationError(self.env._("A blanket order ends after it begins."))
            blanket = order.match_blanket_id
            if blanket and (order.match_blanket or not blanket.match_blanket):
                raise ValidationError(
                    self.env._("An order is called off from a blanket order, and is none itself.")
                )
            if blanket.partner_id.commercial_partner_id not in (
                blanket.browse().partner_id,
                order.partner_id.commercial_partner_id,
            ):
                raise ValidationError(
                    self.env._("An order is called off from a blanket order of its own supplier.")
                )

    def write(self, vals):
        self._check_may_change_blanket(vals)
        self._check_may_change_day(vals)
        if not BILL_ONLY.isdisjoint(vals) and any(o.state == "purchase" for o in self):
            raise UserError(
                self.env._("How an order is received cannot be changed after it was confirmed.")
            )
        return super().write(vals)

    def _create_picking(self):
        """What was used already does not come in any more."""
        return super(
            PurchaseOrder, self.filtered(lambda o: not o.match_bill_only)
        )._create_picking()

    def _sent_to_supplier(self):
        """A usage report's order settles what the supplier delivered: sent, it would be delivered once more."""
        return super()._sent_to_supplier().filtered(lambda order: not order.match_bill_only)

    def button_approve(self, force=False):
        """What a usage report says was used counts as received, and is billed at once where so agreed."""
        result = super().button_approve(force=force)
        for order in self.filtered(lambda o: o.match_bill_only and o.state == "purchase"):
            lines = order.order_line.filtered(lambda line: line.qty_received_method == "manual")
            for line in lines:
                line.qty_received = line.product_qty
            bill_receipts(self.env, lines, order.match_usage_ref)
        return result

    def _check_may_change_blanket(self, vals):
        """Who could widen a confirmed blanket order could settle the holds on what they bought."""
        if BLANKET.isdisjoint(vals) or self.env.user.has_group("purchase.group_purchase_manager"):
            return
        if any(order.state == "purchase" for order in self):
            raise AccessError(
                self.env._("A confirmed blanket order is changed by a purchase administrator.")
            )

    def _check_may_change_day(self, vals):
        """The rate of its day may be what a bill in another currency is compared at: nobody picks a better one."""
        if {"date_order", "date_approve"}.isdisjoint(vals):
            return
        confirmed = self.filtered(lambda order: order.state == "purchase")
        # sudo: whoever changes the order may not read bills; only a yes or no leaves.
        for line in confirmed.sudo().order_line.invoice_lines:
            if line.currency_id != line.purchase_line_id.currency_id:
                raise UserError(
                    self.env._(
                        "%s is billed in another currency: its day is not changed any more.",
                        line.purchase_line_id.order_id.display_name,
                    )
                )

    def _match_blanket(self):
        """The blanket order that bills of this order draw on: this one, the one it was called off from, or none."""
        return self if self.match_blanket else self.match_blanket_id
