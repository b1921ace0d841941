"""An invoice or credit note becomes a draft vendor bill, linked line to line to its orders.

Quantities, prices and taxes are those of the document. The payee's account is kept for comparison only.
"""

from fractions import Fraction

from odoo import fields

from ...core.exceptions import BusinessError
from ...core.facts import Fact

MOVE_TYPES = {"invoice": "in_invoice", "credit_note": "in_refund"}


def apply_invoice(arrival):
    document = arrival.document
    lines = [_line_vals(arrival, line) for line in document.lines]
    lines += [_charge_vals(arrival, charge) for charge in document.charges]
    bill = arrival.env["account.move"].create(
        {
            "move_type": MOVE_TYPES[document.kind],
            "company_id": arrival.company.id,
            "partner_id": arrival.supplier.id,
            "ref": document.number,
            "invoice_date": document.issued,
            "invoice_date_due": document.due or document.issued,
            "invoice_payment_term_id": False,
            "currency_id": _currency(arrival).id,
            "integration_message_id": arrival.message.id,
            "integration_payee_account": document.payee.account if document.payee else False,
            "reversed_entry_id": _corrected_bill(arrival).id,
            "invoice_line_ids": [fields.Command.create(vals) for vals in lines],
        }
    )
    _check_totals(arrival, bill)
    _tell(arrival, bill)
    bill._integration_bill_received()
    return bill


def _currency(arrival):
    currency = arrival.env["res.currency"].search([("name", "=", arrival.document.currency)])
    if not currency:
        raise BusinessError(
            arrival.env._(
                "%(number)s is in %(currency)s, which is not active here.",
                number=arrival.document.number,
                currency=arrival.document.currency or "-",
            ),
            "currency",
        )
    return currency


def _corrected_bill(arrival):
    """The bill that a credit note corrects, where it names one of this supplier's."""
    bills = arrival.env["account.move"]
    if arrival.document.kind != "credit_note" or not arrival.document.corrects:
        return bills
    return bills.search(
        [
            ("company_id", "=", arrival.company.id),
            ("move_type", "=", "in_invoice"),
            ("commercial_partner_id", "=", arrival.supplier.id),
            ("ref", "=", arrival.document.corrects),
            ("state", "!=", "cancel"),
        ],
        limit=1,
    )


def _line_vals(arrival, line):
    order_line = _order_line(arrival, line)
    vals = {
        "name": line.item.name or line.item.seller_code or line.number,
        "quantity": float(line.quantity.value),
        "price_unit": float(_net_price(arrival, line)),
        "tax_ids": [
            fields.Command.set(_tax(arrival, line.tax_category, line.tax_rate, order_line).ids)
        ],
    }
    if order_line:
        uom, factor = arrival.quantity(line.quantity, order_line)
        vals.update(
            product_id=order_line.product_id.id,
            purchase_line_id=order_line.id,
            product_uom_id=uom.id,
            quantity=float(Fraction(line.quantity.value) * factor),
            price_unit=float(_net_price(arrival, line) / factor),
        )
    return vals


def _order_line(arrival, line):
    """The order line it bills, or none where the line names no order; a wrong reference is never dropped."""
    number = line.order_number or arrival.document.order_number
    if not number:
        return arrival.env["purchase.order.line"]
    return arrival.order_line(arrival.order(number), line.order_line, line.item)


def _net_price(arrival, line):
    """Per unit of the document's quantity, with the line's own charges and allowances in it."""
    quantity = Fraction(line.quantity.value)
    if line.amount is not None and quantity and (line.charges or line.price is None):
        return Fraction(line.amount) / quantity
    if line.price is None:
        raise BusinessError(
            arrival.env._("%s has a line without price and amount.", arrival.document.number),
            "unreadable",
        )
    per = Fraction(line.price.per.value) if line.price.per else Fraction(1)
    return Fraction(line.price.value) / per


def _tax(arrival, category, rate, order_line):
    """The tax of that rate: the order line's own, else the mapping's, else the only one there is."""
    if not rate:
        return arrival.env["account.tax"]
    ordered = order_line.tax_ids
    if len(ordered) == 1 and _has_rate(ordered, rate):
        return ordered
    mapped = arrival.mappings.record("tax", f"{category}:{rate.normalize():f}")
    if mapped:
        return mapped
    candidates = arrival.env["account.tax"].search(
        [
            ("company_id", "=", arrival.company.id),
            ("type_tax_use", "=", "purchase"),
            ("amount_type", "=", "percent"),
            ("amount", "=", float(rate)),
        ]
    )
    if len(candidates) != 1:
        raise BusinessError(
            arrival.env._(
                "%(number)s: the tax %(category)s %(rate)s %% fits %(count)s taxes here.",
                number=arrival.document.number,
                category=category or "",
                rate=rate,
                count=len(candidates),
            ),
            "unknown_tax",
        )
    return candidates


def _has_rate(tax, rate):
    return tax.amount_type == "percent" and abs(tax.amount - float(rate)) < 1e-6


def _charge_vals(arrival, charge):
    sign = 1 if charge.kind == "charge" else -1
    tax = charge.tax
    no_line = arrival.env["purchase.order.line"]
    taxes = _tax(arrival, tax.category, tax.rate, no_line) if tax else arrival.env["account.tax"]
    return {
        "name": charge.reason or charge.code or charge.kind,
        "quantity": 1,
        "price_unit": sign * float(charge.amount),
        "tax_ids": [fields.Command.set(taxes.ids)],
    }


def _check_totals(arrival, bill):
    """What we understood must add up to what the supplier asks; rounding per line is all that may differ."""
    allowance = bill.currency_id.rounding * max(len(bill.invoice_line_ids), 1)
    for stated, computed in (
        (arrival.document.total_excl, bill.amount_untaxed),
        (arrival.document.total_incl, bill.amount_total),
    ):
        if stated is not None and abs(float(stated) - computed) > allowance + 1e-9:
            raise BusinessError(
                arrival.env._(
                    "%(number)s asks for %(stated)s, its lines and taxes make %(computed).2f.",
                    number=arrival.document.number,
                    stated=stated,
                    computed=computed,
                ),
                "totals_differ",
            )


def _tell(arrival, bill):
    arrival.env["integration.fact"]._record(
        [
            Fact(
                type="invoice.received",
                subject=bill.ref,
                company_id=bill.company_id.id,
                occurred=fields.Datetime.now(),
                business_ref=bill.business_ref or None,
                data={
                    "kind": arrival.document.kind,
                    "supplier": arrival.supplier.ref or str(arrival.supplier.id),
                    "total": str(arrival.document.total_incl or bill.amount_total),
                    "currency": bill.currency_id.name,
                },
            )
        ]
    )
