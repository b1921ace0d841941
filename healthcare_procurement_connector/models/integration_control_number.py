from odoo import fields, models


class IntegrationControlNumber(models.Model):
    """The number of the last interchange that went to an endpoint; changed in place, by services only."""

    _name = "integration.control.number"
    _description = "Last control number of an endpoint"
    _log_access = False

    endpoint_id = fields.Many2one("integration.endpoint", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    last = fields.Integer(required=True, default=0)

    _one_per_endpoint = models.UniqueIndex("(endpoint_id)")
