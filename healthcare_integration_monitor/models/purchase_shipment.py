from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class PurchaseShipment(models.Model):
    _inherit = "purchase.shipment"

    receipt_overdue = fields.Boolean(
        compute="_compute_receipt_overdue",
        search="_search_receipt_overdue",
        help="Announced for a day that is over, and part of it is not on any validated receipt.",
    )

    _expected_idx = models.Index("(expected) WHERE expected IS NOT NULL")

    def _compute_receipt_overdue(self):
        late = self.search(Domain("id", "in", self.ids) & Domain("receipt_overdue", "=", True))
        for shipment in self:
            shipment.receipt_overdue = shipment in late

    def _search_receipt_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["stock.picking"].flush_model(["state"])
        self.env["stock.move.line"].flush_model(["state", "shipment_line_id"])
        late = Domain("expected", "<", fields.Date.context_today(self)) & Domain.custom(
            to_sql=lambda model, alias, query: _not_received(alias)
        )
        return late if True in value else ~late


def _not_received(alias):
    """A receipt is open, and a line was not received on any.

    Whoever may see the shipment may know this much of its receipts. A line that arrived short was received.
    """
    return SQL(
        """
        EXISTS (
            SELECT FROM purchase_shipment_stock_picking_rel link
              JOIN stock_picking picking ON picking.id = link.stock_picking_id
             WHERE link.purchase_shipment_id = %(shipment)s.id
               AND picking.state NOT IN ('done', 'cancel'))
        AND EXISTS (
            SELECT FROM purchase_shipment_line line
             WHERE line.shipment_id = %(shipment)s.id
               AND NOT EXISTS (
                   SELECT FROM stock_move_line received
                    WHERE received.shipment_line_id = line.id AND received.state = 'done'))
        """,
        shipment=SQL.identifier(alias),
    )
