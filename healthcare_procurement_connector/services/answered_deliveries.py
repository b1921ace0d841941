"""A supplier's answer to an order proves that the order arrived, where the delivery left that open.

Part of applying the answer: where that is rolled back, the delivery is as uncertain as before.
"""

from odoo import fields
from odoo.tools import SQL

from .reconcile import settle_found

# A despatch advice or an invoice proves less: the buyer may have phoned the order.
PROVING = ("order_response",)


def settle_answered(arrival):
    """Uncertain deliveries of the orders that ``arrival`` answers are ``sent``, audited, their question closed."""
    ids = [order.id for order in arrival.orders.values()]
    if arrival.document_type not in PROVING or not ids:
        return
    # sudo: the message tables are closed to all users; the answer's supplier is that of the orders.
    messages = arrival.message.sudo().browse()
    rows = messages.env.execute_query(
        SQL(
            """
            UPDATE integration_message
               SET state = 'sent', next_attempt = NULL, lease_until = NULL, delivered = %s
             WHERE direction = 'out' AND state = 'uncertain' AND document_type = 'order'
               AND res_model = 'purchase.order' AND res_id IN %s
            RETURNING id
            """,
            fields.Datetime.now(),
            tuple(ids),
        )
    )
    if rows:
        settled = messages.browse([row[0] for row in rows])
        said = arrival.env._("The supplier answered it: %s", arrival.document.number)
        settle_found(settled, "sent", said, "message.answered")
        # Changes of the order waited behind it.
        messages.env["integration.drain"]._wake("out")
