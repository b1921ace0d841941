"""The buyer's decision on what a supplier changed."""

from fractions import Fraction

from odoo import fields
from odoo.exceptions import UserError

from ..core.acknowledgement import STANDING, agreed, overtaken
from .numbers import exact, plain
from .order_saves import AGREED
from .order_terms import sent_lines
from .prices import gross_price, net_price
from .supplier_knowledge import Knowledge
from .tell_changes import tell_changes

# Odoo computes these anew when a quantity is written; the supplier's answer may not change them silently.
KEPT = ("name", "price_unit", "discount", "date_planned")
# The terms of a line that are read from what an accepted answer writes.
AGREED_TERMS = {
    "product_qty": ("quantity", lambda line: plain(exact(line, "product_qty"))),
    "price_unit": ("price", lambda line: plain(net_price(line))),
    "date_planned": ("day", lambda line: line.date_planned.date()),
}


def accept(lines):
    """Writes quantity, price and date into the order lines, with the buyer's own rights.

    Both sides agree on these then: no change is sent back.
    """
    env = _check(lines)
    _refuse_additions(lines)
    knowledge = Knowledge(lines.order_id)
    for order, batch in lines.grouped("order_id").items():
        before = order.amount_total
        knowledge.agree(order, _write_terms(batch))
        if order.currency_id.compare_amounts(order.amount_total, before) > 0:
            _ask_for_approval_again(order)
    # A change that waits to be sent may have become needless, or another one.
    confirmed = lines.order_id.filtered(lambda order: order.state == "purchase")
    tell_changes(confirmed, knowledge=knowledge)
    _close(lines, "accepted", env._("Decided on the order"))
    lines.acknowledgement_id._settle_orders()


def _write_terms(lines):
    """{line number: {term: value}} of what was written into the order lines."""
    written = {}
    for order_line, answers in lines.grouped("order_line_id").items():
        terms = _new_terms(order_line, answers)
        if terms:
            order_line.with_context(**{AGREED: True}).write(
                {name: order_line[name] for name in KEPT} | terms
            )
            written[str(order_line.integration_line_number)] = {
                term: value(order_line)
                for name, (term, value) in AGREED_TERMS.items()
                if name in terms
            }
    return written


def decline(lines):
    """Keeps the order as it is; the supplier is told by an order change that restates it.

    Where no order change can be sent, the buyer is asked to phone.
    """
    env = _check(lines)
    _close(lines, "declined", env._("Decided on the order"))
    tell_changes(
        lines.order_id,
        restated={order.id: _restated(batch) for order, batch in lines.grouped("order_id").items()},
        note=env._("We do not accept the changes in your response; please deliver as stated here."),
    )


def _restated(lines):
    """The numbers of the order lines that were declined; all, where the supplier added one of its own."""
    added = lines.filtered(lambda line: not line.order_line_id)
    order_lines = sent_lines(lines.order_id) if added else lines.order_line_id
    return [str(number) for number in order_lines.mapped("integration_line_number") if number]


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


def withdraw_answers(acknowledgements):
    """Closes what is open in answers that the supplier replaced by others as a whole."""
    lines = acknowledgements.line_ids
    open_lines = lines.filtered(lambda line: line.decision in ("pending", "waiting"))
    _close(open_lines, "superseded", acknowledgements.env._("The supplier replaced this answer"))


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
