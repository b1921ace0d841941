"""What happened to goods beside their arrival: inspection, lots, what was announced. One query per source."""

from collections import defaultdict
from fractions import Fraction

from ..core.exact import from_float
from ..core.lines import Moved
from ..core.lots import ArrivedLot, Lot, lot_key


def accepted(order_lines, moves, unit_of):
    """``{order line: (Moved, …)}`` of what passed the inspection; lines that nobody inspects are left out.

    ``moves`` is ``{finished move of an order line: +1 received or -1 returned}``.
    """
    found = order_lines._match_accepted(moves) if moves else {}
    return {
        line: tuple(Moved(from_float(quantity), unit_of(unit)) for quantity, unit in parts)
        for line, parts in found.items()
    }


def arrived_lots(moves, unit_of):
    """``{order line: (ArrivedLot, …)}``: what of each lot came and stayed."""
    tracked = [move for move in moves if move.product_id.tracking != "none"]
    found = defaultdict(tuple)
    if not tracked:
        return found
    rows = (
        tracked[0]
        .env["stock.move.line"]
        .search_fetch(
            [("move_id", "in", [move.id for move in tracked]), ("lot_id", "!=", False)],
            ["move_id", "lot_id", "quantity", "product_uom_id"],
        )
    )
    quantities, days, lots = defaultdict(Fraction), {}, {}
    for row in rows:
        key = row.move_id.purchase_line_id, lot_key(row.lot_id.name)
        quantity = unit_of(row.product_uom_id).to_base(from_float(row.quantity))
        quantities[key] += moves[row.move_id] * quantity
        if moves[row.move_id] > 0:
            day = row.move_id.date.date()
            days[key], lots[key] = max(days.get(key, day), day), row.lot_id
    for key, lot in lots.items():
        if quantities[key] > 0:
            expiry = lot.expiration_date.date() if lot.expiration_date else None
            found[key[0]] += (ArrivedLot(lot.name, quantities[key], days[key], expiry),)
    return found


def used_lots(order_lines, unit_of):
    """``{order line: (ArrivedLot, …)}``: what of each lot was used before its order; no query where nothing was."""
    bill_only = order_lines.filtered(lambda line: line.order_id.match_bill_only)
    found = defaultdict(tuple)
    if not bill_only:
        return found
    rows = order_lines.env["purchase.usage.report.line"].search_fetch(
        [("order_line_id", "in", bill_only.ids), ("lot", "!=", False)],
        ["order_line_id", "lot", "expiry", "quantity", "product_uom_id", "report_id"],
    )
    for row in rows:
        quantity = unit_of(row.product_uom_id).to_base(from_float(row.quantity))
        day = row.report_id.used_on
        found[row.order_line_id] += (ArrivedLot(row.lot, quantity, day, row.expiry or None),)
    return found


def announced_lots(order_lines, unit_of):
    """``{order line: (Lot, …)}``: the lots of despatch advices that were not replaced by later ones."""
    tracked = order_lines.filtered(lambda line: line.product_id.tracking != "none")
    found = defaultdict(tuple)
    if not tracked:
        return found
    rows = order_lines.env["purchase.shipment.line"].search_fetch(
        [
            ("order_line_id", "in", tracked.ids),
            ("lot", "!=", False),
            ("shipment_id.superseded_by_id", "=", False),
        ],
        ["order_line_id", "lot", "expiry", "quantity", "uom_id"],
    )
    for row in rows:
        line = row.order_line_id
        unit = unit_of(row.uom_id or line.product_uom_id)
        quantity = unit.to_base(from_float(row.quantity))
        found[line] += (Lot(row.lot, row.expiry or None, quantity),)
    return found
