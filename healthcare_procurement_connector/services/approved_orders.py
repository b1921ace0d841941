"""Orders that were just approved, for the first time or again."""

from .outgoing_orders import is_new, queue_orders, requeue_approved
from .placed_orders import queue_placed
from .supplier_knowledge import Knowledge
from .tell_changes import tell_changes


def tell_approved(orders):
    """What the supplier does not know is queued as an order; of what it knows it is told the changes."""
    knowledge = Knowledge(orders)
    new = orders.filtered(lambda order: is_new(order, knowledge))
    placed = new.filtered("already_placed")
    queue_placed(placed, knowledge)
    queue_orders(new - placed, knowledge=knowledge)
    tell_changes(orders - new, knowledge=knowledge)
    requeue_approved(orders)
