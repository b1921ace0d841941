"""A despatch advice becomes a shipment and prefills the receipts; it never marks anything as done."""

from fractions import Fraction

from odoo import fields
from odoo.tools import groupby

from ...core.documents import Lot
from ...core.exceptions import BusinessError
from ...core.facts import Fact
from ..lot_warnings import warn_of_lots
from ..units import ratio
from .receipt_prefill import in_unit, prefill


def apply_despatch_advice(arrival):
    document = arrival.document
    lines = _order_lines(arrival)
    packages = {package.id: package for package in document.packages}
    # sudo: shipments are closed to writes by hand; who may announce them was checked on arrival.
    shipment = (
        arrival.env["purchase.shipment"]
        .sudo()
        .create(
            {
                "number": document.number,
                "partner_id": arrival.supplier.id,
                "company_id": arrival.company.id,
                "message_id": arrival.message.id,
                "business_ref": arrival.business_ref,
                "issued": document.issued,
                "shipped": document.shipped,
                "expected": _expected(document),
                "carrier": document.carrier,
                "tracking": document.tracking,
                "line_ids": [
                    fields.Command.create(vals)
                    for line, order_line in lines
                    for vals in _line_vals(arrival, line, order_line, packages)
                ],
            }
        )
    )
    shipment.picking_ids, misfits = prefill(shipment.sudo(False))
    if misfits:
        _ask_the_buyers(arrival, shipment, misfits)
    warn_of_lots(arrival, shipment.sudo(False))
    _tell(arrival, shipment)
    return shipment.sudo(False)


def _order_lines(arrival):
    """[(document line, order line)]; every line must belong to an order of this supplier."""
    document = arrival.document
    numbers = {line.order_number or document.order_number for line in document.lines}
    orders = {number: arrival.order(number) for number in sorted(numbers, key=str)}
    return [
        (
            line,
            arrival.order_line(
                orders[line.order_number or document.order_number], line.order_line, line.item
            ),
        )
        for line in document.lines
    ]


def _expected(document):
    return (document.expected.end or document.expected.start) if document.expected else None


def _line_vals(arrival, line, order_line, packages):
    """One shipment line per lot or serial number."""
    if line.quantity is None:
        raise BusinessError(
            arrival.env._("%s has a line without a quantity.", arrival.document.number),
            "unreadable",
        )
    uom, factor = arrival.quantity(line.quantity, order_line)
    product = order_line.product_id
    to_product_unit = factor * ratio(uom, product.uom_id)
    package = packages.get(line.package)
    outstanding = line.outstanding.value if line.outstanding else 0
    for lot, quantity in _lots(arrival, line, product, to_product_unit):
        unit, held = in_unit(quantity, order_line.product_uom_id, product)
        yield {
            "order_line_id": order_line.id,
            "uom_id": unit.id,
            "quantity": float(held),
            "outstanding": float(
                Fraction(outstanding) * to_product_unit / ratio(unit, product.uom_id)
            ),
            "lot": lot.serial or lot.lot,
            "expiry": lot.expiry,
            # A package's id is the document's own; only its SSCC names it in the world.
            "package": package.sscc if package else None,
        }


def _lots(arrival, line, product, to_product_unit):
    """[(lot, quantity in the product's unit)] of a document's line."""
    total = Fraction(line.quantity.value) * to_product_unit
    if product.tracking == "serial":
        return _serials(line.lots, total)
    lots = line.lots or (Lot(),)
    if len(lots) == 1:
        return [(lots[0], total)]
    if any(lot.serial for lot in lots) and len(lots) == line.quantity.value:
        return [(lot, to_product_unit) for lot in lots]
    quantities = [Fraction(lot.quantity.value) if lot.quantity else None for lot in lots]
    if None in quantities or sum(quantities) != line.quantity.value:
        raise BusinessError(
            arrival.env._(
                "%s does not say how much of each lot it holds.", arrival.document.number
            ),
            "shipment",
        )
    return [
        (lot, quantity * to_product_unit) for lot, quantity in zip(lots, quantities, strict=True)
    ]


def _serials(lots, total):
    """One piece per serial number; pieces without a number, and numbers without a piece, are kept as such."""
    rest = total
    for lot in lots:
        piece = min(rest, Fraction(1))
        rest -= piece
        yield lot, piece
    if rest:
        yield Lot(), rest


def _ask_the_buyers(arrival, shipment, misfits):
    """What does not fit the receipts is for the buyer of each order, before the truck arrives."""
    arrival.env["integration.exception"]._raise(
        [
            {
                "code": "shipment",
                "summary": arrival.env._(
                    "%(number)s of %(supplier)s does not fit the receipts of %(order)s: %(lines)s.",
                    number=shipment.number,
                    supplier=arrival.supplier.name,
                    order=order.name,
                    lines="; ".join(misfits[line] for line in lines),
                ),
                "message_id": arrival.message.id,
                "company_id": order.company_id.id,
                "partner_id": arrival.supplier.id,
                "business_ref": order.business_ref,
                "res_model": order._name,
                "res_id": order.id,
                "user_id": order.user_id.id,
            }
            for order, lines in groupby(misfits, lambda line: line.order_id)
        ]
    )


def _tell(arrival, shipment):
    arrival.env["integration.fact"]._record(
        [
            Fact(
                type="shipment.announced",
                subject=shipment.number,
                company_id=arrival.company.id,
                occurred=fields.Datetime.now(),
                business_ref=shipment.business_ref or None,
                data={
                    "orders": shipment.line_ids.order_id.mapped("name"),
                    "lines": len(shipment.line_ids),
                    "expected": fields.Date.to_string(shipment.expected) or None,
                },
            )
        ]
    )
