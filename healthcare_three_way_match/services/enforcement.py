"""The gate in front of posting. Nobody passes it by being somebody; it reads nothing it stored."""

from odoo import fields
from odoo.exceptions import UserError

from ..core.verdict import Block
from . import wording
from .collect import BILL_TYPES
from .matching import Matching
from .own_writes import own
from .telling import Teller


class Passed:
    """Says, inside one posting, which bills were just checked.

    It travels in the context as an object: nothing that comes over RPC can be one.
    """

    KEY = "healthcare_three_way_match_passed"

    def __init__(self, bills):
        self.ids = frozenset(bills.ids)

    @classmethod
    def includes(cls, bill):
        """Whether this bill was checked in the posting under way."""
        passed = bill.env.context.get(cls.KEY)
        return isinstance(passed, cls) and bill.id in passed.ids


class PostingGate:
    """Stops bills with open posting holds.

    How to use: ``PostingGate(env).check(bills)`` before, ``.posted(bills)`` after.
    """

    def __init__(self, env):
        self.env = env

    def check(self, bills):
        """Compares with the numbers of this moment; raises one error that names each held bill."""
        bills = bills.filtered(lambda bill: bill.move_type in BILL_TYPES)
        if not bills:
            return
        # sudo: taking a turn must not depend on the right to write orders.
        bills.sudo().invoice_line_ids.purchase_line_id._take_turn()
        matches = Matching(self.env).run(bills)
        held = {bill: match for bill, match in matches.items() if match.blocks == Block.POSTING.key}
        if held:
            raise UserError("\n\n".join(self._reason(bill, match) for bill, match in held.items()))

    def _reason(self, bill, match):
        holds = match.hold_ids.filtered(lambda h: h.state == "open" and h.blocks == "posting")
        rows = "\n".join(
            f"- {hold.line_label + ': ' if hold.line_label else ''}{hold.explanation}"
            for hold in holds
        )
        return self.env._(
            "%(bill)s cannot be posted. %(banner)s\n%(rows)s\n"
            "Release or dispute each hold on the bill's “Three-way match” page, correct the bill, or "
            "receive what is missing.",
            bill=bill.ref or bill.display_name,
            banner=wording.banner(holds, "posting"),
            rows=rows,
        )

    def posted(self, bills):
        """Remembers when each bill took its quantity, and tells."""
        bills = bills.filtered(lambda bill: bill.move_type in BILL_TYPES and bill.state == "posted")
        # sudo: the table is closed to writes by hand.
        matches = self.env["purchase.match"].sudo().search([("bill_id", "in", bills.ids)])
        own(matches).write({"posted_on": fields.Datetime.now()})
        teller = Teller(self.env)
        for match in matches:
            bill = match.bill_id
            teller.bill(
                "invoice.posted",
                bill,
                fact="invoice.posted",
                amount=str(bill.amount_total),
                currency=bill.currency_id.name,
                match=match.state,
            )
        teller.tell()
