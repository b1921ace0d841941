"""The buyer's decision on what a supplier changed."""

from fractions import Fraction

from odoo import fields
from odoo.exceptions import UserError

from ..core.acknowledgement import STANDING, agreed, overtaken
from .numbers import exact
from .outgoing_orders import queue_orders
from .prices import gross_price, net_price

# Odoo computes these anew when a quantity is written; the supplier's answer may not change them silently.
KEPT = ("name", "price_unit", "discount", "date_planned")


def accept(lines):
    """Writes quantity, price and date into the order lines, with the buyer's own rights."""
    env = _check(lines)
    _refuse_additions(lines)
    for order, batch in lines.grouped("order_id").items():
        before = order.amount_total
        for order_line, answers in batch.grouped("order_line_id").items():
            terms = _new_terms(order_line, answers)
            if terms:
                order_line.write({name: order_line[name] for name in KEPT} | terms)
        if order.currency_id.compare_amounts(order.amount_total, before) > 0:
            _ask_for_approval_again(order)
    _close(lines, "accepted", env._("Decided on the order"))
    lines.acknowledgement_id._settle_orders()


def decline(lines):
    """Keeps the order as it is; the supplier is told by an order change that restates it.

    Where no order change can be sent, the buyer is asked to tell the supplier another way.
    """
    env = _check(lines)
    orders = lines.order_id
    _close(lines, "declined", env._("Decided on the order"))
    changes = queue_orders(
        orders,
        "order_change",
        note=env._("We do not accept the changes in your response; please deliver as stated here."),
    )
    _ask_to_tell(orders - orders.browse(changes.mapped("res_id")))


def supersede(acknowledgement):
    """Closes the earlier answers to the same order lines that ``acknowledgement`` overtakes."""
    later = acknowledgement.line_ids.grouped("order_line_id")
    earlier = acknowledgement.order_id.acknowledgement_ids.line_ids - acknowledgement.line_ids
    old = earlier.filtered(
        lambda line: (
            line.order_line_id in later
            and overtaken(line.decision, later[line.order_line_id].mapped("decision"))
        )
    )
    _close(old, "superseded", acknowledgement.env._("A later answer came"))


def withdraw(orders):
    """Closes what is open about orders that were cancelled: nobody can decide it any more."""
    lines = orders.acknowledgement_ids.line_ids
    open_lines = lines.filtered(lambda line: line.decision in ("pending", "waiting"))
    _close(open_lines, "superseded", orders.env._("The order was cancelled"))


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
    inactive = lines.order_id.filtered(lambda order: order.state not in ("purchase", "to approve"))
    if inactive:
        raise UserError(
            env._(
                "%s: the order is not confirmed, so there is nothing to decide.",
                ", ".join(inactive.mapped("name")),
            )
        )
    return env


def _refuse_additions(lines):
    added = lines.filtered(lambda line: not line.order_line_id)
    if added:
        raise UserError(
            lines.env._(
                "%(items)s is not on the order. If you want it, add it to the order first; then decline "
                "this answer, and an order change tells the supplier how the order stands.",
                items=", ".join(line.item_text or "-" for line in added),
            )
        )


def _new_terms(order_line, answers):
    """The order line as the supplier's answers leave it; what they do not mention stays."""
    standing = answers.acknowledgement_id.line_ids.filtered(
        lambda line: (
            line.order_line_id == order_line and (line in answers or line.decision in STANDING)
        )
    )
    terms = agreed(answers[0]._ordered(), [(line.status, line._terms()) for line in standing])
    vals = {}
    if terms.quantity is not None:
        # What has arrived cannot be un-ordered: Odoo would send it back.
        received = Fraction(exact(order_line, "qty_received"))
        vals["product_qty"] = float(max(terms.quantity, received))
    if terms.price not in (None, Fraction(net_price(order_line))):
        vals.update(discount=0, price_unit=_price_unit(order_line, terms.price))
    if terms.day:
        vals["date_planned"] = fields.Datetime.to_datetime(terms.day).replace(hour=12)
    return vals


def _price_unit(order_line, price):
    gross = gross_price(order_line, price)
    if gross is None:
        raise UserError(
            order_line.env._(
                "%(product)s: with the taxes on this line, no price comes to %(price)g without tax. "
                "Change the line by hand.",
                product=order_line.product_id.display_name,
                price=price,
            )
        )
    return gross


def _ask_for_approval_again(order):
    if not order._approval_allowed():
        order.write({"state": "to approve"})
        order.message_post(
            body=order.env._(
                "The supplier's accepted changes raised the amount: approval is needed again."
            )
        )


def _ask_to_tell(orders):
    env = orders.env
    env["integration.exception"]._raise(
        [
            {
                "code": "delivery_failed",
                "summary": env._(
                    "%(supplier)s does not know that its changes to order %(order)s are declined.",
                    supplier=order.partner_id.name,
                    order=order.name,
                ),
                "suggestion": env._(
                    "There is no route for order changes: tell the supplier another way."
                ),
                "company_id": order.company_id.id,
                "partner_id": order.partner_id.commercial_partner_id.id,
                "business_ref": order.business_ref,
                "res_model": order._name,
                "res_id": order.id,
                "user_id": (order.user_id or env.user).id,
            }
            for order in orders
        ]
    )


def _close(lines, decision, reason):
    env = lines.env
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
    lines.acknowledgement_id._resolve_exceptions(reason)
