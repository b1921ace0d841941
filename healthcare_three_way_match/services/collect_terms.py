"""What a match looks at beside orders, receipts and bills: contracts, taxes, twins. One query per source."""

from collections import defaultdict
from fractions import Fraction

from odoo.fields import Domain

from ..core.exact import from_float
from ..core.terms import Contract, Twin


def tax_rate(taxes):
    """The rate of taxes in percent; None where one of them is no plain percentage and nothing can be compared."""
    leaves = taxes.flatten_taxes_hierarchy()
    if any(tax.amount_type != "percent" or tax.include_base_amount for tax in leaves):
        return None
    return sum((Fraction(from_float(tax.amount)) for tax in leaves), start=Fraction(0))


def contracts(order_lines, unit_of):
    """{order line: Contract}: the vendor price that carries a contract reference and held on the order's day.

    With several, the lowest: the supplier owes it.
    """
    rows = order_lines.product_id.seller_ids.filtered("contract_reference")
    found = {}
    for line in order_lines if rows else ():
        day, supplier = line.order_id.date_order.date(), line.partner_id.commercial_partner_id
        fitting = [
            _contract(row, line, unit_of)
            for row in rows
            if row.partner_id.commercial_partner_id == supplier
            and row.product_tmpl_id == line.product_id.product_tmpl_id
            and row.product_id in (line.product_id, row.product_id.browse())
            and (not row.date_start or row.date_start <= day)
            and (not row.date_end or row.date_end >= day)
            and unit_of(line.product_uom_id).to_base(from_float(line.product_qty))
            >= unit_of(row.product_uom_id).to_base(from_float(row.min_qty))
        ]
        if fitting:
            found[line] = min(fitting, key=lambda contract: contract.price)
    return found


def _contract(row, line, unit_of):
    unit = unit_of(row.product_uom_id or line.product_id.uom_id)
    net = Fraction(from_float(row.price)) * (100 - Fraction(from_float(row.discount))) / 100
    return Contract(row.contract_reference, unit.price_to_base(net), row.currency_id.name)


def twins(bills, rank_of):
    """{bill: (Twin, …)}: other bills of its supplier with its number, or with its day, amount and lines."""
    if not bills:
        return {}
    others = (
        bills.env["account.move"]
        .search_fetch(
            Domain("company_id", "in", bills.company_id.ids)
            & Domain("commercial_partner_id", "in", bills.commercial_partner_id.ids)
            & Domain("move_type", "in", ("in_invoice", "in_receipt"))
            & Domain("state", "!=", "cancel")
            & (
                Domain("match_number_key", "in", [k for k in bills.mapped("match_number_key") if k])
                | Domain("amount_total", "in", [t for t in bills.mapped("amount_total") if t])
            ),
            ["commercial_partner_id", "match_number_key", "amount_total", "currency_id", "ref"],
        )
        .grouped("commercial_partner_id")
    )
    lines = {}
    found = defaultdict(tuple)
    for bill in bills:
        for other in others.get(bill.commercial_partner_id, ()):
            if other == bill or other.company_id != bill.company_id:
                continue
            same_number = bool(
                bill.match_number_key and other.match_number_key == bill.match_number_key
            )
            if same_number or _same_content(bill, other, lines):
                twin = Twin(other.display_name, rank_of(other), same_number)
                found[bill] += (twin,)
    return found


def _same_content(bill, other, lines):
    """Equal day, amount and lines, none of which names an order.

    Where orders are named, quantities tell: equal parts of one order are billed every week, and a part billed
    twice is more than was ordered or received.
    """
    if bill.currency_id != other.currency_id or bill.amount_total != other.amount_total:
        return False
    if bill.invoice_date != other.invoice_date:
        return False  # the same rent every month is no duplicate
    for each in (bill, other):
        if each not in lines:
            goods = each.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            lines[each] = not goods.purchase_line_id and sorted(
                (line.product_id.id, line.name or "", line.quantity, line.price_unit)
                for line in goods
            )
    return bool(lines[bill]) and lines[bill] == lines[other]
