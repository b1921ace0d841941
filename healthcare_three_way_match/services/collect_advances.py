"""Down payments, and the other lines of their orders. One query, and no more where nothing was paid ahead."""

from dataclasses import replace

from ..core.lines import Advance


def down_payments(orders):
    """The lines of these orders that are down payments."""
    return orders.env["purchase.order.line"].search_fetch(
        [
            ("order_id", "in", orders.ids),
            ("is_downpayment", "=", True),
            ("display_type", "=", False),
        ],
        ["order_id"],
    )


def all_lines(orders):
    """What was bought and what was paid ahead."""
    return orders.order_line.filtered(lambda line: not line.display_type)


def with_advances(found, orders):
    """``{order line: core OrderLine}`` with what was paid ahead; ``found`` has all lines of ``orders``."""
    told = dict(found)
    for order in orders:
        lines = all_lines(order)
        downs = lines.filtered("is_downpayment")
        advance = Advance(
            order.id,
            order.name,
            downs=tuple(found[line] for line in downs),
            goods=tuple(found[line] for line in lines - downs),
        )
        told |= {line: replace(found[line], advance=advance) for line in lines}
    return told
