from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.statement import TO_CLEAR
from ..services.statements import StatementCheck

DATE_FORMATS = [
    ("iso", "2026-12-31"),
    ("day_dot", "31.12.2026"),
    ("day_slash", "31/12/2026"),
    ("month_slash", "12/31/2026"),
    ("day_dash", "31-12-2026"),
    ("day_dot_short", "31.12.26"),
    ("compact", "20261231"),
]
DECIMAL_MARKS = [("comma", "1.234,50"), ("point", "1,234.50")]
ENCODINGS = [("utf-8", "UTF-8"), ("cp1252", "Windows (Western Europe)"), ("utf-16", "UTF-16")]


class PurchaseMatchStatement(models.Model):
    """What a supplier says we owe, compared with our books."""

    _name = "purchase.match.statement"
    _description = "Supplier statement"
    _order = "id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Supplier", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        "Currency where the file names none",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    file = fields.Binary("CSV file", required=True, attachment=True)
    file_name = fields.Char()
    open_only = fields.Boolean(
        "Lists what is not paid",
        default=True,
        help="Then what is paid here need not be on it, and should not. Off: it lists everything of its period.",
    )
    column_number = fields.Char(
        "Number is in", help="Heading, or position from 1. Empty: recognised."
    )
    column_date = fields.Char("Date is in", help="Heading, or position from 1. Empty: recognised.")
    column_amount = fields.Char(
        "Amount is in",
        help="Heading, or position from 1. Empty: recognised. Credit notes are negative.",
    )
    column_currency = fields.Char(
        "Currency is in", help="Heading, or position from 1. Empty: recognised."
    )
    decimal_mark = fields.Selection(
        DECIMAL_MARKS, "Amounts look like", help="Empty: recognised by the whole column."
    )
    date_format = fields.Selection(
        DATE_FORMATS, "Dates look like", help="Empty: recognised by the whole column."
    )
    encoding = fields.Selection(ENCODINGS, help="Empty: recognised.")
    state = fields.Selection(
        [("draft", "Not compared"), ("compared", "Compared")],
        required=True,
        readonly=True,
        default="draft",
    )
    line_ids = fields.One2many("purchase.match.statement.line", "statement_id", readonly=True)
    problems = fields.Text("Rows that could not be read", readonly=True)
    unread = fields.Integer("Rows not read", readonly=True)
    listed = fields.Integer("Documents", compute="_compute_counts")
    differing = fields.Integer("To clear up", compute="_compute_counts")

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        rows = self.env["purchase.match.statement.line"]._read_group(
            [("statement_id", "in", self.ids)], ["statement_id", "outcome"], ["__count"]
        )
        for statement in self:
            own = [(outcome, count) for found, outcome, count in rows if found == statement]
            statement.listed = sum(count for _outcome, count in own)
            statement.differing = sum(count for outcome, count in own if outcome in TO_CLEAR)

    @api.depends("partner_id", "create_date")
    def _compute_display_name(self):
        for statement in self:
            day = statement.create_date.date() if statement.create_date else ""
            statement.display_name = f"{statement.partner_id.display_name or ''} {day}".strip()

    def action_compare(self):
        """Reads the file and compares it with the books of this moment."""
        self.check_access("write")
        for statement in self:
            StatementCheck(statement).run()

    @api.ondelete(at_uninstall=False)
    def _keep_what_was_asked(self):
        # sudo: whoever may delete a statement may lack the right to read exceptions; only a yes or no leaves.
        asked = self.sudo().line_ids.exception_id
        if asked.filtered(lambda exception: exception.state == "open"):
            raise UserError(
                self.env._("Clear up its differences first: somebody was asked about them.")
            )
