from odoo import Command, api, fields, models
from odoo.tools import SQL

from ..services.collect_advances import down_payments

# What a line costs, and how much of it.
TERMS = frozenset({"price_unit", "discount", "product_qty", "product_uom_id", "tax_ids"})


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    # Few orders have any: asked for each order that is billed.
    _match_downpayment_idx = models.Index("(order_id) WHERE is_downpayment")

    match_version = fields.Integer(
        default=0,
        readonly=True,
        copy=False,
        help="Grows each time a bill takes quantity from this line, so that two bills posted at the "
        "same time cannot both take the rest: the second has to look again.",
    )

    match_changer_ids = fields.Many2many(
        "res.users",
        "purchase_order_line_match_changer_rel",
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Who changed price or quantity after the order was confirmed: they bought as well.",
    )

    match_remembered = fields.Json(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Per number of a bill that was cancelled or deleted: what the line said when that bill came. "
        "Entered again, it is held against the same.",
    )
    match_amendment_ids = fields.One2many(
        "purchase.match.amendment", "order_line_id", "Approved changes", readonly=True
    )

    def write(self, vals):
        """Who changes what a confirmed order costs has a part in buying, and approves no bill for it."""
        if TERMS.isdisjoint(vals):
            return super().write(vals)
        before = {line: line._match_terms() for line in self if line.state == "purchase"}
        result = super().write(vals)
        changed = self.filtered(lambda line: line in before and line._match_terms() != before[line])
        if changed:
            # sudo: nobody else may write, or even read, who changed what.
            changed.sudo().match_changer_ids = [Command.link(self.env.uid)]
        return result

    def _match_terms(self):
        return tuple(self[name] for name in sorted(TERMS))

    @api.depends("order_id.match_bill_only")
    def _compute_qty_received_method(self):
        result = super()._compute_qty_received_method()
        for line in self:
            if line.order_id.match_bill_only and line.qty_received_method == "stock_moves":
                line.qty_received_method = "manual"
        return result

    def _create_or_update_picking(self):
        lines = self.filtered(lambda line: not line.order_id.match_bill_only)
        return super(PurchaseOrderLine, lines)._create_or_update_picking()

    def _match_accepted(self, moves):
        """``{order line: [(quantity, unit), …]}`` of what passed the inspection; what went back is negative.

        Lines whose goods nobody inspects are left out. ``moves`` are the finished moves of these lines, as
        ``{move: +1 received or -1 returned}``.

        As it stands here goods are inspected where they are received into an inspection location (a flag of the
        location; the input and quality locations of warehouses that receive in three steps), and have passed
        once they left it for another place of ours. A quality application that knows better extends this.
        """
        inspected = self.env["stock.location"]._match_inspection()
        waiting = {move: move.purchase_line_id for move in moves if _into(move, inspected)}
        passed = {line: [] for line in waiting.values()}
        for move, sign in moves.items():
            # Received past the inspection, or sent back by somebody other than the inspectors.
            line, inside = move.purchase_line_id, move.location_id in inspected
            if line in passed and move not in waiting and not inside:
                passed[line].append((sign * move.quantity, move.product_uom))
        while waiting:
            onward = self.env["stock.move"].union(*waiting).move_dest_ids
            step = {
                move: waiting[origin]
                for move in onward.filtered(lambda move: move.state == "done")
                for origin in move.move_orig_ids
                if origin in waiting
            }
            for move, line in step.items():
                if move.location_dest_id.usage == "internal" and not _into(move, inspected):
                    passed[line].append((move.quantity, move.product_uom))
            waiting = {move: line for move, line in step.items() if _into(move, inspected)}
        return passed

    def _take_turn(self):
        """Makes any other transaction that takes from these lines, their blanket order, or what was paid ahead on their
        order, wait, fail and look again.

        A lock alone would let the other one go on afterwards with what it had read before.
        """
        if not self:
            return
        blankets = self.order_id.filtered("match_blanket") | self.order_id.match_blanket_id
        lines = self | blankets.order_line | down_payments(self.order_id)
        lines.flush_recordset(["match_version"])
        query = SQL(
            """
            UPDATE purchase_order_line SET match_version = COALESCE(match_version, 0) + 1
             WHERE id IN (
                SELECT id FROM purchase_order_line WHERE id IN %s ORDER BY id FOR NO KEY UPDATE
             )
            """,
            tuple(lines.ids),
        )
        # Losing the race is expected and repeated by the caller's transaction; no error to log.
        self.env.cr.execute(query, log_exceptions=False)
        lines.invalidate_recordset(["match_version"])


def _into(move, locations):
    return move.location_dest_id in locations
