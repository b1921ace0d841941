"""Prefills open receipts with what a shipment announces.

What a person counted or an earlier notice announced stays. What does not fit as a whole is not prefilled at
all: a receiver must not be led to confirm more than was ordered.
"""

from fractions import Fraction

from odoo import fields

from ..numbers import exact
from ..units import ratio

# What a person or an earlier notice leaves on a line of a receipt.
WORKED_ON = ("shipment_line_id", "picked", "lot_id", "lot_name", "result_package_id")


def prefill(shipment):
    """Writes lots, expiry dates and packages into the open receipts.

    Returns these receipts, and {order line: in words, why its part does not fit}. What no notice announces is
    not counted on a receipt that was prefilled.
    """
    open_moves = _open_moves(shipment.line_ids.order_line_id)
    moves_of = open_moves.grouped("purchase_line_id")
    plan, misfits = [], {}
    for order_line, lines in shipment.line_ids.grouped("order_line_id").items():
        rooms = {move: _room(move) for move in moves_of.get(order_line, ())}
        misfit = _misfit(order_line, lines, rooms)
        if misfit:
            misfits[order_line] = f"{order_line.product_id.display_name}: {misfit}"
        else:
            plan += _spread(lines, rooms)
    _drop_untouched(shipment.env, plan, misfits)
    packages = _packages(shipment)
    shipment.env["stock.move.line"].create(
        [_move_line_vals(line, move, quantity, packages) for line, move, quantity in plan]
    )
    return open_moves.picking_id, misfits


def in_unit(quantity, uom, product):
    """(unit, quantity) of so many product units: in ``uom`` if its digits hold it, else in the product's own.

    What has serial numbers is always counted piece by piece.
    """
    held = quantity / ratio(uom, product.uom_id)
    digits = uom.env["decimal.precision"].precision_get("Product Unit")
    if product.tracking != "serial" and (held * 10**digits).denominator == 1:
        return uom, held
    return product.uom_id, quantity


def _open_moves(order_lines):
    return order_lines.move_ids.filtered(
        lambda move: move.state not in ("done", "cancel") and move.picking_code == "incoming"
    ).sorted(lambda move: (move.date, move.id))


def _untouched(move):
    """The lines that Odoo prefilled and nobody has worked on: they add up to what was ordered and say no more."""
    if exact(move, "quantity") != exact(move, "product_uom_qty"):
        return move.move_line_ids.browse()
    return move.move_line_ids.filtered(lambda line: not any(line[name] for name in WORKED_ON))


def _room(move):
    """How many product units may still be announced for it."""
    product_uom = move.product_id.uom_id
    taken = sum(
        Fraction(exact(line, "quantity")) * ratio(line.product_uom_id, product_uom)
        for line in move.move_line_ids - _untouched(move)
    )
    return Fraction(exact(move, "product_uom_qty")) * ratio(move.product_uom, product_uom) - taken


def _misfit(order_line, lines, rooms):
    """In words, why the lines do not fit as a whole, or None."""
    env, product = order_line.env, order_line.product_id
    if not rooms:
        return env._("nothing is open") if product.type == "consu" else None
    if any(move.product_id != product for move in rooms):
        return env._("it is received in parts")
    announced, room = sum(map(_announced, lines)), sum(rooms.values())
    if product.tracking == "serial" and not all(
        line.lot and _announced(line) == 1 for line in lines
    ):
        return env._(
            "%(count)s serial numbers for %(announced)s pieces",
            count=len(lines.filtered("lot")),
            announced=_text(announced),
        )
    if announced > room:
        return env._(
            "%(announced)s announced, %(room)s %(unit)s open",
            announced=_text(announced),
            room=_text(max(room, 0)),
            unit=product.uom_id.name,
        )
    return None


def _announced(line):
    product_uom = line.product_id.uom_id
    return Fraction(exact(line, "quantity")) * ratio(line.uom_id, product_uom)


def _text(quantity):
    return f"{float(quantity):.10g}"


def _spread(lines, rooms):
    """(line, move, product units): each line fills the moves in their order, as far as there is room."""
    rooms = dict(rooms)
    for line in lines:
        rest = _announced(line)
        for move, room in rooms.items():
            part = min(rest, room)
            if part > 0:
                rooms[move] -= part
                rest -= part
                yield line, move, part


def _drop_untouched(env, plan, misfits):
    """On the receipts of the plan; the moves that do not fit are left alone."""
    planned = {move.picking_id for _line, move, _quantity in plan}
    untouched = [
        _untouched(move)
        for picking in planned
        for move in picking.move_ids
        if move.state not in ("done", "cancel")
        and move.purchase_line_id
        and move.purchase_line_id not in misfits
    ]
    env["stock.move.line"].union(*untouched).unlink()


def _packages(shipment):
    """{SSCC: package}, found or created."""
    names = set(shipment.line_ids.filtered("package").mapped("package"))
    packages = shipment.env["stock.package"]
    found = {package.name: package for package in packages.search([("name", "in", list(names))])}
    missing = sorted(names - set(found))
    created = packages.create([{"name": name} for name in missing])
    return found | {package.name: package for package in created}


def _move_line_vals(line, move, quantity, packages):
    uom, held = in_unit(quantity, line.uom_id, move.product_id)
    vals = {
        "move_id": move.id,
        "picking_id": move.picking_id.id,
        "product_id": move.product_id.id,
        "product_uom_id": uom.id,
        "location_id": move.location_id.id,
        "location_dest_id": move.location_dest_id.id,
        "company_id": move.company_id.id,
        "quantity": float(held),
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
