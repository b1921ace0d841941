from odoo import api, fields, models

FAILURES_UNTIL_DOWN = 5


class IntegrationEndpointState(models.Model):
    """What changes while an endpoint works, kept off the row that people edit.

    The drains write most of it past the records (services/endpoint_guards.py), under the row's lock.
    """

    _name = "integration.endpoint.state"
    _description = "State of an integration endpoint"
    _rec_name = "endpoint_id"

    endpoint_id = fields.Many2one("integration.endpoint", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    last_success = fields.Datetime()
    last_failure = fields.Datetime()
    last_error = fields.Char()
    failures = fields.Integer("Failures in a row", default=0, required=True)
    breaker = fields.Selection(
        [
            ("closed", "Closed: calls go"),
            ("open", "Open: no calls"),
            ("half_open", "Half open: probing"),
        ],
        default="closed",
        required=True,
    )
    breaker_forced = fields.Selection(
        [("open", "Forced open: no calls"), ("closed", "Forced closed: calls go")],
        "Forced by an operator",
    )
    outcomes = fields.Char("Last calls", help="Newest last: . answered, x failed")
    opened_at = fields.Datetime("Stopped since")
    breaker_wait = fields.Integer("Waits (s)", default=0)
    probes_out = fields.Integer("Probes under way", default=0)
    probes_passed = fields.Integer("Probes answered", default=0)
    probe_until = fields.Datetime("Probes are given up at")
    tokens = fields.Float("Calls left at once", default=0.0)
    bucket_clock = fields.Datetime(
        "Counted until", help="Empty: the rate limit was not used yet; as many calls as allowed."
    )
    not_before = fields.Datetime("Partner asked to wait until")
    resting_until = fields.Datetime(
        help="A hint for claims: until then nothing is granted, as far as was known when it was asked for."
    )
    paused = fields.Boolean(default=False)
    pause_reason = fields.Char()
    paused_by_id = fields.Many2one("res.users", "Paused by", ondelete="set null")
    paused_on = fields.Datetime()
    health = fields.Selection(
        [
            ("unknown", "Not used yet"),
            ("up", "Working"),
            ("shaky", "Failing at times"),
            ("down", "Down"),
        ],
        compute="_compute_health",
    )

    _one_per_endpoint = models.UniqueIndex("(endpoint_id)")
    _pause_says_why = models.Constraint(
        "CHECK (NOT paused OR pause_reason <> '')", "A paused endpoint says why it is paused."
    )

    @api.depends("failures", "last_success", "last_failure", "breaker", "breaker_forced")
    def _compute_health(self):
        for state in self:
            state.health = state._health()

    def _health(self):
        if not self.last_success and not self.last_failure:
            return "unknown"
        stopped = self.breaker != "closed" and not self.breaker_forced
        if stopped or self.failures >= FAILURES_UNTIL_DOWN:
            return "down"
        # A refused document is an answer and no failure in a row; and yet not all is well.
        refused = self.last_failure and (
            not self.last_success or self.last_failure > self.last_success
        )
        return "shaky" if self.failures or refused else "up"
