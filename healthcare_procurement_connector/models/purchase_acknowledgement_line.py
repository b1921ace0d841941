from fractions import Fraction

from odoo import api, fields, models

from ..core.acknowledgement import LABELS, Terms
from ..services import decide_acknowledgement
from ..services.numbers import exact


class PurchaseAcknowledgementLine(models.Model):
    """One answer to one order line; several may answer the same line (split, backorder, substitute)."""

    _name = "purchase.acknowledgement.line"
    _description = "Supplier's answer to an order line"
    _order = "acknowledgement_id, id"  # newest answer first, as its own order says

    acknowledgement_id = fields.Many2one(
        "purchase.acknowledgement", required=True, readonly=True, ondelete="cascade", index=True
    )
    order_id = fields.Many2one(related="acknowledgement_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="acknowledgement_id.company_id", store=True, index=True)
    order_line_id = fields.Many2one(
        "purchase.order.line", "Order line", readonly=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="order_line_id.product_id")
    uom_id = fields.Many2one(related="order_line_id.product_uom_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    status = fields.Selection(list(LABELS.items()), required=True, readonly=True)
    ordered_quantity = fields.Float("Ordered", digits="Product Unit", readonly=True)
    ordered_price = fields.Float("Price ordered", min_display_digits="Product Price", readonly=True)
    ordered_date = fields.Date("Date ordered", readonly=True)
    quantity_said = fields.Boolean(readonly=True)
    price_said = fields.Boolean(readonly=True)
    quantity = fields.Float("Confirmed", digits="Product Unit", readonly=True)
    price = fields.Float("Price confirmed", min_display_digits="Product Price", readonly=True)
    promised_date = fields.Date("Promised", readonly=True)
    differs = fields.Char("Differs in", readonly=True)
    item_text = fields.Char("Supplier's item", readonly=True)
    reason = fields.Char("Supplier's reason", readonly=True)
    decision = fields.Selection(
        [
            ("not_needed", "As ordered"),
            ("waiting", "Answer follows"),
            ("pending", "To decide"),
            ("accepted", "Accepted"),
            ("declined", "Declined"),
            ("superseded", "Superseded"),
        ],
        required=True,
        readonly=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    explanation = fields.Char("What changes", compute="_compute_explanation")

    @api.depends("status", "differs", "quantity", "price", "promised_date")
    def _compute_explanation(self):
        for line in self:
            line.explanation = " · ".join(line._changes())

    def _changes(self):
        """One sentence part per changed term, for the buyer."""
        self.ensure_one()
        changed = (self.differs or "").split(",")
        parts = []
        if "quantity" in changed:
            parts.append(
                self.env._(
                    "%(new)g instead of %(old)g", new=self.quantity, old=self.ordered_quantity
                )
            )
        if "price" in changed:
            parts.append(
                self.env._(
                    "price %(new)g instead of %(old)g", new=self.price, old=self.ordered_price
                )
            )
        if "day" in changed:
            parts.append(
                self.env._(
                    "%(new)s instead of %(old)s", new=self.promised_date, old=self.ordered_date
                )
            )
        return parts

    def _ordered(self):
        """The quantity that this answer answers: the order may have changed since."""
        self.ensure_one()
        return Fraction(exact(self, "ordered_quantity"))

    def _terms(self):
        """What this answer says, exactly; None where it says nothing."""
        self.ensure_one()
        return Terms(
            quantity=Fraction(exact(self, "quantity")) if self.quantity_said else None,
            price=Fraction(exact(self, "price")) if self.price_said else None,
            day=self.promised_date or None,
        )

    def action_accept(self):
        """Writes the supplier's terms into the order; a higher amount asks for approval again."""
        decide_acknowledgement.accept(self)

    def action_decline(self):
        """Keeps our terms and queues an order change that says so."""
        decide_acknowledgement.decline(self)
