"""An invoice's lines and charges as lines of a bill: quantities, prices and taxes of the document."""

from fractions import Fraction

from odoo import fields

from ...core.exceptions import BusinessError
from ..units import ratio
from .invoice_taxes import Taxes, price_with_included


def bill_lines(arrival):
    """Values of the bill's lines; each names its order line, or the document names no order."""
    taxes = Taxes(arrival)
    return [
        *(_line_vals(arrival, taxes, line) for line in arrival.document.lines),
        *(_charge_vals(arrival, taxes, charge) for charge in arrival.document.charges),
    ]


def _line_vals(arrival, taxes, line):
    order_line = _order_line(arrival, line)
    tax = taxes.of(line.tax_category, line.tax_rate, order_line)
    product = order_line.product_id
    quantity = Fraction(line.quantity.value)
    vals = {
        "name": line.item.name or line.item.seller_code or line.number,
        "integration_item_code": line.item.seller_code,
        "integration_gtin": line.item.gtin,
        "tax_ids": [fields.Command.set(tax.ids)],
    }
    if order_line:
        uom, factor = arrival.quantity(line.quantity, order_line)
        quantity *= factor
        vals.update(product_id=product.id, purchase_line_id=order_line.id, product_uom_id=uom.id)
    net = _net_price(arrival, line, order_line, quantity)
    vals["quantity"] = float(quantity)
    vals["price_unit"] = price_with_included(float(net), tax, product)
    return vals


def _order_line(arrival, line):
    """The order line it bills, or none where the line names no order; a wrong reference is never dropped."""
    number = line.order_number or arrival.document.order_number
    if not number:
        return arrival.env["purchase.order.line"]
    return arrival.order_line(arrival.order(number), line.order_line, line.item)


def _net_price(arrival, line, order_line, quantity):
    """Per unit of the bill line, of which there are ``quantity``; the line's charges and allowances in it."""
    if line.amount is not None and quantity and (line.charges or line.price is None):
        return Fraction(line.amount) / quantity
    if line.price is None:
        raise BusinessError(
            arrival.env._("%s has a line without price and amount.", arrival.document.number),
            "unreadable",
        )
    return Fraction(line.price.value) / _priced(arrival, line, order_line)


def _priced(arrival, line, order_line):
    """How many units of the bill line the line's price is for."""
    per = line.price.per
    value = Fraction(per.value) if per else Fraction(1)
    said = per if per and per.unit else line.quantity
    if order_line:
        uom, _factor = arrival.quantity(line.quantity, order_line)
        per_uom, factor = arrival.quantity(said, order_line)
        return value * factor * ratio(per_uom, uom)
    if said.unit != line.quantity.unit:
        raise BusinessError(
            arrival.env._(
                "%(number)s has a price per %(per)s for a quantity in %(unit)s, and no order to compare.",
                number=arrival.document.number,
                per=said.unit,
                unit=line.quantity.unit or "-",
            ),
            "unknown_unit",
        )
    return value


def _charge_vals(arrival, taxes, charge):
    sign = 1 if charge.kind == "charge" else -1
    no_line = arrival.env["purchase.order.line"]
    tax = arrival.env["account.tax"]
    if charge.tax:
        tax = taxes.of(charge.tax.category, charge.tax.rate, no_line)
    mappings = arrival.mappings
    account = mappings.record("account", charge.code)
    cost_centre = mappings.record("cost_centre", charge.code)
    reason = charge.reason or mappings.words("reason", charge.code)
    return {
        "name": reason or charge.kind,
        # Where nobody said which, Odoo takes those of the journal and its distribution models.
        **({"account_id": account.id} if account else {}),
        **({"analytic_distribution": {str(cost_centre.id): 100}} if cost_centre else {}),
        "integration_charge": charge.code or charge.kind,
        "quantity": 1,
        "price_unit": price_with_included(
            sign * float(charge.amount), tax, arrival.env["product.product"]
        ),
        "tax_ids": [fields.Command.set(tax.ids)],
    }
