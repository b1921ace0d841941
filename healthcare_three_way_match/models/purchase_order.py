from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

BLANKET = frozenset(
    {
        "match_blanket",
        "match_blanket_value",
        "match_blanket_from",
        "match_blanket_to",
        "match_blanket_id",
    }
)


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

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
        return super().write(vals)

    def _check_may_change_blanket(self, vals):
        """Who could widen a confirmed blanket order could settle the holds on what they bought."""
        if BLANKET.isdisjoint(vals) or self.env.user.has_group("purchase.group_purchase_manager"):
            return
        if any(order.state == "purchase" for order in self):
            raise AccessError(
                self.env._("A confirmed blanket order is changed by a purchase administrator.")
            )

    def _match_blanket(self):
        """The blanket order that bills of this order draw on: this one, the one it was called off from, or none."""
        return self if self.match_blanket else self.match_blanket_id
