"""What a document became, as tables: lines of the answer, the shipment or the draft bill; what it does to orders."""

from . import page

# What an order line has that a supplier's document may change.
WATCHED = ("product_qty", "price_unit", "date_planned")


class OrderLines:
    """Order lines before a document is applied; ``changes`` tells what it did to them."""

    def __init__(self, orders):
        self._lines = [line for order in orders for line in order.order_line]
        self._before = {line: _watched(line) for line in self._lines}

    def changes(self):
        """[[order, line, field, before, after], …]"""
        rows = []
        for line, before in self._before.items():
            for name, was, now in zip(WATCHED, before, _watched(line), strict=True):
                if was != now:
                    label = line._fields[name]._description_string(line.env)
                    rows.append([line.order_id.name, line.product_id.display_name, label, was, now])
        return rows


def _watched(line):
    # sudo: read for the preview of an operator, who may not be a buyer.
    return [line.sudo()[name] for name in WATCHED]


def tables_of(env, settled):
    """The effect of one document; ``env`` is that of who looks."""
    message = settled.message
    tables = []
    if message.state == "processed" and message.res_model in EFFECTS:
        record = message.env[message.res_model].browse(message.res_id)
        tables.append(EFFECTS[message.res_model](env, record))
    tables.append(
        page.table(
            "order_lines",
            env._("Order lines that change"),
            [env._("Order"), env._("Product"), env._("Field"), env._("Now"), env._("Then")],
            settled.changed_lines,
        )
    )
    return tables


def _label(env, record, name):
    value = record[name]
    return dict(record._fields[name]._description_selection(env)).get(value, value or "")


def _number(value):
    return f"{value:.10g}"


def _answer(env, acknowledgement):
    return page.table(
        "answer",
        env._("The answer to order %s", acknowledgement.order_id.name),
        [
            env._("Order line"), env._("Product"), env._("Answer"), env._("Ordered"), env._("Confirmed"),
            env._("Promised"), env._("What changes"), env._("Decision"),
        ],
        [
            [
                line.order_line_id.integration_line_number or "-",
                line.product_id.display_name or line.item_text,
                _label(env, line, "status"),
                _number(line.ordered_quantity),
                _number(line.quantity) if line.quantity_said else "",
                line.promised_date,
                line.explanation,
                _label(env, line, "decision"),
            ]
            for line in acknowledgement.line_ids
        ],
        env._("An answer without lines accepts or refuses the order as a whole: %s", acknowledgement.status)
        if not acknowledgement.line_ids
        else "",
    )  # fmt: skip


def _shipment(env, shipment):
    receipts = ", ".join(shipment.picking_ids.mapped("name"))
    return page.table(
        "shipment",
        env._("The shipment"),
        [
            env._("Order"), env._("Product"), env._("Shipped"), env._("Unit"), env._("Still to come"),
            env._("Lot"), env._("Expiry"), env._("Package"),
        ],
        [
            [
                line.order_id.name,
                line.product_id.display_name,
                _number(line.quantity),
                line.uom_id.name,
                _number(line.outstanding),
                line.lot,
                line.expiry,
                line.package,
            ]
            for line in shipment.line_ids
        ],
        env._("Prefills the receipts %s; nothing is marked as done.", receipts) if receipts else "",
    )  # fmt: skip


def _bill(env, bill):
    return page.table(
        "bill",
        env._("The draft bill"),
        [
            env._("Label"), env._("Product"), env._("Quantity"), env._("Unit"), env._("Price"),
            env._("Taxes"), env._("Amount"), env._("Order"),
        ],
        [
            [
                line.name,
                line.product_id.display_name,
                _number(line.quantity),
                line.product_uom_id.name,
                _number(line.price_unit),
                ", ".join(line.tax_ids.mapped("name")),
                f"{line.price_subtotal:.2f}",
                line.purchase_line_id.order_id.name,
            ]
            for line in bill.invoice_line_ids
        ],
        env._(
            "Without tax %(untaxed).2f, with tax %(total).2f %(currency)s.",
            untaxed=bill.amount_untaxed,
            total=bill.amount_total,
            currency=bill.currency_id.name,
        ),
    )  # fmt: skip


# {model that a document becomes: its lines}
EFFECTS = {
    "purchase.acknowledgement": _answer,
    "purchase.shipment": _shipment,
    "account.move": _bill,
}
