"""Queues messages for orders, in the transaction that approved or changed them."""

from odoo import fields
from odoo.fields import Domain

from ..core.facts import Fact
from .order_documents import sent_lines
from .reroute import follow


def queue_orders(orders, document_type="order", note=None):
    """One message per order that has a route; an order that was queued before is not queued as new again.

    The bytes are made later, by the drain, from the order as it then stands.
    """
    env = orders.env
    # sudo: the buyer has no rights on the integration's tables; all values come from the approved orders.
    message_model = env["integration.message"].sudo()
    if document_type == "order":
        orders -= _already_queued(message_model, orders)
    routes = find_routes(orders, document_type)
    orders = orders.filtered(lambda order: order.id in routes)
    if not orders:
        return message_model.sudo(False)
    _name_transactions(orders)
    _number_lines(orders)
    revisions = _revisions(message_model, orders)
    messages = message_model.create(
        [
            {
                "direction": "out",
                "document_type": document_type,
                "state": "queued",
                "endpoint_id": routes[order.id].endpoint_id.id,
                "route_id": routes[order.id].id,
                "company_id": order.company_id.id,
                "partner_id": order.partner_id.commercial_partner_id.id,
                "number": order.name,
                "business_ref": order.business_ref,
                "business_key": f"order:{order.id}",
                "priority": int(order.priority or 0),
                "revision": revisions.get(order.id, 0),
                "note": note,
                "res_model": order._name,
                "res_id": order.id,
            }
            for order in orders
        ]
    )
    _tell(messages)
    env["integration.drain"]._wake("out")
    return messages.sudo(False)


def find_routes(orders, document_type):
    """{order id: route}; the supplier's own route before the endpoint's general one."""
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
    found = {}
    for order in orders:
        supplier = order.partner_id.commercial_partner_id
        fitting = routes.filtered(
            lambda route, order=order, supplier=supplier: (
                route.company_id == order.company_id
                and supplier in route.endpoint_id.partner_ids
                and route.partner_id in (supplier, supplier.browse())
            )
        )
        if fitting:
            found[order.id] = fitting.sorted(lambda route: not route.partner_id)[0]
    return follow(orders, document_type, found)


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


def _already_queued(messages, orders):
    """Orders that the supplier has or will get, and was not told to forget since."""
    known = messages.search_fetch(
        [
            ("res_model", "=", orders._name),
            ("res_id", "in", orders.ids),
            ("document_type", "in", ["order", "order_cancellation"]),
            ("state", "!=", "cancelled"),
        ],
        ["res_id", "document_type"],
    )
    newest = {}
    for message in known:  # newest first
        newest.setdefault(message.res_id, message.document_type)
    return orders.browse([res_id for res_id, kind in newest.items() if kind == "order"])


def _name_transactions(orders):
    """Orders older than this addon get their business reference when they are first sent."""
    # sudo: the reference is closed to writes by hand.
    for order in orders.filtered(lambda order: not order.business_ref).sudo():
        order.business_ref = order.env["ir.sequence"].next_by_code("healthcare.business.ref")


def _number_lines(orders):
    """Line numbers are given once: what the supplier answers to must keep its name."""
    for order in orders:
        lines = sent_lines(order)
        last = max(lines.mapped("integration_line_number"), default=0)
        for position, line in enumerate(
            lines.filtered(lambda line: not line.integration_line_number), 1
        ):
            line.integration_line_number = last + position


def _revisions(messages, orders):
    groups = messages._read_group(
        [("res_model", "=", orders._name), ("res_id", "in", orders.ids), ("direction", "=", "out")],
        ["res_id"],
        ["__count"],
    )
    return dict(groups)


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
    env["integration.audit"]._append(
        [
            {
                "action": f"{message.document_type}.queued",
                "res_model": message.res_model,
                "res_id": message.res_id,
                "company_id": message.company_id.id,
                "business_ref": message.business_ref,
                "detail": {"message": message.uid, "reason": message.note or None},
            }
            for message in messages
        ]
    )
