from odoo import fields, models
from odoo.tools import SQL


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    match_version = fields.Integer(
        default=0,
        readonly=True,
        copy=False,
        help="Grows each time a bill takes quantity from this line, so that two bills posted at the "
        "same time cannot both take the rest: the second has to look again.",
    )

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
