from odoo import fields, models
from odoo.tools import SQL

from ..core.verdict import PRICE_CODES, QUANTITY_CODES, Code
from .purchase_match import BLOCKS, STATES

PRICE = sorted(code.value for code in PRICE_CODES | {Code.UOM_PACK})
QUANTITY = sorted(code.value for code in QUANTITY_CODES)
TERMS = [Code.CHARGE.value, Code.TAX.value, Code.TOTALS.value, Code.CURRENCY.value, Code.DATE.value]


class PurchaseMatchReport(models.Model):
    """A row for each compared bill: how it came out, what it cost.

    ``touchless``: nobody had to decide anything. ``discount_lost``: what the early payment discount would have
    been worth on a bill that was held at its discount day and is not paid by it.
    """

    _name = "purchase.match.report"
    _description = "Match analysis"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "bill_id"

    bill_id = fields.Many2one("account.move", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    policy_id = fields.Many2one("purchase.match.policy", readonly=True)
    day = fields.Date("Bill date", readonly=True)
    state = fields.Selection(STATES, "Outcome", readonly=True)
    blocks = fields.Selection(BLOCKS, "Stops", readonly=True)
    bill_state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted")], "Bill is", readonly=True
    )
    amount = fields.Monetary(
        "Billed", readonly=True, currency_field="company_currency_id", help="With tax."
    )
    held = fields.Monetary(
        "Money held",
        readonly=True,
        currency_field="company_currency_id",
        help="What open and disputed holds keep from being paid.",
    )
    match_rate = fields.Float("Match rate, %", readonly=True, aggregator="avg")
    touchless_rate = fields.Float("Touchless rate, %", readonly=True, aggregator="avg")
    exception_rate = fields.Float("Exception rate, %", readonly=True, aggregator="avg")
    price_rate = fields.Float("Price exceptions, %", readonly=True, aggregator="avg")
    quantity_rate = fields.Float("Quantity exceptions, %", readonly=True, aggregator="avg")
    terms_rate = fields.Float(
        "Tax and charge exceptions, %",
        readonly=True,
        aggregator="avg",
        help="Tax, charges, totals, currency, date.",
    )
    other_rate = fields.Float(
        "Other exceptions, %",
        readonly=True,
        aggregator="avg",
        help="No order, order not confirmed, billed before, blocked supplier, payee account.",
    )
    holds = fields.Integer(readonly=True)
    price_drift = fields.Monetary(
        "Tolerated in prices",
        readonly=True,
        currency_field="company_currency_id",
        help="Billed above the ordered price and let through: what the tolerance costs.",
    )
    discount_lost = fields.Monetary(
        "Discounts lost", readonly=True, currency_field="company_currency_id"
    )

    @property
    def _table_query(self):
        return SQL(
            """
            WITH holds AS (
                SELECT match_id,
                       count(*) AS number,
                       bool_or(decided_by_id IS NOT NULL OR state IN ('open', 'disputed')) AS touched,
                       max(COALESCE(decided_on, now() AT TIME ZONE 'UTC'))
                           FILTER (WHERE blocks != 'nothing') AS held_until,
                       bool_or(code = ANY(%(price)s)) AS by_price,
                       bool_or(code = ANY(%(quantity)s)) AS by_quantity,
                       bool_or(code = ANY(%(terms)s)) AS by_terms,
                       bool_or(code != ALL(%(named)s)) AS by_other,
                       array_agg(bill_line_id) FILTER (WHERE code = ANY(%(price)s)) AS priced
                  FROM purchase_match_hold
                 GROUP BY match_id
            ), drift AS (
                SELECT line.match_id,
                       sum((line.bill_price - line.order_price) * line.billed_now)
                           FILTER (WHERE line.bill_line_id != ALL(COALESCE(holds.priced, '{}'))) AS money
                  FROM purchase_match_line line
                  LEFT JOIN holds ON holds.match_id = line.match_id
                 WHERE line.price_compared AND line.bill_price > line.order_price AND line.billed_now > 0
                 GROUP BY line.match_id
            )
            SELECT match.id,
                   match.bill_id,
                   match.company_id,
                   company.currency_id AS company_currency_id,
                   match.partner_id,
                   match.policy_id,
                   COALESCE(bill.invoice_date, bill.date) AS day,
                   match.state,
                   match.blocks,
                   bill.state AS bill_state,
                   abs(bill.amount_total) / rate.value AS amount,
                   match.withheld / rate.value AS held,
                   CASE WHEN COALESCE(holds.number, 0) = 0 THEN 100.0 ELSE 0.0 END AS match_rate,
                   CASE WHEN COALESCE(holds.touched, false) THEN 0.0 ELSE 100.0 END AS touchless_rate,
                   CASE WHEN COALESCE(holds.number, 0) = 0 THEN 0.0 ELSE 100.0 END AS exception_rate,
                   CASE WHEN holds.by_price THEN 100.0 ELSE 0.0 END AS price_rate,
                   CASE WHEN holds.by_quantity THEN 100.0 ELSE 0.0 END AS quantity_rate,
                   CASE WHEN holds.by_terms THEN 100.0 ELSE 0.0 END AS terms_rate,
                   CASE WHEN holds.by_other THEN 100.0 ELSE 0.0 END AS other_rate,
                   COALESCE(holds.number, 0) AS holds,
                   COALESCE(drift.money, 0) / rate.value AS price_drift,
                   COALESCE(discount.lost, 0) / rate.value AS discount_lost
              FROM purchase_match match
              JOIN account_move bill ON bill.id = match.bill_id
              JOIN res_company company ON company.id = match.company_id
              -- The rate at which the bill itself was booked.
             CROSS JOIN LATERAL (
                   SELECT COALESCE(NULLIF(bill.invoice_currency_rate, 0), 1) AS value
             ) rate
              LEFT JOIN holds ON holds.match_id = match.id
              LEFT JOIN drift ON drift.match_id = match.id
              LEFT JOIN LATERAL (
                   SELECT abs(bill.amount_total) - abs(term.discount_amount_currency) AS lost
                     FROM account_move_line term
                    WHERE term.move_id = bill.id AND term.display_type = 'payment_term'
                      AND term.discount_date IS NOT NULL AND term.discount_amount_currency != 0
                      AND term.discount_date < (now() AT TIME ZONE 'UTC')::date
                      AND holds.held_until::date > term.discount_date
                    LIMIT 1
              ) discount ON true
             WHERE bill.state != 'cancel' AND match.state != 'none'
            """,
            price=PRICE,
            quantity=QUANTITY,
            terms=TERMS,
            named=PRICE + QUANTITY + TERMS,
        )

    def action_open_bill(self):
        self.ensure_one()
        return self.bill_id._get_records_action()
