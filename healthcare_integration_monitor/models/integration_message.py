from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# An older order is not chased any more; this also bounds what the search reads.
LOOK_BACK = timedelta(days=90)
# Where a route is gone, its default stands.
ANSWER_HOURS = 24
ANSWERED_DOCUMENTS = ("order", "order_change")


class IntegrationMessage(models.Model):
    _inherit = "integration.message"

    answer_overdue = fields.Boolean(
        compute="_compute_answer_overdue",
        search="_search_answer_overdue",
        help="The order went out, and the supplier has not answered within the time of the route.",
    )

    # What counts per day and what is searched for late answers goes by this date.
    _created_idx = models.Index("(create_date)")

    def _compute_answer_overdue(self):
        late = self.search(Domain("id", "in", self.ids) & Domain("answer_overdue", "=", True))
        for message in self:
            message.answer_overdue = message in late

    def _search_answer_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["purchase.order"].flush_model(["state", "receipt_status"])
        self.env["integration.route"].flush_model(["answer_hours"])
        now = fields.Datetime.now()
        late = (
            Domain("direction", "=", "out")
            & Domain("document_type", "in", ANSWERED_DOCUMENTS)
            & Domain("create_date", ">=", now - LOOK_BACK)
            & Domain.custom(to_sql=lambda model, alias, query: _unanswered(alias, now))
        )
        return late if True in value else ~late


def _unanswered(alias, now):
    """Sent longer ago than the route allows, not answered since, and the last word on an open order.

    Whoever may see the message may know this much of its order. "Received, answer follows" is no answer.
    """
    return SQL(
        """
        %(message)s.id IN (
            SELECT sent.id
              FROM integration_message sent
              JOIN purchase_order po ON po.id = sent.res_id
              LEFT JOIN integration_route route ON route.id = sent.route_id
             WHERE sent.res_model = 'purchase.order' AND sent.direction = 'out'
               AND sent.state IN ('sent', 'acknowledged') AND sent.create_date >= %(since)s
               AND po.state = 'purchase' AND po.receipt_status IS DISTINCT FROM 'full'
               AND COALESCE(route.answer_hours, %(hours)s) > 0
               AND sent.delivered
                   + COALESCE(route.answer_hours, %(hours)s) * interval '1 hour' < %(now)s
               AND NOT EXISTS (
                   SELECT FROM purchase_acknowledgement answer
                    WHERE answer.order_id = sent.res_id AND answer.status != 'received'
                      AND answer.create_date >= sent.create_date)
               AND NOT EXISTS (
                   SELECT FROM integration_message later
                    WHERE later.res_model = 'purchase.order' AND later.res_id = sent.res_id
                      AND later.direction = 'out' AND later.id > sent.id
                      AND later.state != 'cancelled'))
        """,
        message=SQL.identifier(alias),
        hours=ANSWER_HOURS,
        now=now,
        since=now - LOOK_BACK,
    )
