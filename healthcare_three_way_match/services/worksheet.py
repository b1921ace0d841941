"""Everything one screen needs to say about one bill, formatted for its reader."""

from odoo import fields
from odoo.tools import format_amount, format_date, format_datetime, formatLang

from ..core.exact import from_float
from ..core.holds import ACTIVE
from . import wording
from .advice import suggestions
from .linking import Linking
from .supplier_past import supplier_past
from .worklist import Worklist, seen

# So many order lines are offered for a bill line that names none.
OFFERED = 3


def worksheet(match):
    """The worksheet of a matched bill as JSON, or False when nothing was compared.

    The holds are those that the user may see; who may not read bills reads it all the same.
    """
    if not match:
        return False
    bill = match.bill_id
    paper = bill.sudo()  # sudo: whoever may see the match sees the bill's total and discount
    holds = seen(match).filtered(lambda hold: hold.state != "auto_released")
    by_line = holds.grouped("bill_line_id")
    policy = match.policy_id.sudo()  # sudo: the name of the rule that was applied
    offers = Linking(bill.env).ranked(bill) if bill.has_access("write") else {}
    active = holds.filtered(lambda hold: hold.state in ACTIVE)
    advice = suggestions(match, active, supplier_past(match)) if active else {}
    shown = Shown(match.env)
    return {
        "match": match.id,
        "bill": bill.id,
        "number": paper.ref or paper.name or "",
        "supplier": paper.commercial_partner_id.name or "",
        "may_compare": bill.has_access("read"),
        "may_post": paper.state == "draft" and bill.has_access("write"),
        "discount": _discount(match.env, paper),
        "place": Worklist(match.env).place(match),
        "advice": {str(hold_id): said for hold_id, said in advice.items()},
        "state": "disputed" if match.blocks == "payment" else match.state,
        "state_label": _label(match, "state"),
        "policy": policy.display_name or "",
        "total": format_amount(match.env, paper.amount_total, paper.currency_id),
        "withheld": _money(match, match.withheld),
        "matched_on": format_datetime(match.env, match.matched_on, dt_format="short"),
        "holds": [_hold(hold) for hold in holds.filtered(lambda hold: not hold.bill_line_id)],
        "lines": [
            _line(
                line, by_line.get(line.bill_line_id, ()), offers.get(line.bill_line_id, ()), shown
            )
            for line in seen(match, "line_ids")
        ],
    }


def _discount(env, bill):
    """Until when how much can be saved by paying early, as one phrase; empty where there is nothing to lose."""
    term, day = bill.invoice_payment_term_id, discount_day(bill)
    if (
        not day
        or day < fields.Date.context_today(bill)
        or bill.payment_state in ("paid", "reversed")
    ):
        return ""
    reduced = term._get_amount_due_after_discount(bill.amount_total, bill.amount_untaxed)
    saved = format_amount(env, bill.amount_total - reduced, bill.currency_id)
    return env._("%(amount)s discount until %(day)s", amount=saved, day=format_date(env, day))


def discount_day(bill):
    """The last day of the bill's early payment discount, or False."""
    term = bill.invoice_payment_term_id
    return (term and term._get_last_discount_date(bill.invoice_date)) or False


class Shown:
    """How numbers and words of lines are shown to one reader.

    Making one takes longer than all else about a line, and the same few come on most lines: each is made once.
    """

    def __init__(self, env):
        self._env = env
        self._made = {}

    def _once(self, make, *value):
        key = (make, *value)
        if key not in self._made:
            self._made[key] = make(self._env, *value)
        return self._made[key]

    def quantity(self, value):
        return self._once(_number, value)

    def price(self, value, currency):
        return self._once(_unit_price, value, currency)

    def amount(self, value, currency):
        return self._once(format_amount, value, currency)

    def result(self, value):
        return self._once(_results).get(value, "")


def _number(env, value):
    return wording.number(env, from_float(value))


def _unit_price(env, value, currency):
    return wording.price(env, from_float(value), currency)


def _results(env):
    return dict(env["purchase.match.line"]._fields["result"]._description_selection(env))


