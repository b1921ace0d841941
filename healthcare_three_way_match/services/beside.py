"""What stands beside the worksheet of a bill: its document, what was decided before, how its supplier does."""

from odoo.tools import format_amount, format_date, format_datetime, formatLang

from odoo.addons.healthcare_procurement_connector.core.documents import Invoice
from odoo.addons.healthcare_procurement_connector.core.exceptions import BusinessError
from odoo.addons.healthcare_procurement_connector.formats import FormatError
from odoo.addons.healthcare_procurement_connector.services.reading import Reader

from ..core.holds import ACTIVE
from .supplier_past import supplier_past
from .wording import number
from .worklist import seen

# What a browser shows by itself, and shows harmlessly: nothing that can carry a script.
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_PDF = "application/pdf"
# A longer document is read in its own window.
_MOST_LINES = 200


def beside(match):
    """The panels beside a worksheet, as JSON; read after it, so that the numbers are there first."""
    match.check_access("read")
    past = supplier_past(match)
    return {
        "document": _document(match),
        "history": [_closed(hold) for hold in seen(match).sorted("decided_on") if _told(hold)],
        "supplier": _supplier(match, past),
    }


def _told(hold):
    return hold.decided_on and hold.state not in ACTIVE or hold.state == "disputed"


def _closed(hold):
    label = dict(hold._fields["state"]._description_selection(hold.env))[hold.state]
    return {
        "id": hold.id,
        "title": dict(hold._fields["code"]._description_selection(hold.env))[hold.code],
        "what": hold.explanation,
        "state": hold.state,
        "state_label": label,
        "who": hold.decided_by_id.name or "",
        "when": format_datetime(hold.env, hold.decided_on, dt_format="short"),
        "reason": hold.reason or "",
    }


def _supplier(match, past):
    env = match.env
    labels = dict(env["purchase.match.hold"]._fields["code"]._description_selection(env))
    counts = sorted(past.counts.items(), key=lambda item: (-item[1], labels[item[0]]))
    return {
        "name": match.partner_id.sudo().name or "",  # sudo: who sees the bill sees whose it is
        "bills": past.bills,
        "held": past.held,
        "rate": formatLang(env, past.held / past.bills * 100, digits=0) if past.bills else "",
        "days": "" if past.days is None else formatLang(env, past.days, digits=1),
        "kinds": [{"title": labels[code], "count": count} for code, count in counts],
    }


# -- the document -----------------------------------------------------------------------------------


def _document(match):
    """A picture or PDF that hangs on the bill, else the original that came over a connection, else False."""
    # sudo: who may see the match of a bill may see the paper it was made from, and nothing else of it.
    bill = match.sudo().bill_id
    return _file(match.bill_id) or _original(match.env, bill) or False


def _file(bill):
    # An attachment is served by its own rights: without the bill's, there is none to show.
    if not bill.has_access("read"):
        return None
    found = bill.env["ir.attachment"].search(
        [
            ("res_model", "=", bill._name),
            ("res_id", "=", bill.id),
            ("mimetype", "in", (_PDF, *_PICTURES)),
        ],
        order="id desc",
    )
    main = bill.message_main_attachment_id
    shown = (main & found) or found[:1]
    if not shown:
        return None
    kind = "pdf" if shown.mimetype == _PDF else "picture"
    return {"kind": kind, "name": shown.name, "url": f"/web/content/{shown.id}"}


def _original(env, bill):
    message = bill.integration_message_id
    if not message:
        return None
    try:
        documents = Reader().documents(message)
    except (BusinessError, FormatError):
        # No longer kept, or edited into something unreadable since: the bill is there without it.
        return None
    invoice = next((each for each in documents if isinstance(each, Invoice)), None)
    return _as_read(env, invoice) if invoice else None


def _as_read(env, invoice):
    """The invoice as its sender wrote it: no number of ours is in it, and all of it is text."""
    money = _money(env, invoice.currency)

    def plain(value):
        return "" if value is None else number(env, value)

    return {
        "kind": "original",
        "name": invoice.number,
        "credit": invoice.kind == "credit_note",
        "seller": (invoice.seller and invoice.seller.name) or "",
        "issued": format_date(env, invoice.issued) if invoice.issued else "",
        "due": format_date(env, invoice.due) if invoice.due else "",
        "order": invoice.order_number or "",
        "note": invoice.note or "",
        "more": max(len(invoice.lines) - _MOST_LINES, 0),
        "lines": [
            {
                "number": line.number,
                "name": line.item.name or line.item.seller_code or line.item.gtin or "",
                "code": line.item.seller_code or line.item.gtin or "",
                "quantity": plain(line.quantity.value),
                "unit": line.quantity.unit or "",
                "price": plain(line.price and line.price.value),
                "per": _per(env, line.price),
                "charges": [_charge(env, charge, money) for charge in line.charges],
                "amount": plain(line.amount),
            }
            for line in invoice.lines[:_MOST_LINES]
        ],
        "charges": [_charge(env, charge, money) for charge in invoice.charges],
        "total_excl": money(invoice.total_excl),
        "total_tax": money(invoice.total_tax),
        "prepaid": money(invoice.prepaid or None),
        "payable": money(invoice.payable if invoice.payable is not None else invoice.total_incl),
    }


def _money(env, code):
    """Writes amounts in the document's currency; by its code where we have no such currency."""
    currency = env["res.currency"].with_context(active_test=False).search([("name", "=", code)])

    def written(amount):
        if amount is None:
            return ""
        if not currency:
            return f"{number(env, amount)} {code or ''}".strip()
        return format_amount(env, float(amount), currency)

    return written


def _per(env, price):
    if not price or not price.per:
        return ""
    return env._("per %s", f"{number(env, price.per.value)} {price.per.unit or ''}".strip())


def _charge(env, charge, money):
    kinds = {"charge": env._("Charge"), "allowance": env._("Allowance")}
    return {
        "name": charge.reason or charge.code or kinds[charge.kind],
        "amount": money(charge.amount if charge.kind == "charge" else -charge.amount),
    }
