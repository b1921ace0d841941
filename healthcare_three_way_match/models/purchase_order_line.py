from odoo import Command, fields, models
from odoo.tools import SQL

# What a line costs, and how much of it.
TERMS = frozenset({"price_unit", "discount", "product_qty", "product_uom_id", "tax_ids"})


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

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

    def _take_turn(self):
        """Makes any other transaction that takes from these lines wait, fail and look again.

        A lock alone would let the other one go on afterwards with what it had read before.
        """
        if not self:
            return
        self.flush_recordset(["match_version"])
        query = SQL(
            """
            UPDATE purchase_order_line SET match_version = COALESCE(match_version, 0) + 1
             WHERE id IN (
                SELECT id FROM purchase_order_line WHERE id IN %s ORDER BY id FOR NO KEY UPDATE
             )
            """,
            tuple(self.ids),
        )
        # Losing the race is expected and repeated by the caller's transaction; no error to log.
        self.env.cr.execute(query, log_exceptions=False)
        self.invalidate_recordset(["match_version"])
