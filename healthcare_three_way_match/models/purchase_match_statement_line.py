from odoo import api, fields, models

from ..core.statement import Outcome
from ..services.statements import sentence

OUTCOMES = [
    (Outcome.AGREES.value, "Agrees"),
    (Outcome.MISSING_HERE.value, "Missing here"),
    (Outcome.MISSING_THERE.value, "Not listed"),
    (Outcome.AMOUNT.value, "Other amount"),
    (Outcome.CURRENCY.value, "Other currency"),
    (Outcome.TWICE.value, "Listed twice"),
    (Outcome.PAID.value, "Paid here"),
    (Outcome.HELD.value, "Held here"),
]


class PurchaseMatchStatementLine(models.Model):
    """A document of a supplier's statement, of our books, or of both. Written by the comparison only."""

    _name = "purchase.match.statement.line"
    _description = "Supplier statement line"
    _order = "statement_id, id"
    _rec_name = "number"

    statement_id = fields.Many2one(
        "purchase.match.statement", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="statement_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="statement_id.partner_id", store=True, index=True)
    row = fields.Integer("Row in the file", readonly=True, help="0: not on the statement.")
    number = fields.Char(readonly=True)
    day = fields.Date("Date", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary("Listed", readonly=True)
    booked = fields.Monetary("Booked here", readonly=True)
    difference = fields.Monetary(readonly=True, help="How much more the supplier asks.")
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True, index=True)
    explanation = fields.Char(compute="_compute_explanation")
    bill_id = fields.Many2one("account.move", readonly=True, ondelete="set null")
    exception_id = fields.Many2one(
        "integration.exception", "Asked", readonly=True, ondelete="set null", index=True
    )

    @api.depends("outcome", "amount", "booked", "number")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for line in self:
            line.explanation = line._sentence()

    def _sentence(self):
        self.ensure_one()
        # sudo: for the names of supplier and currency, whoever may read the line.
        return sentence(self.sudo())

    def action_open_bill(self):
        """Opens the bill, or the statement where there is none."""
        self.ensure_one()
        return (self.bill_id or self.statement_id)._get_records_action()
