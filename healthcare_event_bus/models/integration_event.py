import json

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.healthcare_procurement_connector.core.facts import FACT_TYPES

from ..core import envelope
from ..services import retention
from .big_integer import BigInteger


class IntegrationEvent(models.Model):
    """A fact about our business: written once, in the transaction that made it true, never changed.

    Rows are inserted by ``integration.fact._record`` alone. ``position`` is given after the commit, without
    gaps; whoever reads events goes by it. Retention is the only thing that deletes them.
    """

    _name = "integration.event"
    _description = "Business event"
    _log_access = False
    _order = "id desc"
    _rec_name = "type"
    _rec_names_search = ["type", "business_ref", "subject", "uuid"]

    position = BigInteger(
        readonly=True,
        help="The event's place in the order all subscribers read; empty until committed.",
    )
    uuid = fields.Char("Id", required=True, readonly=True)
    type = fields.Char(required=True, readonly=True)
    description = fields.Char("What happened", compute="_compute_description")
    subject = fields.Char("About", required=True, readonly=True)
    business_ref = fields.Char("Business reference", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    occurred = fields.Datetime(required=True, readonly=True)
    recorded = fields.Datetime(required=True, readonly=True, index=True)
    source = fields.Char(required=True, readonly=True)
    key = fields.Char("Ordered within", required=True, readonly=True)
    sequence = BigInteger("Number within", required=True, readonly=True)
    traceparent = fields.Char("Trace", readonly=True)
    data = fields.Json(readonly=True)
    cloud_event = fields.Text("As sent", compute="_compute_cloud_event")
    delivery_ids = fields.One2many("integration.event.delivery", "event_id", readonly=True)

    _uuid_uniq = models.UniqueIndex("(uuid)")
    _position_uniq = models.UniqueIndex("(position)")
    _sequence_uniq = models.UniqueIndex("(company_id, key, sequence)")
    _reading_idx = models.Index("(company_id, position) WHERE position IS NOT NULL")
    _waiting_idx = models.Index("(id) WHERE position IS NULL")

    @api.depends("type")
    def _compute_description(self):
        for event in self:
            event.description = FACT_TYPES.get(event.type, False)

    @api.depends("uuid", "data")
    def _compute_cloud_event(self):
        for event in self:
            event.cloud_event = json.dumps(
                envelope.cloud_event(event._as_core()), indent=2, ensure_ascii=False
            )

    @api.depends("type", "subject")
    def _compute_display_name(self):
        for event in self:
            event.display_name = f"{event.type} {event.subject}"

    def _as_core(self):
        """The event as ``core.envelope`` knows it."""
        self.ensure_one()
        return envelope.Event(
            uuid=self.uuid,
            type=self.type,
            source=self.source,
            subject=self.subject,
            key=self.key,
            sequence=self.sequence,
            occurred=self.occurred,
            traceparent=self.traceparent or None,
            business_ref=self.business_ref or None,
            data=self.data or {},
        )

    # Neither calls super: events come from the hook alone, and what happened is never rewritten.
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise self._refusal()

    def write(self, vals):  # pylint: disable=method-required-super
        raise self._refusal()

    @api.ondelete(at_uninstall=False)
    def _never_delete(self):
        raise self._refusal()

    def _refusal(self):
        return AccessError(
            self.env._("Events are a record of what happened: nobody writes or deletes them.")
        )

    @api.autovacuum
    def _gc_events(self):
        return retention.expire_events(self.env)
