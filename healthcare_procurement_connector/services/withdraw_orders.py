"""What happens to messages when an order is cancelled, in the same transaction."""

from . import decide_acknowledgement
from .outgoing_orders import find_routes, queue_orders

# Nothing of these can have reached the supplier.
NOT_SENT = ("queued", "held")


def withdraw_orders(orders):
    """Cancels what was not sent; for what was, or may have been, a cancellation is queued.

    Without a route for cancellations the buyer is asked to tell the supplier another way.
    """
    env = orders.env
    # sudo: the buyer has no rights on the integration's tables; only messages of the cancelled orders change.
    messages = (
        env["integration.message"]
        .sudo()
        .search(
            [
                ("res_model", "=", orders._name),
                ("res_id", "in", orders.ids),
                ("direction", "=", "out"),
                ("document_type", "!=", "order_cancellation"),
                ("state", "!=", "cancelled"),
            ]
        )
    )
    unsent = messages.filtered(
        lambda message: message.state in NOT_SENT and not message.attempt_count
    )
    unsent.write({"state": "cancelled", "next_attempt": False})
    unsent.exception_ids._resolve(env._("The order was cancelled"))
    told = orders.browse(sorted(set((messages - unsent).mapped("res_id"))))
    routes = find_routes(told, "order_cancellation")
    queue_orders(
        told.filtered(lambda order: order.id in routes),
        "order_cancellation",
        note=env._("The order is cancelled; please do not deliver."),
    )
    decide_acknowledgement.withdraw(orders)
    _ask_to_phone(told.filtered(lambda order: order.id not in routes))


def _ask_to_phone(orders):
    orders.env["integration.exception"]._raise(
        [
            {
                "code": "order_cancelled",
                "summary": orders.env._(
                    "%(supplier)s does not know yet that order %(order)s is cancelled.",
                    supplier=order.partner_id.name,
                    order=order.name,
                ),
                "company_id": order.company_id.id,
                "partner_id": order.partner_id.commercial_partner_id.id,
                "business_ref": order.business_ref,
                "res_model": order._name,
                "res_id": order.id,
                "user_id": order.user_id.id,
            }
            for order in orders
        ]
    )
