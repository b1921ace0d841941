from odoo import api, fields, models

from ..core.self_test import number_of, result_of
from ..services.onboarding import self_tests
from ..services.retention import prune


class IntegrationSelfTest(models.Model):
    """A test order that was sent to a partner's test system, and what came of it."""

    _name = "integration.self.test"
    _description = "Self-test of an endpoint"
    _order = "id desc"

    name = fields.Char("Test order", compute="_compute_name")
    endpoint_id = fields.Many2one(
        "integration.endpoint", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Started by", readonly=True, default=lambda self: self.env.user
    )
    started = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)
    confirmed = fields.Boolean(
        "Test system confirmed",
        readonly=True,
        help="Somebody said that the address is that of a test system: the format cannot say so itself.",
    )
    message_id = fields.Many2one(
        "integration.message", readonly=True, ondelete="set null", index="btree_not_null"
    )
    answered = fields.Datetime("Answered on", readonly=True)
    answer = fields.Char(readonly=True)
    result = fields.Selection(
        [
            ("running", "Running"),
            ("sent", "Sent, no answer yet"),
            ("passed", "Passed"),
            ("failed", "Failed"),
        ],
        compute="_compute_result",
    )
    detail = fields.Char("What happened", compute="_compute_result")

    def _compute_name(self):
        for test in self:
            test.name = number_of(test.id)

    @api.depends("message_id.state", "message_id.receipt", "message_id.last_error", "answer")
    def _compute_result(self):
        states = dict(
            self.env["integration.message"]._fields["state"]._description_selection(self.env)
        )
        for test in self:
            message = test.message_id
            expected = bool(self_tests.answer_route(test.endpoint_id))
            test.result = result_of(message.state, message.receipt, bool(test.answered), expected)
            test.detail = test.answer or message.last_error or states.get(message.state)

    def _integration_document(self, message, mappings):
        """What the drain sends for it."""
        return self_tests.document_of(self, mappings)

    def action_message(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "integration.message",
            "res_id": self.message_id.id,
            "view_mode": "form",
        }

    @api.autovacuum
    def _gc_self_tests(self):
        """Self-tests go after ``healthcare.self_test_days``; the audit record keeps who started which."""
        return prune(self, [], "started", "healthcare.self_test_days", default_days=1095)
