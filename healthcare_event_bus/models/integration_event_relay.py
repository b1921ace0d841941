from odoo import fields, models

from .big_integer import BigInteger


class IntegrationEventRelay(models.Model):
    """One row: the last position given. It outlives the events, so that positions never begin anew."""

    _name = "integration.event.relay"
    _description = "Head of the event order"
    _log_access = False
    _rec_name = "head"

    head = BigInteger("Last position", required=True, readonly=True)
    moved = fields.Datetime(readonly=True)

    def init(self):
        self.env.cr.execute(
            "INSERT INTO integration_event_relay (id, head) VALUES (1, 0) ON CONFLICT DO NOTHING"
        )
