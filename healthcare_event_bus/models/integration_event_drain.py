from odoo import api, models
from odoo.tools import SQL

from ..services.drain import Drain

# New work is taken up for this long; calls under way then end by their own time limits, so the job stays
# within half a minute.
SECONDS = 12
JOB_KEY = "integration.event.drain"


class IntegrationEventDrain(models.AbstractModel):
    """Runs the bus: a queue_job function on a cursor of its own.

    Waking it is a hint, given in the transaction that recorded the events; the sweep of each minute is the
    truth: a lost hint costs at most one sweep.
    """

    _name = "integration.event.drain"
    _description = "Drain of the event bus"

    @api.model
    def _wake(self, company_ids=None):
        """Enqueues a drain unless one waits already, or none of the companies has a subscriber."""
        if company_ids is not None and not self._anyone_listens(company_ids):
            return
        technical = self.env.ref(
            "healthcare_procurement_connector.user_integration_technical", raise_if_not_found=False
        )
        # sudo: the drain serves the subscriptions of all companies. It runs as the technical user, not as
        # whoever happened to wake it.
        drain = self.with_user(technical or self.env.user).sudo()
        drain.with_delay(identity_key=JOB_KEY, max_retries=0, priority=6)._job_drain()

    def _anyone_listens(self, company_ids):
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT 1 FROM integration_subscription_state state
                      JOIN integration_subscription subscription ON subscription.id = state.subscription_id
                     WHERE subscription.active AND state.status = 'running' AND subscription.company_id = ANY(%s)
                     LIMIT 1
                    """,
                    list(company_ids),
                )
            )
        )

    @api.model
    def _job_drain(self):
        drain = Drain(self.env)
        calls = drain.run(SECONDS)
        if drain.has_work():
            self._wake()
        return calls

    @api.model
    def _cron_sweep(self):
        """Finds what the hints have missed: events without position, subscribers that are due."""
        if Drain(self.env).has_work():
            self._wake()
