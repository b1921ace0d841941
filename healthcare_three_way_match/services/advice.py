"""What the past of a supplier and its announcements say about holds, in the reader's language."""

from odoo import fields
from odoo.tools import format_date

from ..core.holds import ACTIVE
from ..core.suggestion import Advice, Grounds, Past, suggest
from ..core.verdict import Code


def suggestions(match, holds, past):
    """{hold id: what to do and why, as JSON} for the holds that are not decided; one query for all."""
    active = holds.filtered(lambda hold: hold.state in ACTIVE)
    today = fields.Date.context_today(match)
    announced = _announced(active, today)
    found = {}
    for hold in active:
        known = past.kinds.get(hold.code, Past())
        day = announced.get(hold.purchase_line_id.id)
        if suggestion := suggest(Code(hold.code), known, day, today):
            found[hold.id] = _in_words(match.env, suggestion)
    return found


def _announced(holds, today):
    """{order line id: the next day for which its supplier announced goods}."""
    lines = holds.purchase_line_id
    if not lines:
        return {}
    # sudo: the day alone leaves here; who decides on missing goods need not have a right to ship notices.
    rows = (
        holds.env["purchase.shipment.line"]
        .sudo()
        ._read_group(
            [
                ("order_line_id", "in", lines.ids),
                ("shipment_id.expected", ">=", today),
                ("shipment_id.superseded_by_id", "=", False),
            ],
            ["order_line_id", "shipment_id"],
        )
    )
    days = {}
    for line, shipment in rows:
        days[line.id] = min(shipment.expected, days.get(line.id, shipment.expected))
    return days


def _in_words(env, suggestion):
    labels = {
        Advice.RELEASE: env._("Release"),
        Advice.DISPUTE: env._("Dispute"),
        Advice.WAIT: env._("Wait"),
        Advice.ASK: env._("Ask first"),
    }
    values = {
        "count": suggestion.count,
        "cases": suggestion.cases,
        "day": format_date(env, suggestion.day) if suggestion.day else "",
    }
    texts = {
        Grounds.PAYEE: env._("call the supplier on a number you had before, then decide."),
        Grounds.BLOCKED: env._("ask who blocked the supplier."),
        Grounds.ANNOUNCED: env._("the supplier announced goods for %(day)s.", **values),
        Grounds.OTHER_SUPPLIER: env._(
            "ask who delivered these goods, and whether they were billed."
        ),
        Grounds.CONTRACT: env._("the price is above the contract."),
        Grounds.DOUBLE: env._("the same was billed before."),
        Grounds.RELEASED_BEFORE: env._(
            "this kind of difference was released %(count)s of %(cases)s times for this supplier.",
            **values,
        ),
        Grounds.WENT_BEFORE: env._(
            "this kind of difference went away by itself %(count)s of %(cases)s times for this supplier.",
            **values,
        ),
        Grounds.ROUNDING: env._("it is rounding and nothing else."),
    }
    return {
        "advice": suggestion.advice.value,
        "label": labels[suggestion.advice],
        "text": texts[suggestion.grounds],
    }
