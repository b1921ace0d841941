from odoo import fields, models

from ..core.delivery import BLOCKING
from ..core.lane import lane_of, lanes_of


class IntegrationLane(models.Model):
    """One parallel track of an endpoint: the unit of claiming. Whoever holds it makes the calls in it."""

    _name = "integration.lane"
    _description = "Lane of an endpoint"
    _log_access = False
    _order = "endpoint_id, number, id"

    endpoint_id = fields.Many2one("integration.endpoint", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    number = fields.Integer(required=True)
    holder = fields.Char(help="The drain that holds the lane, until it lets go or the lease ends.")
    lease_until = fields.Datetime()
    claimed = fields.Datetime(help="When it was last served; who waits longest is next.")
    turn = fields.Integer(
        default=0, required=True, help="Every few turns the oldest message goes before the urgent."
    )

    _one_per_number = models.UniqueIndex("(endpoint_id, number)")

    def _fit(self, endpoints):
        """Gives each endpoint its lanes, and each unfinished message its lane among them.

        A lane that is dropped while a call is under way in it ends with that call.
        """
        # sudo: lanes belong to the endpoint; whoever may write the one decides about the others.
        rows = self.sudo().search([("endpoint_id", "in", endpoints.ids)])
        existing = rows.grouped("endpoint_id")
        missing, surplus = [], rows.browse()
        for endpoint in endpoints:
            wanted = lanes_of(endpoint.concurrency, endpoint.idempotent)
            found = existing.get(endpoint, rows.browse())
            surplus += found.filtered(lambda lane, wanted=wanted: lane.number >= wanted)
            missing += [
                {"endpoint_id": endpoint.id, "number": number}
                for number in range(wanted)
                if number not in found.mapped("number")
            ]
        if not missing and not surplus:
            return
        surplus.unlink()
        rows.create(missing)
        self._spread_messages(endpoints)

    def _spread_messages(self, endpoints):
        # sudo: as in _fit; the message table is closed to all users.
        messages = self.env["integration.message"].sudo()
        unfinished = messages.search(
            [
                ("endpoint_id", "in", endpoints.ids),
                ("direction", "=", "out"),
                ("state", "in", BLOCKING["out"]),
            ]
        )
        for endpoint, batch in unfinished.grouped("endpoint_id").items():
            lanes = lanes_of(endpoint.concurrency, endpoint.idempotent)
            by_lane = batch.grouped(lambda m, lanes=lanes: lane_of(m.business_key or m.uid, lanes))
            for number, fitting in by_lane.items():
                fitting.write({"lane": number})
