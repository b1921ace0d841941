"""Orders that a buyer placed by phone in an emergency: they must never be delivered twice."""

from odoo import fields
from odoo.exceptions import UserError

from .order_audit import audit
from .outgoing_orders import find_routes, keep_rows, queue_orders
from .supplier_knowledge import Knowledge
from .withdraw_rows import forget, stop


def place(order, note):
    """Marks the order as placed: what waits to be sent of it is stopped. By its route it is then not sent at
    all, or sent as a confirmation that must not be delivered.

    UserError where the supplier got the order already, or gets it at this moment.
    """
    env = order.env
    order.check_access("write")
    if order.state == "cancel" or order.already_placed:
        raise UserError(
            env._("%s is cancelled, or was marked as placed before.", order.display_name)
        )
    knowledge = Knowledge(order)
    rows = _of_this_order(order, knowledge)
    _refuse_if_sent(order, rows, knowledge)
    messages = rows.message_id.browse().union(*(knowledge.messages(row) for row in rows))
    messages = messages.filtered(lambda message: message.state != "cancelled")
    tried = any(message.attempt_ids for message in messages)
    stop(messages, env._("Placed by phone"))
    forget(rows)
    # sudo: the fields are closed to writes; the right to act is that on the order, checked above.
    order.sudo().write(
        {
            "already_placed": True,
            "already_placed_note": note,
            "already_placed_by_id": env.uid,
            "already_placed_on": fields.Datetime.now(),
        }
    )
    audit([(order, "order.placed_by_phone", {"note": note, "maybe_sent_before": tried})])
    if order.state == "purchase":
        queue_placed(order, knowledge)


def may_be_placed(order, knowledge):
    """Whether ``place`` would not refuse."""
    rows = _of_this_order(order, knowledge)
    return not order.already_placed and all(knowledge.may_be_phoned(row) for row in rows)


def queue_placed(orders, knowledge):
    """Approved orders that were placed by phone: a confirmation where the route says so, else nothing."""
    routes = find_routes(orders, "order")
    confirmed = orders.filtered(
        lambda order: order.id in routes and routes[order.id].already_placed == "confirm"
    )
    queue_orders(confirmed, knowledge=knowledge)
    unsent = orders.filtered(lambda order: order.id in routes) - confirmed
    _keep_told(unsent, knowledge)
    audit((order, "order.not_sent", {"reason": order.already_placed_note}) for order in unsent)


def forget_marks(orders, knowledge):
    """Cancelled orders: whatever is ordered under their number later is not what was placed by phone.

    Returns what is known then: of an order of which nothing was sent, the supplier knows by the call.
    """
    placed = orders.filtered("already_placed")
    if not placed:
        return knowledge
    routes = find_routes(placed, "order")
    _keep_told(
        placed.filtered(lambda order: order.id in routes and not knowledge.known(order)), knowledge
    )
    _unmark(placed)
    return Knowledge(orders)


def _keep_told(orders, knowledge):
    keep_rows(
        orders,
        "order",
        knowledge,
        {
            order.id: {
                "state": "told",
                "told_by_id": order.already_placed_by_id.id,
                "told_on": order.already_placed_on,
                "told_note": order.already_placed_note,
            }
            for order in orders
        },
    )


def take_back(order):
    """The order was not placed by phone after all: it is sent as any other."""
    env = order.env
    order.check_access("write")
    knowledge = Knowledge(order)
    rows = _of_this_order(order, knowledge)
    messages = rows.message_id.browse().union(*(knowledge.messages(row) for row in rows))
    waiting = messages.filtered(lambda message: message.state != "cancelled")
    if waiting - rows.message_id.browse().union(*(knowledge.unsent_messages(row) for row in rows)):
        raise UserError(
            env._(
                "%s: the supplier has the confirmation, so the order is placed. Change or cancel it instead.",
                order.display_name,
            )
        )
    stop(waiting, env._("Not placed by phone after all"))
    forget(rows)
    audit([(order, "order.not_placed_by_phone", {"note": order.already_placed_note})])
    _unmark(order)
    if order.state == "purchase":
        queue_orders(order, knowledge=knowledge)


def _unmark(orders):
    # sudo: the fields are closed to writes; callers checked who acts.
    orders.sudo().write(
        {
            "already_placed": False,
            "already_placed_note": False,
            "already_placed_by_id": False,
            "already_placed_on": False,
        }
    )


def _of_this_order(order, knowledge):
    """The order's row and what followed it; not what was before a cancellation."""
    rows = knowledge.rows(order)
    if knowledge.known(order):
        first = rows.filtered(lambda row: row.kind == "order" and row.state != "withdrawn")[-1:]
        return rows.filtered(lambda row: row.id >= first.id and row.state != "withdrawn")
    return knowledge.open(order)


def _refuse_if_sent(order, rows, knowledge):
    env = order.env
    sent = rows.filtered(lambda row: not knowledge.may_be_phoned(row))
    if not sent:
        return
    if "sending" in knowledge.messages(sent[0]).mapped("state"):
        raise UserError(
            env._(
                "%s is being sent at this moment. Look again in a minute: perhaps the supplier has it.",
                order.display_name,
            )
        )
    raise UserError(
        env._(
            "%(supplier)s has order %(order)s already: placed by phone as well, it could be delivered twice. "
            "Change or cancel it instead.",
            supplier=order.partner_id.name,
            order=order.display_name,
        )
    )
