"""The buyer's decision on what a supplier changed."""

from odoo import fields
from odoo.exceptions import UserError

from ..core.acknowledgement import agreed
from .outgoing_orders import queue_orders


def accept(lines):
    """Writes quantity, price and date into the order lines, with the buyer's own rights."""
    env = _check(lines)
    for order, batch in lines.grouped("order_id").items():
        before = order.amount_total
        for order_line, answers in batch.grouped("order_line_id").items():
            if order_line:
                order_line.write(_new_terms(answers))
        if order.currency_id.compare_amounts(order.amount_total, before) > 0:
            _ask_for_approval_again(order)
    _close(env, lines, "accepted")


def decline(lines):
    """Keeps the order as it is; the supplier is told by an order change that restates it."""
    env = _check(lines)
    orders = lines.order_id
    _close(env, lines, "declined")
    queue_orders(
        orders.filtered(lambda order: order.state == "purchase"),
        "order_change",
        note=env._("We do not accept the changes in your response; please deliver as stated here."),
    )


def _check(lines):
    env = lines.env
    lines.order_id.check_access("write")
    decided = lines.filtered(lambda line: line.decision != "pending")
    if decided:
        raise UserError(
            env._(
                "%s: this answer needs no decision any more.",
                ", ".join(decided.mapped("order_id.name")),
            )
        )
    return env


def _new_terms(answers):
    """The order line as the supplier's answers leave it; what they do not mention stays."""
    siblings = answers.acknowledgement_id.line_ids.filtered(
        lambda line: line.order_line_id == answers.order_line_id
    )
    terms = agreed([(line.status, line._terms()) for line in siblings])
    vals = {}
    if terms.quantity is not None:
        vals["product_qty"] = float(terms.quantity)
    if terms.price is not None:
        vals["price_unit"] = float(terms.price)
    if terms.day:
        vals["date_planned"] = fields.Datetime.to_datetime(terms.day).replace(hour=12)
    return vals


def _ask_for_approval_again(order):
    if not order._approval_allowed():
        order.write({"state": "to approve"})
        order.message_post(
            body=order.env._(
                "The supplier's accepted changes raised the amount: approval is needed again."
            )
        )


def _close(env, lines, decision):
    # sudo: answers are closed to writes by hand; the right to decide is that on the order, checked above.
    lines.sudo().write(
        {"decision": decision, "decided_by_id": env.uid, "decided_on": fields.Datetime.now()}
    )
    env["integration.audit"]._append(
        [
            {
                "action": f"acknowledgement.{decision}",
                "res_model": "purchase.order",
                "res_id": line.order_id.id,
                "company_id": line.company_id.id,
                "business_ref": line.order_id.business_ref,
                "detail": {
                    "line": line.order_line_id.integration_line_number,
                    "differs": line.differs or None,
                },
            }
            for line in lines
        ]
    )
    settled = lines.acknowledgement_id.filtered(lambda record: not record.pending_count)
    # sudo: the exception belongs to the buyer who has just decided.
    exceptions = (
        env["integration.exception"]
        .sudo()
        .search(
            [
                ("code", "=", "acknowledgement"),
                ("state", "=", "open"),
                ("message_id", "in", settled.message_id.ids),
            ]
        )
    )
    exceptions.sudo(False)._resolve(env._("Decided on the order"))
    settled.order_id.filtered(lambda order: not order.acknowledged).write({"acknowledged": True})
