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
    # Only the vacuum asks for it; a plain index would keep the updates in place from being cheap.
    _moved_idx = models.Index("USING brin (moved)")

    @api.autovacuum
    def _gc_counters(self):
        return retention.expire_counters(self.env)
