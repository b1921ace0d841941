from odoo import api, fields, models

from ..services.polling import Polling

SECONDS = 50


class IntegrationPoll(models.Model):
    """When an endpoint's folder was looked into, what was seen, and who looks now: one row per endpoint."""

    _name = "integration.poll"
    _description = "Poll of an endpoint's folder"
    _log_access = False
    _rec_name = "endpoint_id"

    endpoint_id = fields.Many2one("integration.endpoint", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    next_poll = fields.Datetime()
    lease_until = fields.Datetime()
    holder = fields.Char()
    last_poll = fields.Datetime()
    last_error = fields.Char()
    taken_total = fields.Integer("Files taken", default=0, required=True)
    unfinished = fields.Integer("Files not complete", default=0)
    looks = fields.Json(help="Files as the last look found them: complete is what does not change.")

    _one_per_endpoint = models.UniqueIndex("(endpoint_id)")

    @api.model
    def _cron_poll(self):
        """Polls what is due; several servers may do so at once."""
        return Polling(self.env).run(SECONDS)
