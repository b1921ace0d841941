"""Asks about lots of a ship notice that are recalled, expired or short-dated, before the truck arrives."""

from odoo import fields
from odoo.tools import groupby

from ..core.lot_checks import EXPIRED, RECALLED, AnnouncedLot, Recall, finding


def warn_of_lots(arrival, shipment):
    """One exception for each order that has such lots; recalls and shelf lives are read once for the notice."""
    env = arrival.env
    lines = shipment.line_ids.filtered(lambda line: line.lot or line.expiry)
    if not lines:
        return
    products = lines.order_line_id.product_id
    # sudo: recalls and shelf lives are looked at for the check and shown to nobody.
    recalls = [
        Recall(row.product_id.id, row.lot or None)
        for row in env["integration.recall"]
        .sudo()
        .search(
            [
                ("product_id", "in", products.ids),
                ("company_id", "in", [False, arrival.company.id]),
            ]
        )
    ]
    day = max(shipment.expected or fields.Date.today(), fields.Date.today())
    found = {}
    for line in lines:
        product = line.order_line_id.product_id
        lot = AnnouncedLot(
            product.id, line.lot or None, line.expiry or None, product.minimum_shelf_life
        )
        what = finding(lot, recalls, day)
        if what:
            found[line] = what
    _ask(arrival, shipment, found, day)


def _ask(arrival, shipment, found, day):
    env = arrival.env
    env["integration.exception"]._raise(
        [
            {
                "code": "lot_recalled"
                if any(found[line] == RECALLED for line in lines)
                else "lot_short_dated",
                "summary": env._(
                    "%(number)s of %(supplier)s, due %(day)s, order %(order)s: %(lots)s.",
                    number=shipment.number,
                    supplier=arrival.supplier.name,
                    day=fields.Date.to_string(day),
                    order=order.name,
                    lots="; ".join(_words(line, found[line]) for line in lines),
                ),
                "message_id": arrival.message.id,
                "company_id": order.company_id.id,
                "partner_id": arrival.supplier.id,
                "business_ref": order.business_ref,
                "res_model": shipment._name,
                "res_id": shipment.id,
                "user_id": order.user_id.id,
            }
            for order, lines in groupby(found, lambda line: line.order_id)
        ]
    )


def _words(line, what):
    env = line.env
    values = {
        "product": line.order_line_id.product_id.name,
        "lot": line.lot or "-",
        "expiry": fields.Date.to_string(line.expiry) or "-",
    }
    if what == RECALLED:
        return env._("%(product)s, lot %(lot)s is recalled", **values)
    if what == EXPIRED:
        return env._("%(product)s, lot %(lot)s expires on %(expiry)s, before it arrives", **values)
    return env._("%(product)s, lot %(lot)s expires on %(expiry)s, too soon", **values)
