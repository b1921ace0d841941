"""An order response becomes an acknowledgement on the order, line by line, with what the buyer must decide."""

from fractions import Fraction

from odoo import fields

from ...core.acknowledgement import Terms, decision, differences
from ...core.exceptions import BusinessError
from ...core.facts import Fact
from ..answered_changes import Answered
from ..decide_acknowledgement import supersede
from ..numbers import DEFAULT_PLACES, exact
from ..prices import net_price
from ..units import ratio


def apply_order_response(arrival):
    document = arrival.document
    order = arrival.order(document.order_number)
    _check_currency(arrival, order)
    answered = Answered(order, document)
    # sudo: answers are closed to writes by hand; who may speak for the order was checked on arrival.
    acknowledgement = (
        arrival.env["purchase.acknowledgement"]
        .sudo()
        .create(
            {
                "name": document.number,
                "order_id": order.id,
                "message_id": arrival.message.id,
                "issued": document.issued,
                "status": document.status,
                "note": document.note,
                "line_ids": [
                    fields.Command.create(_line_vals(arrival, order, line))
                    for line in answered.lines
                ],
            }
        )
        .sudo(False)
    )
    supersede(acknowledgement)
    answered.settle(acknowledgement)
    if acknowledgement.pending_count:
        _ask_the_buyer(arrival, order, acknowledgement)
    acknowledgement._settle_orders()
    _tell(arrival, order, acknowledgement)
    return acknowledgement


def _check_currency(arrival, order):
    said = arrival.document.currency
    if said not in (None, order.currency_id.name):
        raise BusinessError(
            arrival.env._(
                "%(number)s answers in %(said)s; order %(order)s is in %(currency)s.",
                number=arrival.document.number,
                said=said,
                order=order.name,
                currency=order.currency_id.name,
            ),
            "currency",
        )


def _line_vals(arrival, order, line):
    order_line = arrival.env["purchase.order.line"]
    if line.status != "added":
        order_line = arrival.order_line(order, line.order_line, line.item)
    ordered, answered = _ordered(order_line), _answered(arrival, line, order_line)
    changed = differences(ordered, answered)
    return {
        "order_line_id": order_line.id,
        "status": line.status,
        "ordered_quantity": float(ordered.quantity or 0),
        "ordered_price": float(ordered.price or 0),
        "ordered_date": ordered.day,
        "quantity_said": answered.quantity is not None,
        "price_said": answered.price is not None,
        "quantity": float(answered.quantity or 0),
        "price": float(answered.price or 0),
        "promised_date": answered.day,
        "differs": ",".join(changed),
        "item_text": _item_text(line),
        "reason": arrival.mappings.words("reason", line.reason),
        "decision": decision(line.status, changed),
    }


def _ordered(order_line):
    if not order_line:
        return Terms()
    return Terms(
        quantity=Fraction(exact(order_line, "product_qty")),
        price=Fraction(net_price(order_line)),
        day=order_line.date_planned.date() if order_line.date_planned else None,
    )


def _answered(arrival, line, order_line):
    """The answer in the order line's unit."""
    quantity = price = None
    to_order_unit = Fraction(1)
    if line.quantity is not None and order_line:
        uom, factor = arrival.quantity(line.quantity, order_line)
        to_order_unit = factor * ratio(uom, order_line.product_uom_id)
        quantity = Fraction(line.quantity.value) * to_order_unit
    if line.price is not None:
        price = Fraction(line.price.value)
        per = line.price.per
        if per is not None and order_line:
            per_unit = to_order_unit
            if per.unit:
                uom, factor = arrival.quantity(per, order_line)
                per_unit = factor * ratio(uom, order_line.product_uom_id)
            price /= Fraction(per.value) * per_unit
        else:
            price /= to_order_unit
        price = round(price, DEFAULT_PLACES)  # as what was ordered: 1 for 3 is 0.33333333
    promised = line.promised
    return Terms(quantity, price, (promised.end or promised.start) if promised else None)


def _item_text(line):
    item = line.substitute or line.item
    if item is None:
        return None
    return " ".join(part for part in (item.seller_code or item.gtin, item.name) if part) or None


def _ask_the_buyer(arrival, order, acknowledgement):
    arrival.env["integration.exception"]._raise(
        [
            {
                "code": "acknowledgement",
                "summary": arrival.env._(
                    "%(supplier)s changed %(count)s line(s) of order %(order)s.",
                    supplier=arrival.supplier.name,
                    count=acknowledgement.pending_count,
                    order=order.name,
                ),
                "message_id": arrival.message.id,
                "company_id": order.company_id.id,
                "partner_id": arrival.supplier.id,
                "business_ref": order.business_ref,
                "res_model": order._name,
                "res_id": order.id,
                "user_id": order.user_id.id,
            }
        ]
    )


def _tell(arrival, order, acknowledgement):
    arrival.env["integration.fact"]._record(
        [
            Fact(
                type="order.acknowledged",
                subject=order.name,
                company_id=order.company_id.id,
                occurred=fields.Datetime.now(),
                business_ref=order.business_ref or None,
                data={
                    "status": acknowledgement.status,
                    "lines": [
                        {
                            "order_line": line.order_line_id.integration_line_number or None,
                            "status": line.status,
                            "decision": line.decision,
                        }
                        for line in acknowledgement.line_ids
                    ],
                },
            )
        ]
    )
