"""Purchase orders as what a supplier sees of them."""

from ..core.order_changes import LineTerms, OrderTerms, next_line_number
from .numbers import exact, plain
from .prices import net_price


def sent_lines(order):
    """The lines a supplier gets to see: goods and services, no sections, notes or down payments."""
    return order.order_line.filtered(lambda line: not line.display_type and not line.is_downpayment)


def destination(order):
    """Where the goods go: a patient or customer of a drop shipment, else the care site."""
    return order.dest_address_id or order.picking_type_id.warehouse_id.partner_id


def terms_of_all(orders):
    """{order id: terms} of many orders, their lines read at once."""
    orders.order_line.fetch(
        ["tax_ids"]
    )  # else read order by order: filtered() narrows what is prefetched
    return {order.id: terms_of(order) for order in orders}


def terms_of(order):
    """The order as it stands; its lines must have their numbers."""
    place = destination(order)
    return OrderTerms(
        lines=tuple(_line(line) for line in sent_lines(order)),
        currency=order.currency_id.name,
        deliver_to=place.id or 0,
        place=place.display_name or "",
    )


def number_lines(orders, told):
    """Line numbers are given once: what the supplier answers to must keep its name, and no other line gets it.

    ``told``: {order id: terms it ever had}; they remember the numbers of lines that were deleted.
    """
    for order in orders:
        lines = sent_lines(order)
        unnumbered = lines.filtered(lambda line: not line.integration_line_number)
        if not unnumbered:
            continue
        last = max(lines.mapped("integration_line_number"), default=0)
        first = max(next_line_number(told.get(order.id, ())), last + 1)
        for number, line in enumerate(unnumbered, first):
            line.integration_line_number = number


def _line(line):
    return LineTerms(
        number=str(line.integration_line_number),
        item=line.product_id.id or 0,
        unit=line.product_uom_id.id or 0,
        quantity=plain(exact(line, "product_qty")),
        price=plain(net_price(line)),
        day=line.date_planned.date() if line.date_planned else None,
        name=line.product_id.display_name or "",
        unit_name=line.product_uom_id.name or "",
    )
