from odoo import SUPERUSER_ID, api, fields, models

from ..core.catalogue import STATES, WORKING
from ..formats import FORMATS
from ..formats.catalogue_stream import STREAMS
from ..services.catalogues import advance, deciding
from ..services.retention import prune


class IntegrationCatalogue(models.Model):
    """A supplier's catalogue on its way into the vendor price list: read, compared, decided, applied."""

    _name = "integration.catalogue"
    _description = "Supplier catalogue"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("File", required=True, readonly=True)
    number = fields.Char("Catalogue", readonly=True)
    state = fields.Selection(
        list(STATES.items()), required=True, readonly=True, default="reading", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Supplier", required=True, readonly=True, index=True, check_company=True
    )
    user_id = fields.Many2one("res.users", "Buyer", readonly=True)
    endpoint_id = fields.Many2one(
        "integration.endpoint", readonly=True, index="btree_not_null", check_company=True
    )
    message_id = fields.Many2one(
        "integration.message", "Came as", readonly=True, index="btree_not_null"
    )
    format = fields.Selection(
        lambda self: [(code, FORMATS[code].name) for code in STREAMS], readonly=True
    )
    options = fields.Json("How the file is read", readonly=True)
    content = fields.Binary("Bytes", attachment=True, readonly=True)
    size = fields.Integer("Size (bytes)", readonly=True)
    error = fields.Char("Why it cannot be read", readonly=True)
    line_ids = fields.One2many("integration.catalogue.line", "catalogue_id", readonly=True)

    action = fields.Char(readonly=True)
    issued = fields.Date(readonly=True)
    contract = fields.Char("Contract reference", readonly=True)
    valid_from = fields.Date(readonly=True)
    valid_to = fields.Date("Valid until", readonly=True)
    currency_code = fields.Char("Currency", readonly=True)
    complete = fields.Boolean(
        readonly=True,
        help="What the contract has and this catalogue does not tell is withdrawn.",
    )
    jump_percent = fields.Float(
        "Price jump above (%)",
        required=True,
        readonly=True,
        default=10,
        help="A price that changes by more, up or down, is only applied once a buyer approved it.",
    )

    # How far it is: each chunk moves its cursor in its own transaction.
    read_bytes = fields.Integer(readonly=True)
    compared_id = fields.Integer(readonly=True)
    applied_id = fields.Integer(readonly=True)
    progress = fields.Integer("Progress (%)", compute="_compute_progress")
    line_count = fields.Integer("Lines", readonly=True)
    bad_count = fields.Integer("Bad lines", readonly=True)
    unknown_count = fields.Integer("Unknown items", readonly=True)
    new_count = fields.Integer("New", readonly=True)
    changed_count = fields.Integer("Changed", readonly=True)
    withdrawn_count = fields.Integer("Withdrawn", readonly=True)
    same_count = fields.Integer("Unchanged", readonly=True)
    jump_count = fields.Integer("Price jumps", readonly=True)
    applied_count = fields.Integer("Lines applied", readonly=True)
    stale_count = fields.Integer("Left: prices changed since", readonly=True)
    compared_on = fields.Datetime(readonly=True)
    applied_on = fields.Datetime(readonly=True)
    applied_by_id = fields.Many2one("res.users", readonly=True)

    @api.depends(
        "state", "size", "read_bytes", "line_count", "bad_count", "unknown_count", "new_count",
        "changed_count", "withdrawn_count", "same_count", "applied_count",
    )  # fmt: skip
    def _compute_progress(self):
        """Of the phase it is in."""
        for run in self:
            done, total = 1, 1
            effective = run.new_count + run.changed_count + run.withdrawn_count
            if run.state == "reading":
                done, total = run.read_bytes, run.size
            elif run.state == "comparing":
                compared = effective + run.same_count + run.unknown_count + run.bad_count
                done, total = compared, run.line_count
            elif run.state == "applying":
                done, total = run.applied_count + run.stale_count, effective
            run.progress = min(100, 100 * done // total) if total else 0

    def _wake(self):
        """Enqueues a job for each run, unless one waits already."""
        # Jobs belong to the system, not to whoever happened to wake them.
        runs = self.env(user=SUPERUSER_ID, context={}, su=True)[self._name].browse(self.ids)
        for run in runs:
            run.with_delay(
                identity_key=f"integration.catalogue.{run.id}", max_retries=0, priority=20
            )._job_advance()

    def _job_advance(self):
        self.ensure_one()
        advance.advance(self.with_company(self.company_id))

    @api.model
    def _cron_continue(self):
        """Wakes what a lost job left standing; whoever works on a run already holds its key."""
        self.search([("state", "in", WORKING)])._wake()

    def action_apply(self):
        self.ensure_one()
        deciding.apply(self)

    def action_give_up(self):
        self.ensure_one()
        deciding.give_up(self)

    def action_lines(self):
        """The lines; which of them, the button says in its context."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "healthcare_procurement_connector.action_integration_catalogue_line"
        )
        wanted = self.env.context.get("lines")
        action["domain"] = [("catalogue_id", "=", self.id)]
        action["context"] = {f"search_default_{wanted}": 1} if wanted else {}
        return action

    @api.autovacuum
    def _gc_catalogues(self):
        """Runs go with their lines and bytes after ``healthcare.catalogue_days``; what they wrote stays."""
        finished = [("state", "not in", WORKING)]
        return prune(self, finished, "create_date", "healthcare.catalogue_days", default_days=400)
