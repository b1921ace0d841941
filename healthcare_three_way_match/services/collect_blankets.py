"""Blanket orders and what all bills drew on them. One query, and none where no order is one."""

from collections import defaultdict

from ..core.exact import from_float
from ..core.terms import Blanket, Drawn


def blankets(orders, purchase_types, rank_of):
    """``{order: Blanket}`` of those that are blanket orders or draw on one.

    What is billed in another currency than the blanket order's is held for its currency and not counted here.
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
    for line in lines:
        blanket = line.purchase_line_id.order_id._match_blanket()
        credit = line.move_id.move_type == "in_refund"
        if line.currency_id != blanket.currency_id or (credit and line.move_id.state != "posted"):
            continue
        amount = from_float(line.price_subtotal)
        drawn[blanket].append(
            Drawn(
                line.move_id.id,
                ranks[line.move_id],
                -amount if credit else amount,
                line.move_id.reversed_entry_id.id or None,
            )
        )
    return {order: _core(blanket, drawn[blanket]) for order, blanket in drawing.items()}


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