def _line(line, holds, offers, shown):
    digits = line.env["decimal.precision"].precision_get("Product Unit")
    percent = ""
    if line.price_difference and line.order_price:
        percent = _percent(line.env, line.price_difference / line.order_price * 100)
    has_order, currency = bool(line.purchase_line_id), line.currency_id
    return {
        "id": line.id,
        "bill_line": line.bill_line_id.id,
        "offers": [_offer(line, order_line, link) for order_line, link in offers[:OFFERED]],
        "linked": wording.linked(line) if has_order else "",
        "rate": wording.rate_sentence(line),
        "label": line.label or "",
        "unit": line.unit or "",
        "order": line.order_id.name or "",
        "ordered": shown.quantity(line.ordered) if has_order else "",
        "received": shown.quantity(line.received) if line.receipt_expected else "",
        "accepted": _accepted(line, shown),
        "before": _before(line, shown),
        "now": shown.quantity(line.billed_now),
        "over": f"+{shown.quantity(line.difference)}" if _over(line, digits) else "",
        "order_price": shown.price(line.order_price, currency) if line.price_compared else "",
        "bill_price": shown.price(line.bill_price, currency),
        "price_over": percent,
        "price_up": line.price_difference > 0,
        "amount": shown.amount(line.amount, currency),
        "result": line.result,
        "result_label": shown.result(line.result),
        "note": "" if line.result in ("differs", "disputed") else line.explanation,
        "tolerance": line.tolerance or "",
        "holds": [_hold(hold) for hold in holds],
    }


def _offer(line, order_line, link):
    """An order line that a line without order may be for."""
    ordered = wording.number(line.env, from_float(order_line.product_qty))
    price = wording.price(line.env, from_float(order_line.price_unit), line.currency_id)
    return {
        "id": order_line.id,
        "order": order_line.order_id.name,
        "label": order_line.product_id.display_name or order_line.name,
        "ordered": line.env._("%(quantity)s at %(price)s", quantity=ordered, price=price),
        "score": link.score,
        "reasons": wording.link_reasons(line.env, [reason.value for reason in link.reasons]),
    }


def _hold(hold):
    active = hold.state in ACTIVE
    return {
        "id": hold.id,
        "title": _label(hold, "code"),
        "state": hold.state,
        "state_label": _label(hold, "state"),
        "explanation": hold.explanation,
        "tolerance": hold.tolerance or "",
        "amount": _money(hold, hold.amount),
        "owner": hold.user_id.name or "" if active else "",
        "due": format_date(hold.env, hold.date_due) if active and hold.date_due else "",
        "overdue": hold.overdue,
        "reason": hold.reason or "",
        "decided_by": hold.decided_by_id.name or "",
        "may_release": hold.may_release,
        "may_dispute": hold.may_dispute,
        "may_approve_change": hold.may_approve_change,
        "first": hold.first_approver_id.name or "",
        "first_reason": hold.first_reason or "",
        "release_hint": wording.consequence("release", hold),
        "dispute_hint": wording.consequence("dispute", hold),
        "approve_hint": wording.consequence("approve_change", hold),
    }


def _over(line, digits):
    return line.purchase_line_id and round(line.difference, digits) > 0


def _accepted(line, shown):
    """What passed the inspection, where goods are inspected."""
    return line.env._("%s accepted", shown.quantity(line.accepted)) if line.inspected else ""


def _before(line, shown):
    """What other bills took; where credit notes gave back more than that, what they gave."""
    if not line.purchase_line_id:
        return ""
    taken = shown.quantity(abs(line.billed_before))
    return line.env._("%s credited", taken) if line.billed_before < 0 else taken


def _money(record, amount):
    return format_amount(record.env, amount, record.currency_id) if amount else ""


def _percent(env, value):
    sign = "+" if value > 0 else "−"
    return f"{sign}{formatLang(env, abs(value), digits=1)} %"


def _label(record, name):
    return dict(record._fields[name]._description_selection(record.env)).get(record[name], "")
