"""Which of the things that a supplier was told its answer settles, and how."""

from ..core.acknowledgement import HEADER
from ..core.documents import OrderResponseLine
from ..core.order_changes import from_json, wanted
from ..core.told import ANSWERS, change_number
from . import decide_acknowledgement
from .order_audit import audit, of_rows
from .order_terms import sent_lines
from .supplier_knowledge import Knowledge

REFUSED = {"change": "change_refused", "cancellation": "cancellation_refused"}


class Answered:
    """One answer to one order; ``row`` is what it answers, empty where nothing waits for an answer."""

    def __init__(self, order, document):
        self.order = order
        self.document = document
        self.knowledge = Knowledge(order)
        number = change_number(document.change_number or document.order_number or "", order.name)
        self.row = self.knowledge.answered(order, number)

    @property
    def lines(self):
        """The answers to decide on, line by line.

        An answer without lines stands for all that the supplier knows: lines added since have no number yet. A
        refused change says nothing of the lines: they stay as they were before it. Nor does an answer to a
        cancellation.
        """
        document = self.document
        if self.row.kind == "cancellation":
            return ()
        if document.lines or (self.row.kind == "change" and document.status == "rejected"):
            return document.lines
        return [
            OrderResponseLine(order_line=number, status=HEADER[document.status])
            for number in self._known_numbers()
            if document.status in HEADER
        ]

    def _known_numbers(self):
        row = self.row or self.knowledge.known(self.order)
        if row:
            return sorted(wanted(from_json(row.terms)), key=int)
        return [str(line.integration_line_number) for line in sent_lines(self.order)]

    def settle(self, acknowledgement):
        """Marks what is answered; what was refused, the buyer is asked about."""
        state = ANSWERS.get(self.document.status)
        if self.row and state:
            newest = self.knowledge.rows(self.order).filtered(lambda row: row.state != "withdrawn")
            self._overtake()
            self.row.write({"state": state, "acknowledgement_id": acknowledgement.id})
            audit(of_rows(self.row, state, answer=self.document.number))
            if state == "rejected" and self.row == newest[-1:] and self.row.kind in REFUSED:
                self._ask_the_buyer(acknowledgement)
        if self.order.state == "cancel":
            # Nothing on a cancelled order can be accepted or declined.
            decide_acknowledgement.withdraw(self.order)

    def _overtake(self):
        """Who answers the later one knows the earlier ones."""
        earlier = self.knowledge.rows(self.order).filtered(
            lambda row: row.id < self.row.id and row.state == "pending"
        )
        earlier.write({"state": "superseded"})

    def _ask_the_buyer(self, acknowledgement):
        order, row = self.order, self.row
        env = order.env
        supplier = order.partner_id.commercial_partner_id
        if row.kind == "cancellation":
            summary = env._(
                "%(supplier)s refuses to cancel order %(order)s: %(reason)s",
                supplier=supplier.name,
                order=order.name,
                reason=self.document.note or "-",
            )
        else:
            summary = env._(
                "%(supplier)s refuses change %(number)s of order %(order)s (%(changes)s): %(reason)s",
                supplier=supplier.name,
                number=row.number,
                order=order.name,
                changes="; ".join((row.summary or "").splitlines()),
                reason=self.document.note or "-",
            )
        env["integration.exception"]._raise(
            [
                {
                    "code": REFUSED[row.kind],
                    "summary": summary,
                    "message_id": acknowledgement.message_id.id,
                    "company_id": order.company_id.id,
                    "partner_id": supplier.id,
                    "business_ref": order.business_ref,
                    "res_model": order._name,
                    "res_id": order.id,
                    "user_id": order.user_id.id,
                }
            ]
        )
