from odoo import api, fields, models

FAILURES_UNTIL_DOWN = 5


class IntegrationEndpointState(models.Model):
    """What changes while an endpoint works, kept off the row that people edit."""

    _name = "integration.endpoint.state"
    _description = "State of an integration endpoint"
    _rec_name = "endpoint_id"

    endpoint_id = fields.Many2one("integration.endpoint", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    last_success = fields.Datetime()
    last_failure = fields.Datetime()
    last_error = fields.Char()
    failures = fields.Integer("Failures in a row", default=0, required=True)
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

    @api.depends("failures", "last_success", "last_failure")
    def _compute_health(self):
        for state in self:
            if not state.last_success and not state.last_failure:
                state.health = "unknown"
            elif not state.failures:
                state.health = "up"
            else:
                state.health = "shaky" if state.failures < FAILURES_UNTIL_DOWN else "down"
