from odoo import fields, models
from odoo.tools import SQL

from .purchase_match import BLOCKS
from .purchase_match_hold import CODES, HOLD_STATES


class PurchaseMatchHoldReport(models.Model):
    """A row for each hold: its kind, its money, how long it took and who decided."""

    _name = "purchase.match.hold.report"
    _description = "Hold analysis"
    _auto = False
    _order = "opened desc, id desc"
    _rec_name = "code"

    hold_id = fields.Many2one("purchase.match.hold", readonly=True)
    bill_id = fields.Many2one("account.move", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    code = fields.Selection(CODES, "Kind", readonly=True)
    state = fields.Selection(HOLD_STATES, readonly=True)
    blocks = fields.Selection(BLOCKS, "Stops", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    opened = fields.Datetime(readonly=True)
    decided_on = fields.Datetime("Resolved", readonly=True)
    still_held = fields.Boolean(readonly=True)
    hours_to_resolve = fields.Float(
        "Hours to resolve", readonly=True, aggregator="avg", help="Of holds that are resolved."
    )
    hours_waiting = fields.Float(
        "Hours waiting", readonly=True, aggregator="avg", help="Of holds that are not."
    )
    overdue_rate = fields.Float(
        "Overdue",
        readonly=True,
        aggregator="avg",
        help="In percent: resolved or still open after its day.",
    )
    amount = fields.Monetary(
        "At stake", readonly=True, currency_field="company_currency_id", help="Without tax."
    )
    amount_active = fields.Monetary(
        "Still at stake", readonly=True, currency_field="company_currency_id", help="Without tax."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT hold.id,
                   hold.id AS hold_id,
                   hold.bill_id,
                   hold.company_id,
                   company.currency_id AS company_currency_id,
                   hold.partner_id,
                   hold.code,
                   hold.state,
                   hold.blocks,
                   hold.user_id,
                   hold.decided_by_id,
                   hold.create_date AS opened,
                   hold.decided_on,
                   now.active AS still_held,
                   CASE WHEN NOT now.active
                        THEN EXTRACT(EPOCH FROM hold.decided_on - hold.create_date) / 3600.0 END AS hours_to_resolve,
                   CASE WHEN now.active
                        THEN EXTRACT(EPOCH FROM now.utc - hold.create_date) / 3600.0 END AS hours_waiting,
                   CASE WHEN hold.date_due IS NULL THEN NULL
                        WHEN CASE WHEN now.active THEN now.utc ELSE hold.decided_on END::date > hold.date_due
                        THEN 100.0 ELSE 0.0 END AS overdue_rate,
                   hold.amount_company AS amount,
                   CASE WHEN now.active THEN hold.amount_company ELSE 0 END AS amount_active
              FROM purchase_match_hold hold
              JOIN res_company company ON company.id = hold.company_id
             CROSS JOIN LATERAL (
                   SELECT hold.state IN ('open', 'disputed') AS active, now() AT TIME ZONE 'UTC' AS utc
             ) now
            """
        )

    def action_open_hold(self):
        self.ensure_one()
        return self.hold_id._get_records_action()
