from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..core.exemption import Exemption
from ..services.exemptions import Exemptions
from ..services.versions import Act, acting

EXEMPTION_STATES = [("draft", "To approve"), ("approved", "Approved"), ("ended", "Ended")]

# What only the service writes, with what a new row has.
SEALED = {
    "state": "draft",
    "approved_by_id": False,
    "approved_on": False,
    "ended_by_id": False,
    "ended_on": False,
}


class PurchaseMatchExemption(models.Model):
    """Bills that need no order: of a supplier, on an account, in a journal, until a day; agreed to by a second
    person. Once approved nobody edits it; it can be ended.
    """

    _name = "purchase.match.exemption"
    _description = "Bills that need no order"
    _order = "state, until, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Supplier",
        check_company=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
    )
    account_id = fields.Many2one("account.account", check_company=True, ondelete="restrict")
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'purchase')]",
    )
    since = fields.Date("Entered from", required=True, default=fields.Date.context_today)
    until = fields.Date("Entered until", required=True)
    reason = fields.Char("Why", required=True)
    state = fields.Selection(
        EXEMPTION_STATES, required=True, readonly=True, default="draft", index=True
    )
    author_ids = fields.Many2many(
        "res.users",
        string="Asked for by",
        readonly=True,
        copy=False,
        help="Everybody who had a hand in it: none of them can approve it.",
    )
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    ended_by_id = fields.Many2one("res.users", "Ended by", readonly=True, copy=False)
    ended_on = fields.Datetime(readonly=True, copy=False)
    may_approve = fields.Boolean(compute="_compute_may")
    may_end = fields.Boolean(compute="_compute_may")

    @api.depends("partner_id", "account_id", "journal_id")
    def _compute_display_name(self):
        for row in self.sudo():  # sudo: what is exempt is told whatever one may read of it
            named = (row.partner_id, row.account_id, row.journal_id)
            row.display_name = ", ".join(each.display_name for each in named if each)

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_may(self):
        exemptions = Exemptions(self.env)
        for row in self:
            row.may_approve = exemptions.may(row, "approve")
            row.may_end = exemptions.may(row, "end")

    @api.constrains("partner_id", "account_id", "journal_id", "since", "until")
    def _check_names_something(self):
        for row in self:
            if not (row.partner_id or row.account_id or row.journal_id):
                raise ValidationError(
                    self.env._(
                        "Name a supplier, an account or a journal: not everything is exempt."
                    )
                )
            if row.until < row.since:
                raise ValidationError(self.env._("It ends before it begins."))
            if row.partner_id != row.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._("Name the supplier itself, not one of its contacts or addresses.")
                )

    def _core(self):
        """As the decision knows them."""
        return tuple(
            Exemption(
                row.partner_id.id or None,
                row.account_id.id or None,
                row.journal_id.id or None,
                row.since,
                row.until,
                row.id,
            )
            for row in self
        )

    def _in_words(self):
        row = self.sudo()  # sudo: who approved what is told whatever one may read of users
        return self.env._(
            "No order needed: %(what)s, approved by %(who)s until %(until)s (%(why)s)",
            what=row.display_name,
            who=row.approved_by_id.name,
            until=format_date(self.env, row.until),
            why=row.reason,
        )

    # -- only what waits for approval is written, by whomever -----------------------------------

    def _check_open(self):
        if Act.under_way(self.env):
            return
        self.lock_for_update()
        rows = self.sudo()  # sudo: the state decides, whatever one may read
        for row in rows:
            if row.state != "draft":
                raise UserError(
                    self.env._(
                        "%s was approved and stays as it is; end it instead.", row.display_name
                    )
                )
        unknown = rows.filtered(lambda row: self.env.user not in row.author_ids)
        if unknown:
            acting(unknown).write({"author_ids": [fields.Command.link(self.env.uid)]})

    @api.model_create_multi
    def create(self, vals_list):
        """New rows wait for approval, whatever the values or the context say."""
        sealed = {**SEALED, "author_ids": [fields.Command.set([self.env.uid])]}
        return super().create([{**vals, **sealed} for vals in vals_list])

    def write(self, vals):
        if not Act.under_way(self.env):
            if {*SEALED, "author_ids", "company_id"} & vals.keys():
                raise AccessError(
                    self.env._("Exemptions are approved and ended by their buttons, not written.")
                )
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _keep_the_record(self):
        if self.env.registry.ready:
            self._check_open()

    def action_approve(self):
        Exemptions(self.env).do(self, "approve")

    def action_end(self):
        Exemptions(self.env).do(self, "end")
