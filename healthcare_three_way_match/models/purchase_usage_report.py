from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core import usage as machine
from ..services.usage_reports import UsageReports

# Written by the service only, with sudo after it checked who acts.
SEALED = frozenset({"state", "order_id"})


class PurchaseUsageReport(models.Model):
    """What of a supplier's goods was used in a case before it was ordered: implants, consignment.

    Confirmed, it becomes an order of its own, which is sent to nobody and of which nothing is received. It names the
    case by its number; nothing of a patient belongs here.
    """

    _name = "purchase.usage.report"
    _description = "Usage report"
    _check_company_auto = True
    _order = "used_on desc, id desc"
    _rec_name = "number"

    number = fields.Char(
        "Report number",
        required=True,
        copy=False,
        help="As the supplier's form, or the operating room, numbers it. A report is ordered once.",
    )
    partner_id = fields.Many2one(
        "res.partner", "Supplier", required=True, index=True, check_company=True
    )
    may_bill_only = fields.Boolean(compute="_compute_may_bill_only")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, compute="_compute_currency_id", store=True, precompute=True
    )
    used_on = fields.Date("Used on", required=True, default=fields.Date.context_today)
    case_ref = fields.Char(
        "Case number",
        required=True,
        help="The number of the case alone: no name, no date of birth.",
    )
    state = fields.Selection(
        [
            (machine.DRAFT, "Draft"),
            (machine.CONFIRMED, "Ordered"),
            (machine.CANCELLED, "Cancelled"),
        ],
        required=True,
        readonly=True,
        default=machine.DRAFT,
        index=True,
    )
    line_ids = fields.One2many("purchase.usage.report.line", "report_id", "Used", copy=True)
    amount = fields.Monetary(compute="_compute_amount", help="Without tax.")
    order_id = fields.Many2one(
        "purchase.order", readonly=True, copy=False, ondelete="restrict", index="btree_not_null"
    )
    order_state = fields.Selection(related="order_id.state", string="Order is")
    bill_state = fields.Selection(related="order_id.invoice_status", string="Bill")

    _number_uniq = models.UniqueIndex(
        "(company_id, partner_id, number) WHERE state != 'cancelled'",
        "This report of the supplier has been entered already.",
    )

    @api.depends("partner_id")
    def _compute_may_bill_only(self):
        for report in self:
            # sudo: finance decides for which suppliers; only a yes or no leaves.
            supplier = report.partner_id.commercial_partner_id.sudo()
            report.may_bill_only = supplier.match_bill_only_allowed

    @api.depends("partner_id", "company_id")
    def _compute_currency_id(self):
        for report in self:
            supplier = report.partner_id.with_company(report.company_id)
            currency = supplier.property_purchase_currency_id
            report.currency_id = currency or report.company_id.currency_id

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for report in self:
            report.amount = sum(report.line_ids.mapped("amount"))

    @api.constrains("case_ref")
    def _check_case_ref(self):
        for report in self:
            if not machine.names_a_case(report.case_ref):
                raise ValidationError(
                    self.env._(
                        "“%s” is no number of a case: letters, digits and - . / _ without blanks. Nothing of a patient "
                        "belongs here.",
                        report.case_ref,
                    )
                )

    # -- what was ordered stands ----------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(not SEALED.isdisjoint(vals) for vals in vals_list):
            self._refuse_sealed()
        return super().create(vals_list)

    def write(self, vals):
        if not SEALED.isdisjoint(vals):
            if not self.env.su:
                self._refuse_sealed()
        else:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _keep_what_was_ordered(self):
        for report in self:
            if report.state == machine.CONFIRMED:
                raise UserError(
                    self.env._("%s was ordered and stays as it is.", report.display_name)
                )

    def _check_draft(self):
        """What bills are compared with is not changed behind them, by whomever."""
        for report in self:
            if report.state != machine.DRAFT:
                raise UserError(self.env._("%s is no draft any more.", report.display_name))

    def _refuse_sealed(self):
        raise AccessError(
            self.env._("A usage report is ordered and cancelled by its buttons, not written.")
        )

    # -- acts -----------------------------------------------------------------------------------

    def action_confirm(self):
        """Orders what was used."""
        UsageReports(self.env).confirm(self)

    def action_cancel(self):
        UsageReports(self.env).cancel(self)

    def action_reopen(self):
        UsageReports(self.env).reopen(self)

    def action_open_order(self):
        self.ensure_one()
        return self.order_id._get_records_action()
