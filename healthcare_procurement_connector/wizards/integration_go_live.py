from odoo import api, fields, models

from ..services.onboarding import go_live, steps
from .chosen import done


class IntegrationGoLive(models.TransientModel):
    """From a day on the endpoint's orders are real: a person says so, and why where something is not done."""

    _name = "integration.go.live"
    _description = "Go live"

    endpoint_id = fields.Many2one("integration.endpoint", required=True, readonly=True)
    url = fields.Char(related="endpoint_id.url")
    date_from = fields.Date(
        "Orders from",
        required=True,
        default=fields.Date.context_today,
        help="Orders approved before this day are never sent.",
    )
    not_done = fields.Char(compute="_compute_not_done")
    reason = fields.Char()

    @api.depends("endpoint_id")
    def _compute_not_done(self):
        for wizard in self:
            endpoint = wizard.endpoint_id
            wizard.not_done = endpoint and ", ".join(steps.not_done(steps.steps_of(endpoint)))

    def action_go_live(self):
        self.ensure_one()
        open_steps = steps.not_done(steps.steps_of(self.endpoint_id))
        go_live.go_live(self.endpoint_id, self.date_from, self.reason, open_steps)
        return done(
            self.env,
            self.env._(
                "%(endpoint)s is live: orders approved from %(day)s on are sent.",
                endpoint=self.endpoint_id.name,
                day=self.date_from,
            ),
        )
