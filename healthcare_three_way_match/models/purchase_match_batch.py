from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.healthcare_procurement_connector.services.retention import prune

from ..services import batch as service
from ..services.collect import BILL_TYPES
from .purchase_match_portion import DONE, FAILED, STOPPED, WAITING

KINDS = [
    ("nightly", "Nightly"),
    ("demand", "On demand"),
    ("import", "Imported bills"),
]

STATES = [
    ("running", "Running"),
    ("done", "Done"),
    ("failed", "Done, some bills failed"),
    ("stopped", "Stopped"),
]


class PurchaseMatchBatch(models.Model):
    """Many bills that are compared by jobs: how far it has come, and which bills could not be compared.

    What is counted is kept with the portions, not here: two jobs that finish together do not meet.
    """

    _name = "purchase.match.batch"
    _description = "Batch of matches"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Started by", readonly=True)
    portion_ids = fields.One2many("purchase.match.portion", "batch_id", readonly=True)
    total = fields.Integer("Bills", compute="_compute_progress")
    done = fields.Integer(compute="_compute_progress")
    failed = fields.Integer(compute="_compute_progress")
    progress = fields.Float("Progress, %", compute="_compute_progress")
    state = fields.Selection(STATES, compute="_compute_progress")
    finished_on = fields.Datetime("Finished", compute="_compute_progress")

    @api.depends("portion_ids.state", "portion_ids.total", "portion_ids.failed")
    def _compute_progress(self):
        rows = self.env["purchase.match.portion"]._read_group(
            [("batch_id", "in", self.ids)],
            ["batch_id", "state"],
            ["total:sum", "failed:sum", "done_on:max"],
        )
        found = {}
        for batch, state, total, failed, done_on in rows:
            found.setdefault(batch.id, {})[state] = (total, failed, done_on)
        for batch in self:
            by_state = found.get(batch.id, {})
            ended = [row for state, row in by_state.items() if state in (DONE, FAILED)]
            batch.total = sum(row[0] for row in by_state.values())
            batch.failed = sum(row[1] for row in ended)
            batch.done = sum(row[0] for row in ended) - batch.failed
            batch.progress = (
                100.0 * (batch.done + batch.failed) / batch.total if batch.total else 100.0
            )
            batch.state = _state(by_state)
            ends = [row[2] for row in ended if row[2]]
            batch.finished_on = max(ends) if ends and batch.state != "running" else False

    @api.depends("kind", "create_date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for batch in self:
            day = fields.Datetime.context_timestamp(
                self, batch.create_date or fields.Datetime.now()
            )
            batch.display_name = f"{labels.get(batch.kind, '')} {day:%Y-%m-%d %H:%M}"

    # -- starting ------------------------------------------------------------------------------

    @api.model
    def _start(self, kind, bills_by_company):
        """Creates a batch for each company and enqueues its portions; ``{company: bill ids}``."""
        # sudo: nobody writes batches by hand; callers checked that their user may start one.
        batches = self.sudo()
        for company, bill_ids in bills_by_company.items():
            if not bill_ids:
                continue
            batch = batches.create(
                {"kind": kind, "company_id": company.id, "user_id": self.env.uid}
            )
            batch.portion_ids.create(
                [
                    {"batch_id": batch.id, "bill_ids": ids, "total": len(ids)}
                    for ids in service.cut(self.env, bill_ids)
                ]
            )
            batch.portion_ids._enqueue()
            batches |= batch
        return batches.sudo(False)

    @api.model
    def _start_import(self, moves):
        """A batch for the drafts among what was just imported, where a policy compares bills."""
        policies = self.env["purchase.match.policy"]
        drafts = moves.filtered(lambda move: move.move_type in BILL_TYPES and move.state == "draft")
        self._start(
            "import",
            {
                company: bills.ids
                for company, bills in drafts.grouped("company_id").items()
                if policies._is_on(company.id)
            },
        )

    @api.model
    def _cron_nightly(self):
        """Compares everything open of all companies: what changed without anybody's save shows next morning."""
        companies = self.env["purchase.match.policy"].search([("mode", "!=", "off")]).company_id
        self._start(
            "nightly", {company: service.open_bills(self.env, company) for company in companies}
        )

    @api.model
    def action_match_everything(self):
        """Compares everything open in the user's companies; opens the list of batches."""
        if not self.env.user.has_group("healthcare_three_way_match.group_match_user"):
            raise AccessError(self.env._("Matching everything takes the right to work on matches."))
        companies = self.env.companies
        started = self._start(
            "demand", {company: service.open_bills(self.env, company) for company in companies}
        )
        if not started:
            raise UserError(
                self.env._(
                    "There is no open bill to compare, or no policy of your companies compares bills."
                )
            )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "healthcare_three_way_match.action_purchase_match_batch"
        )

    # -- steering ------------------------------------------------------------------------------

    def action_restart(self):
        """Enqueues again what failed or was stopped, and what a lost job left waiting."""
        self._may_steer()
        # sudo: portions are written by services only; the right to start one is checked.
        self.sudo().portion_ids.filtered(lambda portion: portion.state != DONE)._restart()

    def action_stop(self):
        """What has not begun does not begin; what is compared stays."""
        self._may_steer()
        # sudo: as above.
        waiting = self.sudo().portion_ids.filtered(lambda portion: portion.state == WAITING)
        waiting.write({"state": STOPPED})

    def _may_steer(self):
        self.check_access("read")
        if not self.env.user.has_group("healthcare_three_way_match.group_match_user"):
            raise AccessError(self.env._("Matching everything takes the right to work on matches."))

    def action_open_failed(self):
        """The bills that could not be compared."""
        self.ensure_one()
        ids = [int(bill) for portion in self.portion_ids for bill in portion.reasons or {}]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not compared"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", ids)],
        }

    @api.autovacuum
    def _gc_batches(self):
        """Batches go after ``healthcare.match_batch_days``; what they found stays with the bills."""
        return prune(self, [], "create_date", "healthcare.match_batch_days", default_days=90)


def _state(by_state):
    if WAITING in by_state:
        return "running"
    if STOPPED in by_state:
        return "stopped"
    return "failed" if FAILED in by_state else "done"
