import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..core.mapping import TARGETS
from ..services import mapping_approval, mapping_samples, mapping_versions
from ..services.retention import prune

# What people may change of a mapping that is not a draft any more: nothing it says.
ALWAYS = {"sample_ids"}
# What services decide, whoever writes: what stage a version is at, what it follows, who had a hand in it.
GOVERNED = {
    "key",
    "version",
    "state",
    "date_from",
    "date_to",
    "origin_id",
    "editor_ids",
    "asked_by_id",
    "asked_on",
    "approved_by_id",
    "approved_on",
    "reason",
}
# What all versions have in common.
SHARED = {"domain", "endpoint_id", "company_id"}


class IntegrationMapping(models.Model):
    """One version of a governed table of partner codes and our records, for one domain.

    A version is a draft until somebody else approves it; from then on nobody edits it. A change is a draft of the
    next version, a copy. Approving it ends the one before: on each day at most one version of a mapping holds.
    All versions share the ``key``, by which files name the mapping in another database.

    A mapping without endpoint is for all of its company; without company it is a standard's table (UN/ECE Rec 20)
    that every endpoint falls back to.
    """

    _name = "integration.mapping"
    _description = "Integration mapping"
    _inherit = ["mail.thread"]
    _check_company_auto = True
    _order = "name, version desc, id"

    name = fields.Char(required=True, tracking=True)
    key = fields.Char(
        readonly=True,
        copy=False,
        index=True,
        help="Names the mapping in files, through all versions.",
    )
    version = fields.Integer(readonly=True, default=1, copy=False)
    domain = fields.Selection(
        [
            ("unit", "Units of measure"),
            ("item", "Items"),
            ("party", "Parties"),
            ("location", "Locations"),
            ("tax", "Taxes"),
            ("payment_term", "Payment terms"),
            ("account", "Accounts"),
            ("cost_centre", "Cost centres"),
            ("reason", "Reasons"),
        ],
        "Kind",
        required=True,
        tracking=True,
    )
    endpoint_id = fields.Many2one(
        "integration.endpoint", check_company=True, index=True, ondelete="cascade", tracking=True
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, readonly=False, index=True
    )
    line_ids = fields.One2many("integration.mapping.line", "mapping_id", copy=True)
    line_count = fields.Integer("Rows", compute="_compute_line_count")
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    status = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Approval asked for"),
            ("planned", "Planned"),
            ("active", "Active"),
            ("superseded", "Superseded"),
        ],
        compute="_compute_status",
    )
    date_from = fields.Date("Holds from", readonly=True, copy=False)
    date_to = fields.Date(
        "Until before", readonly=True, copy=False, help="The first day on which it holds no more."
    )
    origin_id = fields.Many2one(
        "integration.mapping",
        "Changes",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The version that the draft is a copy of.",
    )
    editor_ids = fields.Many2many(
        "res.users", string="Edited by", readonly=True, copy=False, help="They may not approve it."
    )
    asked_by_id = fields.Many2one("res.users", "Approval asked by", readonly=True, copy=False)
    asked_on = fields.Datetime("Asked on", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", "Approved by", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    reason = fields.Char("Why", readonly=True, copy=False)
    sample_ids = fields.One2many("integration.mapping.sample", "mapping_id")
    outdated = fields.Boolean(compute="_compute_outdated")
    change_text = fields.Html("What changes", compute="_compute_change_text", sanitize=False)
    sample_text = fields.Html("Samples", compute="_compute_sample_text", sanitize=False)

    _last_uniq = models.UniqueIndex(
        "(key) WHERE state = 'approved' AND date_to IS NULL",
        "Another version of this mapping became active meanwhile.",
    )

    @api.depends("endpoint_id")
    def _compute_company_id(self):
        for mapping in self.filtered("endpoint_id"):
            mapping.company_id = mapping.endpoint_id.company_id

    @api.depends("line_ids")
    def _compute_line_count(self):
        counts = dict(
            self.env["integration.mapping.line"]._read_group(
                [("mapping_id", "in", self.ids)], ["mapping_id"], ["__count"]
            )
        )
        for mapping in self:
            mapping.line_count = counts.get(mapping._origin, 0)

    @api.depends("state", "date_from", "date_to", "asked_on")
    def _compute_status(self):
        today = fields.Date.today()
        for mapping in self:
            if mapping.state == "draft":
                mapping.status = "asked" if mapping.asked_on else "draft"
            elif mapping.date_from and mapping.date_from > today:
                mapping.status = "planned"
            elif mapping.date_to and mapping.date_to <= today:
                mapping.status = "superseded"
            else:
                mapping.status = "active"

    @api.depends("state", "origin_id.date_to")
    def _compute_outdated(self):
        for mapping in self:
            mapping.outdated = bool(
                mapping.state == "draft" and mapping.origin_id and mapping.origin_id.date_to
            )

    @api.depends("line_ids", "origin_id")
    def _compute_change_text(self):
        for mapping in self:
            mapping.change_text = mapping_versions.changes_html(mapping._origin)

    @api.depends("line_ids", "origin_id")
    def _compute_sample_text(self):
        for mapping in self:
            mapping.sample_text = mapping_samples.report_html(mapping._origin)

    @api.depends("name", "version", "state")
    def _compute_display_name(self):
        for mapping in self:
            draft = self.env._(" (draft)") if mapping.state == "draft" else ""
            mapping.display_name = f"{mapping.name} {mapping.version}{draft}"

    # -- what may be changed -------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_governed(set().union(*vals_list))
        mappings = super().create(vals_list)
        mappings._name_keys()
        mappings._note_editor()
        return mappings

    def write(self, vals):
        if not vals.keys() <= ALWAYS:
            self._check_editable()
        self._check_governed(set(vals))
        result = super().write(vals)
        if not self.env.su:
            self._note_editor()
        return result

    @api.ondelete(at_uninstall=False)
    def _keep_approved(self):
        self._check_editable()

    def _check_editable(self):
        """UserError where one is approved: what was approved is what is active, word for word.

        Services act as superuser; so do data files and upgrades.
        """
        if self.env.su:
            return
        fixed = self.filtered(lambda mapping: mapping.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "%s was approved and is not edited any more. Make a draft of its next version: New version.",
                    ", ".join(fixed.mapped("display_name")),
                )
            )

    def _check_governed(self, names):
        """UserError where somebody writes what only services decide."""
        if self.env.su:
            return
        if names & GOVERNED:
            raise UserError(self.env._("A mapping becomes active by being approved."))
        if names & SHARED and self.origin_id:
            raise UserError(
                self.env._("All versions of a mapping are of one kind, for the same endpoint.")
            )

    def _note_editor(self):
        """Whoever edits a draft does not approve it."""
        drafts = self.filtered(lambda mapping: mapping.state == "draft")
        # sudo: the list of editors is closed to writes by hand; the acting user's own id is added.
        for draft in drafts.sudo().filtered(lambda each: self.env.user not in each.editor_ids):
            draft.write({"editor_ids": [Command.link(self.env.uid)]})

    def _name_keys(self):
        """A key for each mapping without one: <endpoint or name>-<domain>, and a number where that is taken."""
        for mapping in self.filtered(lambda each: not each.key):
            owner = mapping.endpoint_id.code or re.sub(r"\W+", "-", mapping.name.lower()).strip("-")
            stem = f"{owner}-{mapping.domain}".replace("_", "-")
            # sudo: a key is unique in all companies; only the keys are looked at. A loop of a handful at most.
            taken = self.sudo().search(Domain("key", "=like", f"{stem}%")).mapped("key")
            numbers = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
            key = next(key for key in (stem, *numbers) if key not in taken)
            mapping.sudo().write({"key": key})

    # -- buttons -------------------------------------------------------------------------------------

    def action_new_version(self):
        """Opens the draft of the next version, a copy of this one, or the one that there is."""
        return mapping_versions.draft_of(self).action_open()

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_rebase(self):
        """Puts the draft's changes on the version that became active meanwhile."""
        mapping_versions.rebase(self)

    def action_ask(self):
        """Tells the approvers that the draft is ready."""
        mapping_approval.ask(self)

    def action_versions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of %s", self.name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("key", "=", self.key)],
        }

    @api.model
    def _target_fields(self):
        return sorted(set(TARGETS.values()))

    @api.autovacuum
    def _gc_versions(self):
        """Superseded versions go after ``healthcare.mapping_days``; the audit record keeps what each changed."""
        return prune(
            self,
            [("state", "=", "approved"), ("date_to", "!=", False)],
            "date_to",
            "healthcare.mapping_days",
            default_days=1095,
        )
