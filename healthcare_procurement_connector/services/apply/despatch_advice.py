"""A despatch advice becomes a shipment and prefills the receipts; it never marks anything as done."""

from fractions import Fraction

from odoo import fields

from ...core.documents import Lot
from ...core.exceptions import BusinessError
from ...core.facts import Fact
from ..units import ratio


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
    shipment.picking_ids = _prefill(shipment.sudo(False))
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
    """One shipment line per lot, in the order line's unit."""
    if line.quantity is None:
        raise BusinessError(
            arrival.env._("%s has a line without a quantity.", arrival.document.number),
            "unreadable",
        )
    uom, factor = arrival.quantity(line.quantity, order_line)
    to_order_unit = factor * ratio(uom, order_line.product_uom_id)
    package = packages.get(line.package)
    lots = line.lots or (Lot(quantity=line.quantity),)
    for lot, quantity in zip(lots, _lot_quantities(arrival, line, lots), strict=True):
        yield {
            "order_line_id": order_line.id,
            "uom_id": order_line.product_uom_id.id,
            "quantity": float(quantity * to_order_unit),
            "outstanding": float(Fraction(line.outstanding.value) * to_order_unit)
            if line.outstanding
            else 0,
            "lot": lot.serial or lot.lot,
            "expiry": lot.expiry,
            "package": (package.sscc or package.id) if package else None,
        }


def _lot_quantities(arrival, line, lots):
    """A line with one lot is all of that lot; with several, each must say how much."""
    if len(lots) == 1:
        return [Fraction(line.quantity.value)]
    if any(lot.serial for lot in lots) and len(lots) == line.quantity.value:
        return [Fraction(1)] * len(lots)
    quantities = [Fraction(lot.quantity.value) if lot.quantity else None for lot in lots]
    if None in quantities or sum(quantities) != line.quantity.value:
        raise BusinessError(
            arrival.env._(
                "%s does not say how much of each lot it holds.", arrival.document.number
            ),
            "shipment",
        )
    return quantities


def _prefill(shipment):
    """Writes lots, expiry dates and packages into the open receipts; returns these.

    What an earlier notice prefilled stays. What no notice announces is not counted on this receipt.
    """
    env = shipment.env
    moves = shipment.line_ids.order_line_id.move_ids.filtered(
        lambda move: move.state not in ("done", "cancel") and move.picking_code == "incoming"
    )
    pickings = moves.picking_id
    unannounced = pickings.move_line_ids.filtered(
        lambda line: not line.shipment_line_id and not line.picked
    )
    unannounced.unlink()
    packages = _packages(env, shipment)
    env["stock.move.line"].create(
        [
            _move_line_vals(line, move, packages)
            for line in shipment.line_ids
            for move in moves.filtered(
                lambda m, line=line: m.purchase_line_id == line.order_line_id
            )[:1]
        ]
    )
    return pickings


def _packages(env, shipment):
    """{SSCC: package}, found or created."""
    names = set(shipment.line_ids.filtered("package").mapped("package"))
    known = env["stock.package"].search([("name", "in", list(names))])
    packages = {package.name: package for package in known}
    missing = sorted(names - set(packages))
    for package in env["stock.package"].create([{"name": name} for name in missing]):
        packages[package.name] = package
    return packages


def _move_line_vals(line, move, packages):
    vals = {
        "move_id": move.id,
        "picking_id": move.picking_id.id,
        "product_id": move.product_id.id,
        "product_uom_id": line.uom_id.id,
        "location_id": move.location_id.id,
        "location_dest_id": move.location_dest_id.id,
        "company_id": move.company_id.id,
        "quantity": line.quantity,
        "picked": False,
        "shipment_line_id": line.id,
    }
    if move.has_tracking != "none":
        vals["lot_name"] = line.lot
    if line.expiry and move.product_id.use_expiration_date:
        vals["expiration_date"] = fields.Datetime.to_datetime(line.expiry).replace(hour=12)
    if line.package:
        vals["result_package_id"] = packages[line.package].id
    return vals


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
