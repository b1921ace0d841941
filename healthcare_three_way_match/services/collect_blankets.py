"""Blanket orders and what all bills drew on them. One query, and none where no order is one."""

from collections import defaultdict

from ..core.exact import from_float
from ..core.terms import Blanket, Drawn


def blankets(orders, purchase_types, rank_of, book):
    """``{order: Blanket}`` of those that are blanket orders or draw on one.

    What is billed in another currency than the blanket order's comes with its rates, where its own order is in the
    blanket order's; else it is held for its currency and not counted here.
    """
    drawing = {order: order._match_blanket() for order in orders if order._match_blanket()}
    if not drawing:
        return {}
    every = orders.union(*drawing.values())
    lines = orders.env["account.move.line"].search_fetch(
        [
            "|",
            ("purchase_line_id.order_id", "in", every.ids),
            ("purchase_line_id.order_id.match_blanket_id", "in", every.ids),
            ("parent_state", "!=", "cancel"),
            ("display_type", "=", "product"),
            ("move_id.move_type", "in", purchase_types),
        ],
        ["purchase_line_id", "price_subtotal", "currency_id", "move_id"],
    )
    drawn = defaultdict(list)
    ranks = rank_of(lines.move_id)
    foreign = lines.filtered(lambda line: line.currency_id != line.purchase_line_id.currency_id)
    arrivals = _arrivals(foreign.purchase_line_id)
    for line in lines:
        blanket = line.purchase_line_id.order_id._match_blanket()
        credit = line.move_id.move_type == "in_refund"
        order_line, rates = line.purchase_line_id, None
        if credit and line.move_id.state != "posted":
            continue
        if line.currency_id != blanket.currency_id:
            if order_line.currency_id != blanket.currency_id:
                continue
            rates = book.rates(order_line, line.move_id, arrivals[order_line])
        amount = from_float(line.price_subtotal)
        drawn[blanket].append(
            Drawn(
                line.move_id.id,
                ranks[line.move_id],
                -amount if credit else amount,
                line.move_id.reversed_entry_id.id or None,
                rates,
                order_line.qty_received_method == "stock_moves",
                credit,
            )
        )
    return {order: _core(blanket, drawn[blanket]) for order, blanket in drawing.items()}


def _arrivals(order_lines):
    """``{order line: [day of a receipt]}``; no query where there are none."""
    found = defaultdict(list)
    if order_lines:
        moves = order_lines.env["stock.move"].search_fetch(
            [("purchase_line_id", "in", order_lines.ids), ("state", "=", "done")],
            ["purchase_line_id", "date", "location_dest_id"],
        )
        for move in moves:
            if not move._is_purchase_return():
                found[move.purchase_line_id].append(move.date.date())
    return found


def _core(blanket, drawn):
    return Blanket(
        key=blanket.id,
        name=blanket.name,
        currency=blanket.currency_id.name,
        value=from_float(blanket.match_blanket_value) if blanket.match_blanket_value else None,
        start=blanket.match_blanket_from or None,
        end=blanket.match_blanket_to or None,
        drawn=tuple(drawn),
    )
