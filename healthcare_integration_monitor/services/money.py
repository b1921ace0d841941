"""What is at stake, in each company's own currency: (currency id, Decimal) pairs.

Orders are read by SQL, without the right to read orders: an operator sees totals of documents whose content, with
every amount, is on the message or the shipment that this same person may open. The documents themselves come
from searches that keep to the person's record rules.
"""

from decimal import Decimal

from odoo.tools import SQL


def of_orders(env, domain):
    """The orders that the messages of ``domain`` speak of, each counted once."""
    messages = env["integration.message"]._search(
        [*domain, ("res_model", "=", "purchase.order"), ("direction", "=", "out")]
    )
    return _orders(env, messages.subselect("integration_message.res_id"))


def of_pending_answers(env, domain):
    """The orders that wait for a buyer's decision, each counted once."""
    lines = env["purchase.acknowledgement.line"]._search(domain)
    return _orders(env, lines.subselect("purchase_acknowledgement_line.order_id"))


def _orders(env, order_ids):
    env["purchase.order"].flush_model(["amount_total_cc"])
    return _pairs(
        env,
        SQL(
            """
            SELECT company.currency_id, SUM(po.amount_total_cc)
              FROM purchase_order po JOIN res_company company ON company.id = po.company_id
             WHERE po.id IN %s
             GROUP BY company.currency_id
            """,
            order_ids,
        ),
    )


def of_shipments(env, domain):
    """The goods of the shipments' lines that no validated receipt has, at the prices of their orders."""
    env["purchase.order.line"].flush_model(["price_subtotal", "product_qty"])
    env["purchase.order"].flush_model(["currency_rate"])
    env["stock.move.line"].flush_model(["state", "shipment_line_id"])
    shipments = env["purchase.shipment"]._search(domain)
    return _pairs(
        env,
        SQL(
            """
            SELECT company.currency_id,
                   ROUND(SUM(line.quantity * ordered.price_subtotal / NULLIF(ordered.product_qty, 0)
                             / COALESCE(NULLIF(po.currency_rate, 0), 1)::numeric), 2)
              FROM purchase_shipment_line line
              JOIN purchase_order_line ordered ON ordered.id = line.order_line_id
              JOIN purchase_order po ON po.id = ordered.order_id
              JOIN res_company company ON company.id = po.company_id
             WHERE line.shipment_id IN %s
               AND NOT EXISTS (
                   SELECT FROM stock_move_line received
                    WHERE received.shipment_line_id = line.id AND received.state = 'done')
             GROUP BY company.currency_id
            """,
            shipments.subselect(),
        ),
    )


def _pairs(env, query):
    return [
        (currency_id, Decimal(str(amount)))
        for currency_id, amount in env.execute_query(query)
        if amount
    ]
