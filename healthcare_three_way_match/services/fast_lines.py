"""What is stored of a line that is as ordered: known at once, so it is written at once."""

from .fast_rows import net_price_float


def ordered_vals(pair, asked, sequence, label, unit):
    """What ``keeping.line_vals`` says of a line that is as ordered."""
    received = asked.received and pair.three_way
    price = net_price_float(pair.price_unit, pair.discount)
    return {
        "ordered": pair.quantity,
        "received": pair.quantity if received else 0.0,
        "billed_before": 0.0,
        "billed_now": pair.quantity,
        "order_price": price,
        "bill_price": price,
        "sequence": sequence,
        "purchase_line_id": pair.order_line,
        "label": label,
        "unit": unit,
        "receipt_expected": received,
        "accepted": 0.0,
        "inspected": False,
        "price_compared": True,
        "amount": pair.net,
        "price_row_id": asked.price_row,
        "quantity_row_id": asked.quantity_rows[received],
        "way_row_id": asked.way_row,
        "exemption_id": False,
        "rate": 0.0,
        "rate_day": False,
        "rate_basis": False,
    }


class LineTexts:
    """Rows of match lines as COPY takes them.

    What comes again with other lines (a product's name with its unit, a price, what was asked) is put together once.
    """

    COLUMNS = (
        "match_id", "bill_id", "company_id", "bill_line_id", "purchase_line_id", "sequence", "amount",
        "ordered", "received", "billed_before", "billed_now", "receipt_expected", "accepted", "inspected",
        "price_row_id", "quantity_row_id", "way_row_id", "exemption_id",
        "rate", "rate_day", "rate_basis",
        "order_price", "bill_price", "price_compared", "label", "unit",
    )  # fmt: skip
    _QUANTITY, _PRICE, _NAME = slice(7, 21), slice(21, 24), slice(24, 26)

    def __init__(self, written, unit_of, label_of):
        self._texts = {name: written.text(name) for name in self.COLUMNS}
        self._unit_of, self._label_of = unit_of, label_of
        self._quantities, self._prices, self._names = {}, {}, {}

    def other(self, own, pair, vals):
        """A line of which the decision said ``vals``; ``own`` is its match, bill and company."""
        vals = {**vals, "bill_line_id": pair.line}
        return own + "\t" + self._join(vals, self.COLUMNS[3:])

    def as_ordered(self, own, pair, asked, sequence):
        """The same of one that is as ordered."""
        key = (pair.quantity, pair.three_way, asked)
        quantity = self._quantities.get(key)
        if quantity is None:
            quantity = self._quantities[key] = self._part(pair, asked, self._QUANTITY)
        key = (pair.price_unit, pair.discount)
        price = self._prices.get(key)
        if price is None:
            price = self._prices[key] = self._part(pair, asked, self._PRICE)
        key = (pair.product, pair.name, pair.unit)
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = self._part(pair, asked, self._NAME)
        return f"{own}\t{pair.line}\t{pair.order_line}\t{sequence}\t{pair.net}\t{quantity}\t{price}\t{name}"

    def _part(self, pair, asked, part):
        unit = self._unit_of(pair.unit).name
        vals = ordered_vals(pair, asked, 0, self._label_of(pair), unit)
        return self._join(vals, self.COLUMNS[part])

    def _join(self, vals, names):
        return "\t".join([self._texts[name](vals[name]) for name in names])
