"""What happens to what suppliers were told when an order is cancelled, in the same transaction."""

from . import decide_acknowledgement, tell_by_phone
from .outgoing_orders import queue_orders
from .placed_orders import forget_marks
from .supplier_knowledge import Knowledge
from .withdraw_rows import withdraw_rows


def withdraw_orders(orders):
    """Cancels what was not sent; for what was, or may have been, a cancellation is queued.

    Without a route for cancellations the buyer is asked to tell the supplier another way.
    """
    env = orders.env
    knowledge = Knowledge(orders)
    # sudo: what waits to be told about the cancelled orders, and nothing else, is taken back.
    rows = env["purchase.order.change"].sudo()
    waiting = rows.union(*(knowledge.open(order) for order in orders))
    withdraw_rows(waiting, knowledge, env._("The order was cancelled"))
    knowledge = forget_marks(orders, knowledge)
    known = orders.filtered(knowledge.known)
    knowledge.supersede(known)
    electronic = known.filtered(lambda order: not knowledge.by_phone(order))
    messages = queue_orders(
        electronic,
        "order_cancellation",
        note=env._("The order is cancelled; please do not deliver."),
        knowledge=knowledge,
    )
    decide_acknowledgement.withdraw(orders)
    unheard = known - orders.browse(messages.mapped("res_id"))
    tell_by_phone.ask(unheard, "cancellation", knowledge, {})
