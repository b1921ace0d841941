"""Changes and cancellations that a supplier must be told by phone."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError

from ..core.exception_codes import EXCEPTION_CODES
from .order_audit import audit, of_rows
from .outgoing_orders import keep_rows
from .supplier_knowledge import Knowledge
from .withdraw_rows import stop

CODES = {"change": "phone_change", "cancellation": "order_cancelled"}


def ask(orders, kind, knowledge, details):
    """Asks each order's buyer to phone; ``details``: {order id: values of the row}."""
    if not orders:
        return
    env = orders.env
    rows = keep_rows(
        orders,
        kind,
        knowledge,
        {order.id: {**details.get(order.id, {}), "state": "phone"} for order in orders},
    )
    exceptions = env["integration.exception"]._raise(
        [
            {
                "code": CODES[kind],
                "summary": _question(row),
                "company_id": order.company_id.id,
                "partner_id": order.partner_id.commercial_partner_id.id,
                "business_ref": order.business_ref,
                "res_model": order._name,
                "res_id": order.id,
                "user_id": (order.user_id or env.user).id,
            }
            for order, row in zip(orders, rows, strict=True)
        ]
    )
    for row, exception in zip(rows, exceptions, strict=True):
        row.exception_id = exception
    audit(of_rows(rows, "to_be_phoned"))


def ask_again(row):
    """The order was changed once more before the buyer phoned: the question is put anew."""
    hours = EXCEPTION_CODES[CODES[row.kind]].hours
    # sudo: the row comes with sudo; the question belongs to it.
    row.exception_id.sudo().write(
        {"summary": _question(row), "date_due": fields.Datetime.now() + timedelta(hours=hours)}
    )


def told(row, note):
    """The buyer phoned: what the row says is known to the supplier, and no message of it is sent any more."""
    env = row.env
    order = row.order_id
    order.check_access("write")
    knowledge = Knowledge(order)
    if not knowledge.may_be_phoned(row):
        raise UserError(
            env._(
                "%(what)s of %(order)s was sent, or is being sent at this moment: to tell it by phone as well "
                "could make the supplier do it twice.",
                what=row.display_name,
                order=order.name,
            )
        )
    # sudo: the tables are closed to writes; the right to act is that on the order, checked above.
    messages = knowledge.messages(row.sudo()).filtered(lambda message: message.state != "cancelled")
    stop(messages, env._("Told by phone"))
    mark_told(row, note)
    row.sudo().exception_id.sudo(False)._resolve(env._("Told by phone: %s", note))


def resolved(exceptions, reason):
    """Whoever was asked to phone says that it is settled: the supplier was told."""
    # sudo: who may resolve the question was checked; its row says the same.
    rows = exceptions.env["purchase.order.change"].sudo()
    rows = rows.search([("exception_id", "in", exceptions.ids), ("state", "=", "phone")])
    if rows:
        mark_told(rows, reason)


def mark_told(rows, note):
    """Keeps who told it, when and to whom; the caller checked who acts."""
    # sudo: the table is closed to writes.
    rows.sudo().write(
        {
            "state": "told",
            "told_by_id": rows.env.uid,
            "told_on": fields.Datetime.now(),
            "told_note": note,
        }
    )
    audit(of_rows(rows, "told_by_phone", note=note))


def _question(row):
    env, order = row.env, row.order_id
    if row.kind == "cancellation":
        return env._(
            "%(supplier)s does not know yet that order %(order)s is cancelled.",
            supplier=order.partner_id.name,
            order=order.name,
        )
    return env._(
        "%(supplier)s does not know yet what changed on order %(order)s: %(changes)s",
        supplier=order.partner_id.name,
        order=order.name,
        changes="; ".join((row.summary or "").splitlines()),
    )
