"""What the suppliers of some orders were told, read at once."""

from ..core import told
from ..core.order_changes import agreed, from_json, to_json


class Knowledge:
    """The rows of ``purchase.order.change`` of ``orders`` with their messages; decided in ``core/told.py``.

    Rows and messages come with sudo: buyers have no rights on them, and only those of their orders are read.
    """

    def __init__(self, orders):
        env = orders.env
        self.orders = orders
        # sudo: see above.
        self._rows = (
            env["purchase.order.change"].sudo().search([("order_id", "in", orders.ids)], order="id")
        ).grouped(lambda row: row.order_id.id)
        # sudo: see above. The oldest first: an operator may have sent one again.
        messages = (
            env["integration.message"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", orders._name),
                    ("res_id", "in", orders.ids),
                    ("direction", "=", "out"),
                ],
                ["res_id", "document_type", "revision", "state", "attempt_count"],
                order="id",
            )
        )
        self._messages = messages.grouped(lambda m: (m.res_id, m.document_type, m.revision))
        self._tried = _tried(messages)
        # sudo: see above; an empty one.
        self._none = env["purchase.order.change"].sudo()

    def rows(self, order):
        return self._rows.get(order._origin.id, self._none)

    def entries(self, order):
        return [self.entry(row) for row in self.rows(order)]

    def entry(self, row):
        sendings = tuple(
            told.Sending(message.state, message.id in self._tried) for message in self.messages(row)
        )
        return told.Entry(row.kind, row.number, row.state, sendings)

    def messages(self, row):
        """All messages that carried the row, newest last."""
        key = (row.order_id.id, row._document_type(), row.number)
        return self._messages.get(key, row.message_id)

    def unsent_messages(self, row):
        return self.messages(row).filtered(
            lambda message: told.unsent(told.Sending(message.state, message.id in self._tried))
        )

    def known(self, order):
        """The row whose terms the supplier knows; empty where it knows of no order."""
        position = told.known(self.entries(order))
        return self._none if position is None else self.rows(order)[position]

    def open(self, order):
        """The rows that wait to be told, oldest first."""
        rows = self.rows(order)
        return self._none.union(*(rows[i] for i in told.replaceable(self.entries(order))))

    def by_phone(self, order):
        return told.by_phone(self.entries(order))

    def progress(self, row):
        return told.progress(self.entry(row))

    def may_be_phoned(self, row):
        return told.may_be_phoned(self.entry(row))

    def next_number(self, order):
        return told.next_number(self.entries(order))

    def answered(self, order, number):
        position = told.answered(self.entries(order), number)
        return self._none if position is None else self.rows(order)[position]

    def agree(self, order, lines):
        """Both sides agreed on other terms of lines; ``lines``: {number: {term: value}}."""
        row = self.known(order)
        if row and lines:
            row.terms = to_json(agreed(from_json(row.terms), lines))

    def supersede(self, orders):
        """Changes that still wait for an answer are overtaken by what the suppliers are told now."""
        overtaken = self._none.union(
            *(
                row
                for order in orders
                for row, entry in zip(self.rows(order), self.entries(order), strict=True)
                if row.kind == "change" and told.waits(entry)
            )
        )
        overtaken.write({"state": "superseded"})

    def all_terms(self):
        """{order id: all terms its rows ever had}."""
        return {
            order_id: [from_json(row.terms) for row in rows]
            for order_id, rows in self._rows.items()
        }


def _tried(messages):
    """Ids of those for which a call was begun. A replay counts attempts anew, so the attempts are asked too."""
    counted = {message.id for message in messages if message.attempt_count}
    asked = messages.filtered(
        lambda message: message.state in told.NOT_YET_SENT and not message.attempt_count
    )
    if not asked:
        return counted
    groups = asked.env["integration.attempt"]._read_group(
        [("message_id", "in", asked.ids)], ["message_id"]
    )
    return counted | {message.id for (message,) in groups}
