from odoo import api, fields, models

from .big_integer import BigInteger

STATUSES = [
    ("running", "Running"),
    ("paused", "Paused"),
    ("suspended", "Suspended after failures"),
    ("disabled", "Gone: wants no more"),
]

HEALTH = [
    ("new", "Not used yet"),
    ("up", "Working"),
    ("failing", "Failing, tried again"),
    *STATUSES[1:],
]


class IntegrationSubscriptionState(models.Model):
    """What changes while a subscription works, kept off the row that people edit."""

    _name = "integration.subscription.state"
    _description = "State of an event subscription"
    _log_access = False
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one(
        "integration.subscription", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="subscription_id.company_id", store=True, index=True)
    status = fields.Selection(STATUSES, required=True, readonly=True, default="running")
    position = BigInteger("Told up to", required=True, readonly=True, default=0)
    behind = BigInteger(
        compute="_compute_behind", help="Events recorded since, whether it wants them or not."
    )
    failures = fields.Integer("Failures in a row", required=True, readonly=True, default=0)
    next_attempt = fields.Datetime("Next try", readonly=True)
    last_success = fields.Datetime("Last success", readonly=True)
    last_failure = fields.Datetime("Last failure", readonly=True)
    last_status = fields.Integer("Last HTTP status", readonly=True)
    last_error = fields.Char("Last error", readonly=True)
    last_served = fields.Datetime(readonly=True)
    lease_until = fields.Datetime(readonly=True)
    lease_token = fields.Char(readonly=True)
    previous_secret_until = fields.Datetime("Former secret valid until", readonly=True)
    health = fields.Selection(HEALTH, compute="_compute_health")

    _one_per_subscription = models.UniqueIndex("(subscription_id)")

    @api.depends("status", "failures", "last_success")
    def _compute_health(self):
        for state in self:
            if state.status != "running":
                state.health = state.status
            elif state.failures:
                state.health = "failing"
            else:
                state.health = "up" if state.last_success else "new"

    @api.depends("position")
    def _compute_behind(self):
        # sudo: the head is one number, the same for all companies.
        head = self.env["integration.event.relay"].sudo().search([], limit=1).head
        for state in self:
            state.behind = max(head - state.position, 0)
