from odoo import api, fields, models

from ..core.self_test import MARKED
from ..services.onboarding import self_tests, steps


class IntegrationOnboarding(models.TransientModel):
    """The checklist of one endpoint on its way to be live. Only which endpoint is kept; the rest is looked up."""

    _name = "integration.onboarding"
    _description = "Onboarding of a supplier"
    _rec_name = "endpoint_id"

    endpoint_id = fields.Many2one("integration.endpoint", required=True, readonly=True)
    environment = fields.Selection(related="endpoint_id.environment")
    transport = fields.Selection(related="endpoint_id.transport")
    progress = fields.Char(compute="_compute_steps")
    step_text = fields.Html("Steps", compute="_compute_steps", sanitize=False)
    self_test_ids = fields.One2many(related="endpoint_id.self_test_ids")
    has_mark = fields.Boolean(compute="_compute_has_mark")
    confirmed = fields.Boolean(
        "The address is that of the partner's test system",
        help="Nobody there delivers what is ordered.",
    )

    @api.depends("endpoint_id")
    def _compute_steps(self):
        for screen in self:
            found = steps.steps_of(screen.endpoint_id)
            done = sum(step.state == steps.DONE for step in found)
            screen.progress = self.env._(
                "%(done)s of %(all)s steps are done.", done=done, all=len(found)
            )
            screen.step_text = steps.html(self.env, found)

    @api.depends("endpoint_id")
    def _compute_has_mark(self):
        for screen in self:
            screen.has_mark = self_tests.order_route(screen.endpoint_id).format in MARKED

    def action_test_connection(self):
        return self.endpoint_id.action_test_connection()

    def action_send_test(self):
        """Queues a test order; the list shows what becomes of it."""
        self.ensure_one()
        self_tests.start(self.endpoint_id, self.confirmed)
        return self._open()

    def action_refresh(self):
        return self._open()

    def action_go_live(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Go live"),
            "res_model": "integration.go.live",
            "view_mode": "form",
            "target": "new",
            "context": {"default_endpoint_id": self.endpoint_id.id},
        }

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Onboarding of %s", self.endpoint_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
