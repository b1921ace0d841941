import logging

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..services import cutoff, missing_receipts, reroute, runner, transactions
from ..services.inbox import Inbox
from ..services.outbox import Outbox

_logger = logging.getLogger(__name__)

SECONDS = 30


class IntegrationDrain(models.AbstractModel):
    """Runs the work queue: queue_job functions on a cursor of their own, at most 30 s long.

    Waking a drain is a hint, given in the transaction that queued the work; the sweep of each minute is the
    truth: a lost hint costs at most one sweep.
    """

    _name = "integration.drain"
    _description = "Drain of the message queue"

    @api.model
    def _wake(self, *directions, seconds=0):
        """Enqueues a drain per direction, for in so many ``seconds``, unless one waits already."""
        methods = {"out": "_job_drain_outbound", "in": "_job_drain_inbound"}
        # Jobs belong to the system, not to whoever happened to wake them; what they do to orders and bills
        # runs as each endpoint's technical user.
        drain = self.env(user=SUPERUSER_ID, context={}, su=True)[self._name]
        # A drain for later must not stand in the way of one for now.
        when = "later" if seconds else "now"
        for direction in directions or methods:
            delayed = drain.with_delay(
                identity_key=self._identity_key(direction, when),
                max_retries=0,
                priority=5,
                eta=seconds or None,
            )
            getattr(delayed, methods[direction])()
        runner.nudge(self.env)

    @api.model
    def _identity_key(self, direction, when="now"):
        return f"integration.drain.{direction}.{when}"

    @api.model
    def _job_drain_outbound(self):
        return Outbox(self.env).drain(SECONDS)

    @api.model
    def _job_drain_inbound(self):
        return Inbox(self.env).drain(SECONDS)

    @api.model
    def _cron_sweep(self):
        """Finds what is due or was left behind, and wakes the drains that have work.

        Where nobody answers the wake-up, it does the work itself.
        """
        queues = {"out": Outbox(self.env), "in": Inbox(self.env)}
        for queue in queues.values():
            queue.heal()
        silent = runner.is_silent(self.env)
        runner.tell(self.env, silent)
        runner.nudge(self.env)
        cutoff.warn(self.env, fields.Datetime.now())
        transactions.commit(self.env)
        missing_receipts.ask(self.env, fields.Datetime.now())
        self._reroute()
        due = [direction for direction, queue in queues.items() if queue.has_work()]
        if due:
            self._wake(*due)
            transactions.commit(self.env)
        for direction in due if silent else ():
            queues[direction].drain(SECONDS)

    @api.model
    def _reroute(self):
        """What waits at endpoints that are down goes another way, where they are set up so."""
        transactions.read_committed(self.env.cr)
        down = reroute.down_endpoints(self.env)
        try:
            with self.env.cr.savepoint():
                reroute.reroute_down(self.env, down, fields.Datetime.now())
        except UserError as error:
            # A drain took one of the messages in that moment; the next sweep looks again.
            _logger.info("Nothing was sent another way: %s", error)
        transactions.commit(self.env)
