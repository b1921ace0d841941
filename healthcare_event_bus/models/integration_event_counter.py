from odoo import api, fields, models

from ..services import retention
from .big_integer import BigInteger


class IntegrationEventCounter(models.Model):
    """The last sequence given per key. One row per key, updated in place by ``services.record``."""

    _name = "integration.event.counter"
    _description = "Counter of events per business key"
    _log_access = False
    _rec_name = "key"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    key = fields.Char(required=True, readonly=True)
    value = BigInteger(required=True, readonly=True)
    moved = fields.Datetime(required=True, readonly=True)

    _key_uniq = models.UniqueIndex("(company_id, key)")
    # No index on ``moved``: only the daily vacuum asks for it, and an index would make each update dearer.

    @api.autovacuum
    def _gc_counters(self):
        return retention.expire_counters(self.env)
