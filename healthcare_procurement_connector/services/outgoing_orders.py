"""Queues messages for orders, in the transaction that approved or changed them."""

from odoo import fields
from odoo.fields import Domain

from ..core.facts import Fact
from ..core.order_changes import to_json
from .order_audit import audit
from .order_terms import number_lines, terms_of_all
from .reroute import follow
from .supplier_knowledge import Knowledge

KINDS = {"order": "order", "order_change": "change", "order_cancellation": "cancellation"}


def queue_orders(orders, document_type="order", note=None, knowledge=None, details=None):
    """One message per order that has a route; an order that the supplier knows is not queued as new again.

    The bytes are made later, by the drain, from the order as it then stands. ``details``: {order id: values of
    the row that keeps what the supplier is told}.
    """
    knowledge = knowledge or Knowledge(orders)
    if document_type == "order":
        orders = orders.filtered(lambda order: is_new(order, knowledge))
    routes = find_routes(orders, document_type)
    orders = orders.filtered(lambda order: order.id in routes)
    # sudo: the buyer has no rights on the integration's tables; all values come from the approved orders.
    message_model = orders.env["integration.message"].sudo()
    if not orders:
        return message_model.sudo(False)
    name_transactions(orders)
    messages = message_model.create(
        [message_vals(order, routes[order.id], document_type, knowledge, note) for order in orders]
    )
    details = details or {}
    keep_rows(
        orders,
        KINDS[document_type],
        knowledge,
        {
            order.id: {**details.get(order.id, {}), "message_id": message.id}
            for order, message in zip(orders, messages, strict=True)
        },
    )
    _tell(messages)
    orders.env["integration.drain"]._wake("out")
    return messages.sudo(False)


def message_vals(order, route, document_type, knowledge, note=None):
    """The message that tells the supplier about ``order`` by ``route``."""
    return {
        "direction": "out",
        "document_type": document_type,
        "state": "queued",
        "endpoint_id": route.endpoint_id.id,
        "route_id": route.id,
        "company_id": order.company_id.id,
        "partner_id": order.partner_id.commercial_partner_id.id,
        "number": order.name,
        "business_ref": order.business_ref,
        "business_key": f"order:{order.id}",
        "priority": int(order.priority or 0),
        "revision": knowledge.next_number(order),
        "note": note,
        "res_model": order._name,
        "res_id": order.id,
    }


def is_new(order, knowledge):
    """Whether the supplier knows nothing of the order, and nothing of it is on its way."""
    return not knowledge.known(order) and not knowledge.open(order)


def find_routes(orders, document_type):
    """{order id: route}.

    Of several: the supplier's own route before a general one, an endpoint before its alternative, the older
    endpoint before the younger.
    """
    # sudo: routes are configuration that the buyer need not see.
    routes = (
        orders.env["integration.route"]
        .sudo()
        .search(
            Domain("direction", "=", "out")
            & Domain("document_type", "=", document_type)
            & Domain("company_id", "in", orders.company_id.ids)
            & Domain("endpoint_id.active", "=", True)
            & Domain("date_from", "<=", fields.Date.today())
        )
    )
    alternatives = routes.endpoint_id.fallback_endpoint_id
    routes = routes.sorted(
        lambda r: (not r.partner_id, r.endpoint_id in alternatives, r.endpoint_id.id)
    )
    found = {}
    for order in orders._sent_to_supplier():
        supplier = order.partner_id.commercial_partner_id
        fitting = routes.filtered(
            lambda route, order=order, supplier=supplier: (
                route.company_id == order.company_id
                and supplier in route.endpoint_id.partner_ids
                and route.partner_id in (supplier, supplier.browse())
                and route.date_from <= _approved_on(order)
            )
        )
        if fitting:
            found[order.id] = fitting[0]
    return follow(orders, document_type, found)


def _approved_on(order):
    """An order that was approved before its route holds is never sent, and so is no change of it."""
    return order.date_approve.date() if order.date_approve else fields.Date.today()


def requeue_approved(orders):
    """Lets go what was held because its order had lost its approval on the way."""
    # sudo: as in queue_orders.
    held = (
        orders.env["integration.message"]
        .sudo()
        .search(
            [
                ("res_model", "=", orders._name),
                ("res_id", "in", orders.ids),
                ("state", "=", "held"),
                ("error_code", "=", "order_not_approved"),
            ]
        )
    )
    if held:
        held.write({"state": "queued", "error_code": False, "last_error": False})
        held.exception_ids._resolve(orders.env._("Approved again"))
        orders.env["integration.drain"]._wake("out")


def keep_rows(orders, kind, knowledge, details):
    """Keeps what the suppliers are told by this, numbered in turn; ``details``: {order id: values}."""
    # sudo: the table is closed to writes; all values come from the orders.
    rows = orders.env["purchase.order.change"].sudo()
    number_lines(orders, knowledge.all_terms())
    terms = terms_of_all(orders)
    return rows.create(
        [
            {
                "order_id": order.id,
                "kind": kind,
                "number": knowledge.next_number(order),
                "terms": to_json(terms[order.id]),
                **details.get(order.id, {}),
            }
            for order in orders
        ]
    )


def name_transactions(orders):
    """Orders older than this addon get their business reference when they are first sent."""
    # sudo: the reference is closed to writes by hand.
    for order in orders.filtered(lambda order: not order.business_ref).sudo():
        order.business_ref = order.env["ir.sequence"].next_by_code("healthcare.business.ref")


def _tell(messages):
    env = messages.env
    now = fields.Datetime.now()
    env["integration.fact"]._record(
        [
            Fact(
                type="order.queued",
                subject=message.number,
                company_id=message.company_id.id,
                occurred=now,
                business_ref=message.business_ref,
                data={"document_type": message.document_type, "revision": message.revision},
            )
            for message in messages
        ]
    )
    orders = {order.id: order for order in env["purchase.order"].browse(messages.mapped("res_id"))}
    audit(
        (
            orders[message.res_id],
            f"{message.document_type}.queued",
            {"message": message.uid, "reason": message.note or None},
        )
        for message in messages
    )
