"""An invoice or credit note becomes a draft vendor bill, linked line to line to its orders.

Quantities, prices and taxes are those of the document. The payee's account is kept for comparison only.
"""

from odoo import fields
from odoo.fields import Domain

from ...core.exceptions import BusinessError
from ...core.facts import Fact
from ...core.identity import normalise_number
from .invoice_lines import bill_lines

MOVE_TYPES = {"invoice": "in_invoice", "credit_note": "in_refund"}


def apply_invoice(arrival):
    document = arrival.document
    _refuse_twin(arrival)
    # sudo: where a bill came from and which account it asks for are evidence, closed to writes by hand; who may
    # bill was checked on arrival. The technical user stays its creator.
    bill = (
        arrival.env["account.move"]
        .sudo()
        .create(
            {
                "move_type": MOVE_TYPES[document.kind],
                "company_id": arrival.company.id,
                "partner_id": arrival.supplier.id,
                "ref": document.number,
                "invoice_date": document.issued,
                **_due(arrival),
                "currency_id": _currency(arrival).id,
                "integration_message_id": arrival.message.id,
                "integration_payee_account": document.payee.account if document.payee else False,
                "integration_total": _stated_total(document),
                "reversed_entry_id": _corrected_bill(arrival).id,
                "invoice_line_ids": [fields.Command.create(vals) for vals in bill_lines(arrival)],
            }
        )
        .sudo(False)
    )
    _check_totals(arrival, bill)
    _tell(arrival, bill)
    bill._integration_bill_received()
    return bill


def _due(arrival):
    """When it is to be paid: on the day it names; else as agreed, on the order or with the supplier; else at once."""
    document = arrival.document
    agreed = arrival.env["account.payment.term"]
    if not document.due and document.kind == "invoice":
        of_orders = {order.payment_term_id for order in arrival.orders.values()}
        supplier = arrival.supplier.with_company(arrival.company)
        agreed = of_orders.pop() if len(of_orders) == 1 else agreed
        agreed = agreed or supplier.property_supplier_payment_term_id
    if agreed:
        return {"invoice_payment_term_id": agreed.id}
    return {"invoice_date_due": document.due or document.issued, "invoice_payment_term_id": False}


def _stated_total(document):
    """What the supplier asks for with tax; where the document does not say, what its parts make."""
    if document.total_incl is not None:
        return float(document.total_incl)
    parts = (line.amount or 0 for line in document.lines)
    signed = (c.amount if c.kind == "charge" else -c.amount for c in document.charges)
    return float(sum(parts) + sum(signed) + sum(tax.amount for tax in document.taxes))


def _refuse_twin(arrival):
    """A bill that somebody has typed already stays the only one; a person decides which of both holds."""
    number = normalise_number(arrival.document.number)
    # The database looks for its letters and digits in their order, whatever is between them.
    roughly = "%".join(["", *number.replace("-", ""), ""])
    bills = arrival.env["account.move"].search(
        _bills_of_supplier(arrival)
        & Domain("move_type", "=", MOVE_TYPES[arrival.document.kind])
        & Domain("ref", "=ilike", roughly)
    )
    twins = bills.filtered(lambda bill: normalise_number(bill.ref) == number)
    if twins:
        raise BusinessError(
            arrival.env._(
                "%(number)s of %(supplier)s was already entered here: %(bills)s.",
                number=arrival.document.number,
                supplier=arrival.supplier.name,
                bills=", ".join(twins.mapped("display_name")),
            ),
            "already_entered",
        )


def _bills_of_supplier(arrival):
    return Domain(
        [
            ("company_id", "=", arrival.company.id),
            # commercial_partner_id has no index, partner_id has.
            ("partner_id", "child_of", arrival.supplier.id),
            ("commercial_partner_id", "=", arrival.supplier.id),
            ("state", "!=", "cancel"),
        ]
    )


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
        _bills_of_supplier(arrival)
        & Domain("move_type", "=", "in_invoice")
        & Domain("ref", "=", arrival.document.corrects),
        limit=1,
    )


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
