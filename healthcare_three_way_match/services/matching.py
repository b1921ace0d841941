"""Compares bills with their orders and receipts, and keeps what comes out.

bills -> collect (one query per source) -> core.decide -> keep (one write per table) -> tell
"""

from odoo.fields import Domain

from ..core.holds import ACTIVE
from ..core.match import decide
from .collect import BILL_TYPES, Collector
from .keeping import Keeper
from .own_writes import own
from .policies import core_policies, policies_for
from .telling import Teller


class Matching:
    """Conducts matches.

    How to use: ``Matching(env).run(bills)`` returns ``{bill: match}`` for those a policy applies to.
    """

    def __init__(self, env):
        # The acting user: what is told carries their name, not the superuser's.
        self.env = env

    def run(self, bills):
        """Compare these bills now; credit notes, cancelled bills and companies without policy pass."""
        # sudo: the comparison is the same whoever looks; the gates must not see less than there is.
        given = bills.sudo()
        compared = given.filtered(
            lambda bill: bill.move_type in BILL_TYPES and bill.state != "cancel"
        )
        policies = policies_for(given.env, compared) if compared else {}
        bills = given.browse([bill.id for bill in given if bill in policies])
        self._let_go(given - bills)
        if not bills:
            return {}
        matches = bills.env["purchase.match"].search([("bill_id", "in", bills.ids)])
        rules = core_policies(set(policies.values()))
        facts = Collector(bills, matches).bills()
        verdicts = {bill: decide(facts[bill], rules[policies[bill]]) for bill in facts}
        teller = Teller(self.env)
        found = Keeper(bills.env, teller).keep(facts, verdicts, policies, matches)
        teller.tell()
        return {bill: found[bill] for bill in bills}

    def _let_go(self, bills):
        """Cancelled, no bill any more, or no policy applies: nothing is held, so nothing may say so."""
        if not bills:
            return
        matches = bills.env["purchase.match"].search(
            [("bill_id", "in", bills.ids), ("state", "!=", "none")]
        )
        if matches:
            teller = Teller(self.env)
            keeper = Keeper(bills.env, teller)
            keeper.close(matches.hold_ids)
            own(matches).write({"state": "none", "blocks": "nothing", "withheld": 0.0})
            teller.tell()

    def forget_lines(self, bill_lines):
        """Bill lines about to be deleted: what was held on them is not held any more."""
        # sudo: the table is closed to writes by hand.
        holds = (
            self.env["purchase.match.hold"]
            .sudo()
            .search([("bill_line_id", "in", bill_lines.ids), ("state", "in", list(ACTIVE))])
        )
        if holds:
            teller = Teller(self.env)
            Keeper(holds.env, teller).close(holds)
            holds.flush_recordset(["state"])
            teller.tell()

    def follow(self, order_lines):
        """Compare again the bills of these order lines that are not paid yet or have something open."""
        if not order_lines:
            return {}
        # What is paid ahead, or given back of it, is the affair of all bills of the order.
        # sudo: a receipt is validated by people who may not read orders; only ids are used.
        paid_ahead = order_lines.sudo().filtered("is_downpayment").order_id
        order_lines = order_lines.sudo() | paid_ahead.order_line
        # sudo: a receipt is validated by people who may not read bills.
        matches = (
            self.env["purchase.match"]
            .sudo()
            .search(
                Domain("line_ids.purchase_line_id", "in", order_lines.ids)
                & (
                    Domain("hold_ids.state", "in", list(ACTIVE))
                    | Domain("bill_id.state", "=", "draft")
                    | Domain("bill_id.payment_state", "in", ("not_paid", "partial"))
                )
            )
        )
        return self.run(matches.bill_id)
