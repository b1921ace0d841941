from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ..core import versions as machine
from ..core.policy import Mode, Policy, Rule, Way, from_rows
from ..core.verdict import Block, Code
from ..services.policy_changes import changes_table
from ..services.versions import Act, Versions, acting
from .purchase_match import BLOCKS

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


class PurchaseMatchPolicy(models.Model):
    """What a company tolerates, in versions. One is in force; it is never edited, only followed by another.

    Whoever writes here, the superuser too, can change drafts and nothing else. What becomes of a version is
    written by ``services.versions``, which the context carries as an object.
    """

    _name = "purchase.match.policy"
    _description = "Three-way match policy"
    _order = "company_id, version desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    version = fields.Integer(readonly=True, required=True, copy=False, default=0)
    previous_id = fields.Many2one(
        "purchase.match.policy", "Made from", readonly=True, copy=False, ondelete="restrict"
    )
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
    mode = fields.Selection(
        [
            (Mode.OFF.value, "Off: nothing is compared"),
            (Mode.OBSERVE.value, "Observe: compares, stops nothing"),
            (Mode.ENFORCE.value, "Enforce: stops what the rows say"),
        ],
        required=True,
        default=Mode.OBSERVE.value,
    )
    entered_from = fields.Datetime(
        "Bills entered from",
        default=lambda self: self.env.cr.now().replace(microsecond=0),  # as create_date
        help="Bills that were entered before stay untouched: those open when the match was switched on.",
    )
    tolerance_ids = fields.One2many("purchase.match.tolerance", "policy_id", copy=True)
    way_ids = fields.One2many("purchase.match.way", "policy_id", copy=True)
    no_order_blocks = fields.Selection(
        BLOCKS,
        "A bill without order stops",
        required=True,
        default="nothing",
        help="For bills entered by hand that no exemption covers. A bill that came over a connection to a "
        "supplier, or that once named an order line, always needs one.",
    )
    autopost = fields.Boolean(
        "Post clean bills",
        help="A bill that came over a connection and agrees line by line is posted at once.",
    )
    hold_days = fields.Integer("Days to decide", default=3)
    finance_user_id = fields.Many2one(
        "res.users",
        "Finance contact",
        help="Owns holds about the payee account, and those for which nobody else is found.",
    )
    receiving_user_id = fields.Many2one(
        "res.users",
        "Receiving contact",
        help="Owns quantity holds where the receipt has no responsible; else the buyer does.",
    )
    release_limit = fields.Monetary(
        "Release limit",
        help="Up to which amount an approver without a limit of their own may release; 0: any.",
    )
    # Not sanitized: made by services.policy_changes, which escapes what people typed.
    changes = fields.Html(compute="_compute_changes", sanitize=False, compute_sudo=True)
    may_submit = fields.Boolean(compute="_compute_may")
    may_withdraw = fields.Boolean(compute="_compute_may")
    may_approve = fields.Boolean(compute="_compute_may")
    may_send_back = fields.Boolean(compute="_compute_may")
    may_recall = fields.Boolean(compute="_compute_may")

    _version_uniq = models.UniqueIndex(
        "(company_id, version)", "Somebody made another version at the same time: try again."
    )
    _active_uniq = models.UniqueIndex(
        "(company_id) WHERE state = 'active'", "A company has one policy in force."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = f"{policy.name} v{policy.version}"

    @api.depends("state")
    @api.depends_context("uid")
    def _compute_may(self):
        versions = Versions(self.env)
        for policy in self:
            for act in machine.RIGHTS:
                policy[f"may_{act}"] = versions.may(policy, act)

    @api.depends("state", "tolerance_ids", "way_ids", "previous_id")
    @api.depends_context("lang")
    def _compute_changes(self):
        for policy in self:
            policy.changes = changes_table(policy, policy._compared_with())

    @api.constrains("hold_days", "release_limit")
    def _check_positive(self):
        for policy in self:
            if policy.hold_days < 0 or policy.release_limit < 0:
                raise ValidationError(self.env._("Days and limits are not negative."))

    # -- as the decision knows it ---------------------------------------------------------------

    def _core(self, exemptions=()):
        self.ensure_one()
        scoped, ways = from_rows(
            [(row._scope(), Code(row.code), row._rule()) for row in self.tolerance_ids],
            [(row._scope(), Way(row.way), row.id) for row in self.way_ids],
        )
        rules = {Code.NO_PO: Rule(block=Block.of(self.no_order_blocks))}
        return Policy(
            Mode(self.mode), rules, scoped=scoped, ways=ways, exemptions=tuple(exemptions)
        )

    def _in_force(self, day):
        """The version in force on this day, of versions of one company."""
        kept = [(v.state, v.active_from, v.version, v) for v in self if v.state in machine.BINDING]
        return machine.in_force(kept, day) or self.browse()

    def _compared_with(self):
        """What a version is shown beside: the one in force, or, once it is decided, the one before it."""
        if self.state in (machine.ACTIVE, machine.SUPERSEDED):
            return self.previous_id
        versions = self.search(
            [("company_id", "=", self.company_id.id), ("state", "in", machine.BINDING)]
        )
        return versions._in_force(fields.Date.today()) - self

    @api.model
    @tools.ormcache("company_id")
    def _is_on(self, company_id):
        """Whether a version in force, or soon to be, compares bills; asked on each save of a bill."""
        # sudo: whoever saves a bill may lack the right to read policies; only a yes or no leaves.
        return bool(
            self.sudo().search_count(
                [
                    ("company_id", "=", company_id),
                    ("mode", "!=", Mode.OFF.value),
                    ("state", "in", machine.BINDING),
                ],
                limit=1,
            )
        )

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

    # -- acts -----------------------------------------------------------------------------------

    def action_new_version(self):
        """A draft like this version, to be changed, tried and submitted."""
        return self._new_version()._get_records_action()

    def _new_version(self, vals=None):
        self.ensure_one()
        draft = self.copy(vals)
        acting(draft).previous_id = self
        return draft

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
