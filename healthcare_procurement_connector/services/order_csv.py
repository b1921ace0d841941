"""An order as CSV, for people with a spreadsheet: one row a line, no cell that becomes a formula."""

import csv
import io

from ..core.file_parts import safe_cell


def order_csv(env, document):
    """UTF-8 with a byte order mark, so that spreadsheets take it for what it is."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_titles(env))
    for line in document.lines or (None,):
        writer.writerow(_row(document, line))
    return text.getvalue().encode("utf-8-sig")


def _titles(env):
    return [
        env._("Document"),
        env._("Order"),
        env._("Line"),
        env._("GTIN"),
        env._("Supplier's code"),
        env._("Our code"),
        env._("Description"),
        env._("Quantity"),
        env._("Unit"),
        env._("Price"),
        env._("Amount"),
        env._("Currency"),
        env._("Requested for"),
        env._("Note"),
    ]


def _row(document, line):
    order = getattr(document, "order_number", None) or document.number
    if line is None:
        return [safe_cell(document.number), safe_cell(order), *[""] * 11, _text(document.note)]
    item, period = line.item, line.requested_delivery
    return [
        safe_cell(document.number),
        safe_cell(order),
        _text(line.number),
        _text(item.gtin),
        _text(item.seller_code),
        _text(item.buyer_code),
        _text(item.name),
        line.quantity.value,
        _text(line.quantity.unit),
        line.price.value if line.price else "",
        "" if line.amount is None else line.amount,
        _text(document.currency),
        (period.end or period.start or "") if period else "",
        _text(line.note),
    ]


def _text(value):
    return safe_cell(value) if value else ""
