"""What somebody beside the buyer stands for: approved changes, and the supplier's own answers."""

from collections import defaultdict

from ..core.amendments import Confirmed
from ..core.exact import exact, from_float
from .stored import stored_fraction

# Answers that hold: as ordered when they came, or accepted since.
HOLDING = ("not_needed", "accepted")


def confirmed_terms(order_lines, unit_of):
    """``{order line: [Confirmed]}``: one query for the approvals, one for the answers."""
    found = defaultdict(list)
    if not order_lines:
        return found
    env = order_lines.env
    amendments = env["purchase.match.amendment"].search_fetch(
        [("order_line_id", "in", order_lines.ids)], ["order_line_id", "term", "value", "uom_id"]
    )
    for row in amendments:
        value, unit = stored_fraction({"value": row.value}, "value"), unit_of(row.uom_id)
        price = unit.price_to_base(value) if row.term == "price" else None
        quantity = unit.to_base(value) if row.term == "quantity" else None
        found[row.order_line_id].append(Confirmed(price, quantity))
    answers = env["purchase.acknowledgement.line"].search_fetch(
        [
            ("order_line_id", "in", order_lines.ids),
            ("decision", "in", HOLDING),
            # What came from the supplier, whoever else may have written an answer down.
            ("acknowledgement_id.message_id", "!=", False),
        ],
        ["order_line_id", "price_said", "price", "quantity_said", "quantity"],
    )
    for answer in answers:
        unit = unit_of(answer.order_line_id.product_uom_id)
        price = unit.price_to_base(from_float(answer.price)) if answer.price_said else None
        quantity = unit.to_base(exact(from_float(answer.quantity)))
        found[answer.order_line_id].append(
            Confirmed(price, quantity if answer.quantity_said else None)
        )
    return found
