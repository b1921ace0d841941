"""Which saves may change what a supplier sees, and when that is decided: once, when the save is complete.

A save is a transaction: what it wrote in many steps is told as one change. It is decided at the end of a write on
the order, so that the form shows at once what will be told, and before the commit for whatever was written since
(lines one by one, an import, other code). Deciding again replaces what was decided before in the same
transaction, for that cannot have been sent. A savepoint that is rolled back takes with it what was written in it,
and the reminder to decide on that; what was written before the savepoint is decided on when it begins.
"""

from functools import partial

from odoo.tools.misc import clean_context

from .tell_changes import tell_changes

# What a line's or an order's terms are read from; whatever else is written changes nothing that is sent.
LINE_FIELDS = frozenset(
    {
        "order_id",
        "product_id",
        "product_qty",
        "product_uom_id",
        "price_unit",
        "discount",
        "tax_ids",
        "date_planned",
    }
)
ORDER_FIELDS = frozenset(
    {"order_line", "picking_type_id", "dest_address_id", "currency_id", "partner_id"}
)
# In the context of writes that both sides have agreed on already.
AGREED = "healthcare_supplier_agreed"
_SAVED = "healthcare_procurement_connector.saved_orders"


def note_save(orders):
    """Remembers that the orders must be compared with what their suppliers know."""
    env = orders.env
    if env.context.get(AGREED):
        return
    confirmed = orders.filtered(lambda order: order.state == "purchase")
    if not confirmed:
        return
    precommit = env.cr.precommit
    if _SAVED not in precommit.data:
        precommit.data[_SAVED] = set()
        precommit.add(partial(decide, env))
    precommit.data[_SAVED].update(confirmed.ids)


def decide(env):
    """Tells the suppliers of all orders that were saved since the last decision."""
    saved = env.cr.precommit.data.pop(_SAVED, None)
    if saved:
        # A view's default values must not reach what is created by this.
        env = env(context=clean_context(env.context))
        orders = env["purchase.order"].browse(sorted(saved)).exists()
        tell_changes(orders.filtered(lambda order: order.state == "purchase"))
