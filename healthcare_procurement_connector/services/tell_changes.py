"""Tells suppliers what was changed on orders they know: compares, and queues one numbered change per order.

What waits to be told is replaced: it keeps its number, for the supplier never saw it. What was, or may have
been, sent stands; the next difference is the next change.
"""

from dataclasses import dataclass

from ..core.order_changes import Changes, OrderTerms, compare, from_json, to_json
from . import tell_by_phone
from .change_words import in_words
from .order_audit import audit, of_rows
from .order_terms import number_lines, terms_of_all
from .outgoing_orders import queue_orders
from .supplier_knowledge import Knowledge
from .withdraw_rows import withdraw_rows

# Held because of what the order said: a replaced order is tried again.
HELD_BY_CONTENT = ("unknown_unit", "ambiguous_mapping", "cannot_prepare", "order_not_approved")
REFUSED = ("change_refused", "cancellation_refused")


@dataclass
class Plan:
    """What becomes of one order: ``keep`` is the row that is replaced, ``drop`` are those taken back."""

    order: object
    terms: OrderTerms
    changes: Changes | None
    restated: list
    keep: object
    drop: object

    @property
    def differs(self):
        return bool(self.changes or self.restated)


def tell_changes(orders, restated=None, note=None, knowledge=None):
    """Compares the orders with what their suppliers know, and queues what they must be told.

    ``restated``: {order id: numbers of lines on which the supplier's answer was declined}. Where the supplier
    takes no changes, the buyer is asked to phone. Orders that never were to be sent are left alone.
    """
    knowledge = knowledge or Knowledge(orders)
    orders = orders.filtered(knowledge.rows)
    if not orders:
        return
    number_lines(orders, knowledge.all_terms())
    terms = terms_of_all(orders)
    restated = restated or {}
    plans = [
        _plan(order, terms[order.id], knowledge, restated.get(order.id, []))
        for order in orders
        if restated.get(order.id) or not _was_refused(order, terms[order.id], knowledge)
    ]
    env = orders.env
    # sudo: the rows come with sudo, see Knowledge.
    dropped = env["purchase.order.change"].sudo().union(*(plan.drop for plan in plans))
    withdraw_rows(dropped, knowledge, env._("The order is again as the supplier knows it"))
    _replace([plan for plan in plans if plan.keep], note, knowledge)
    new = [plan for plan in plans if plan.changes is not None and plan.differs and not plan.keep]
    _send(new, note, knowledge)
    _settle_refusals(plans, knowledge)


def _was_refused(order, terms, knowledge):
    """Whether this is just what the supplier refused last: it is not asked again until the order says else."""
    last = knowledge.rows(order).filtered(lambda row: row.state != "withdrawn")[-1:]
    refused = last.kind == "change" and last.state == "rejected"
    return refused and not compare(from_json(last.terms), terms)


def _plan(order, terms, knowledge, restated):
    known, waiting = knowledge.known(order), knowledge.open(order)
    if not known:
        keep = waiting.filtered(lambda row: row.kind == "order")[:1]
        return Plan(order, terms, None, [], keep, waiting - keep if keep else waiting.browse())
    keep = waiting.filtered(lambda row: row.kind == "change")[:1]
    changes = compare(from_json(known.terms), terms)
    # A line that is not among ours any more is told as deleted.
    restated = sorted(set(restated) | set(keep.restated or []), key=int)
    if not changes and not restated:
        return Plan(order, terms, changes, restated, waiting.browse(), waiting)
    return Plan(order, terms, changes, restated, keep, waiting - keep)


def _replace(plans, note, knowledge):
    """What was never sent says from now on what the order says now."""
    replaced = []
    for plan in plans:
        row = plan.keep
        terms = to_json(plan.terms)
        if row.terms == terms and sorted(row.restated or [], key=int) == plan.restated:
            continue
        vals = {"terms": terms}
        if plan.changes is not None:
            vals |= {
                "restated": plan.restated or False,
                "summary": in_words(row.env, plan.changes, plan.restated),
            }
        row.write(vals)
        messages = knowledge.unsent_messages(row)
        if note:
            messages.write({"note": note})
        _forget_bytes(messages, plan.order)
        if row.state == "phone":
            tell_by_phone.ask_again(row)
        replaced += of_rows(row, "replaced")
    audit(replaced)


def _forget_bytes(messages, order):
    """Bytes that were made and never sent are made anew.

    The messages are written in any case: a drain that is preparing them at this moment fails on that, and comes
    again to find the order as it is now. If it was faster, this transaction fails and runs again, and finds them
    sent.
    """
    messages.payload_ids.unlink()
    for state, batch in messages.grouped("state").items():
        by_content = batch.filtered(lambda message: message.error_code in HELD_BY_CONTENT)
        if state == "held" and by_content:
            by_content.write({"state": "queued", "error_code": False, "last_error": False})
            by_content.exception_ids._resolve(order.env._("The order was changed"))
            order.env["integration.drain"]._wake("out")
    messages.write({"priority": int(order.priority or 0)})
    messages.flush_recordset()


def _send(plans, note, knowledge):
    if not plans:
        return
    orders = plans[0].order.union(*(plan.order for plan in plans))
    # The order's row is written first: of two saves at once the second one waits here, and runs again.
    orders.write({"acknowledged": False})
    orders.flush_recordset()
    knowledge.supersede(orders)
    details = {
        plan.order.id: {
            "summary": in_words(orders.env, plan.changes, plan.restated),
            "restated": plan.restated or False,
        }
        for plan in plans
    }
    electronic = orders.filtered(lambda order: not knowledge.by_phone(order))
    messages = queue_orders(electronic, "order_change", note, knowledge, details)
    unheard = orders - orders.browse(messages.mapped("res_id"))
    tell_by_phone.ask(unheard, "change", knowledge, details)


def _settle_refusals(plans, knowledge):
    """What the supplier refused was answered with a save: with another change, or with the order put back."""
    orders = [
        plan.order
        for plan in plans
        if knowledge.rows(plan.order).filtered(lambda row: row.state == "rejected")
    ]
    if not orders:
        return
    env = orders[0].env
    # sudo: the exceptions belong to the buyer; whoever saved the order settled them.
    asked = (
        env["integration.exception"]
        .sudo()
        .search(
            [
                ("code", "in", REFUSED),
                ("state", "=", "open"),
                ("res_model", "=", "purchase.order"),
                ("res_id", "in", [order.id for order in orders]),
            ]
        )
    )
    asked.sudo(False)._resolve(env._("The order was saved again"))
