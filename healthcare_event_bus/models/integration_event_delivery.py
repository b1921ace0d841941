from odoo import api, fields, models

from ..services import retention


class IntegrationEventDelivery(models.Model):
    """One try to tell one subscriber one event."""

    _name = "integration.event.delivery"
    _description = "Delivery attempt of an event"
    _log_access = False
    _order = "id desc"
    _rec_name = "subscription_id"

    subscription_id = fields.Many2one(
        "integration.subscription", required=True, readonly=True, ondelete="cascade", index=True
    )
    event_id = fields.Many2one(
        "integration.event", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    attempted = fields.Datetime("When", required=True, readonly=True, index=True)
    outcome = fields.Selection(
        [("delivered", "Delivered"), ("failed", "Failed"), ("unknown", "No answer")],
        required=True,
        readonly=True,
    )
    test = fields.Boolean(readonly=True)
    status = fields.Integer("HTTP", readonly=True, aggregator=None)
    seconds = fields.Float("Duration (s)", digits=(16, 3), readonly=True, aggregator="avg")
    code = fields.Char("Cause", readonly=True)
    error = fields.Char(readonly=True)

    business_ref = fields.Char(related="event_id.business_ref")

    @api.model
    def _log(self, calls, now, test=False):
        """``calls``: pairs of a subscription's id and a ``services.send.Call``."""
        subscriptions = self.env["integration.subscription"].browse({pair[0] for pair in calls})
        companies = {subscription.id: subscription.company_id.id for subscription in subscriptions}
        # Retention may have removed an event while its subscriber was being told.
        existing = set(
            self.env["integration.event"]
            .browse({call.event_id for _s, call in calls if call.event_id})
            .exists()
            .ids
        )
        self.create(
            [
                {
                    "subscription_id": subscription_id,
                    "event_id": call.event_id if call.event_id in existing else False,
                    "company_id": companies[subscription_id],
                    "attempted": now,
                    "outcome": call.outcome,
                    "test": test,
                    "status": call.status,
                    "seconds": call.seconds,
                    "code": call.error.code if call.error else False,
                    "error": str(call.error) if call.error else False,
                }
                for subscription_id, call in calls
            ]
        )

    @api.autovacuum
    def _gc_deliveries(self):
        return retention.expire_deliveries(self.env)
