from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import versions as machine
from ..services.versions import Act, Versions, acting

VERSION_STATES = [
    (machine.DRAFT, "Draft"),
    (machine.SUBMITTED, "To approve"),
    (machine.APPROVED, "Approved, not yet in force"),
    (machine.ACTIVE, "In force"),
    (machine.SUPERSEDED, "Superseded"),
]

# What only the service for versions writes, with what a new draft has.
SEALED = {
    "state": machine.DRAFT,
    "submitted_by_id": False,
    "submitted_on": False,
    "approved_by_id": False,
    "approved_on": False,
}


class PurchaseMatchDrafted(models.AbstractModel):
    """What has versions: drafts that authors write, approved by a second person, never edited afterwards.

    Whoever writes here, the superuser too, can change drafts and nothing else. What becomes of a version is
    written by ``services.versions``, which the context carries as an object.
    """

    _name = "purchase.match.drafted"
    _description = "Drafted by one, approved by another"

    version = fields.Integer(readonly=True, required=True, copy=False, default=0)
    state = fields.Selection(
        VERSION_STATES, required=True, readonly=True, default=machine.DRAFT, index=True
    )
    reason = fields.Text(
        "Why this version", copy=False, help="What it changes and why: for who approves it."
    )
    active_from = fields.Date(
        "In force from", copy=False, help="Empty: from the day of its approval."
    )
    # Everybody who had a hand in this version: none of them can approve it.
    author_ids = fields.Many2many("res.users", string="Written by", readonly=True, copy=False)
    submitted_by_id = fields.Many2one("res.users", "Submitted by", readonly=True, copy=False)
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    may_submit = fields.Boolean(compute="_compute_may")
    may_withdraw = fields.Boolean(compute="_compute_may")
    may_approve = fields.Boolean(compute="_compute_may")
    may_send_back = fields.Boolean(compute="_compute_may")
    may_recall = fields.Boolean(compute="_compute_may")

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_may(self):
        versions = Versions(self.env)
        for policy in self:
            for act in machine.RIGHTS:
                policy[f"may_{act}"] = versions.may(policy, act)

    # -- only drafts are written, by whomever ---------------------------------------------------

    def _check_open(self):
        """A row of these versions is written: refused unless all are drafts, remembered for who approves."""
        if Act.under_way(self.env) or not self.env.registry.ready:
            return
        # Whoever edits and whoever submits or approves meet here: a late save must not reach what was approved.
        self.lock_for_update()
        policies = self.sudo()  # sudo: the state decides, whatever one may read
        for policy in policies:
            if policy.state != machine.DRAFT:
                raise UserError(
                    self.env._(
                        "%s is not a draft: make a new version of it and have that approved.",
                        policy.display_name,
                    )
                )
        unknown = policies.filtered(lambda policy: self.env.user not in policy.author_ids)
        if unknown:
            acting(unknown).write({"author_ids": [fields.Command.link(self.env.uid)]})

    @api.model_create_multi
    def create(self, vals_list):
        """New rows are drafts, whatever the values or the context say."""
        sealed = {
            **SEALED,
            "previous_id": False,
            "author_ids": [fields.Command.set([self.env.uid])],
        }
        numbers, news = {}, []
        for vals in vals_list:
            company = vals.get("company_id") or self.default_get(["company_id"])["company_id"]
            numbers[company] = numbers.get(company, self._last_version(company)) + 1
            news.append({**vals, **sealed, "company_id": company, "version": numbers[company]})
        return super().create(news)

    def _last_version(self, company_id):
        # sudo: numbers are given whatever versions one may read.
        return self.sudo().search([("company_id", "=", company_id)], limit=1).version

    def write(self, vals):
        if not Act.under_way(self.env):
            self.check_access("write")
            sealed = {*SEALED, "version", "author_ids", "previous_id", "company_id"} & vals.keys()
            if sealed:
                raise UserError(
                    self.env._("Versions are submitted and approved by their buttons, not written.")
                )
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _keep_the_record(self):
        self._check_open()

    def action_submit(self):
        Versions(self.env).do(self, "submit")

    def action_withdraw(self):
        Versions(self.env).do(self, "withdraw")

    def action_approve(self):
        Versions(self.env).do(self, "approve")

    def action_recall(self):
        Versions(self.env).do(self, "recall")

    def action_send_back(self):
        """Asks for the reason, then gives the version back to who wrote it."""
        return self._dialog("purchase.match.policy.return", self.env._("Send back"))

    def action_simulate(self):
        """Tries this version on past bills."""
        return self._dialog("purchase.match.simulation", self.env._("Try on past bills"))

    def _dialog(self, model, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_policy_id": self.id},
        }

    @api.model
    def _cron_begin(self):
        """Versions whose day has come take the place of those before them."""
        due = self.search([("state", "=", machine.APPROVED)])
        Versions(self.env).begin(due.company_id)

    def _install(self):
        """The module's own first version, which nobody approved; only while modules are loaded."""
        if self.env.registry.ready:
            raise UserError(self.env._("A version comes into force by its approval."))
        installed = acting(self).filtered(lambda policy: policy.state == machine.DRAFT)
        installed.write({"state": machine.ACTIVE, "active_from": fields.Date.today()})
        self.env.registry.clear_cache()
