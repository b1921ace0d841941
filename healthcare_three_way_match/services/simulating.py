"""What a version would have held: past bills, decided twice on the same facts, written nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from odoo import fields
from odoo.fields import Domain

from ..core.exact import from_float, money
from ..core.match import decide
from ..core.policy import Mode
from ..core.simulation import Change, compare, kept_back
from .collect import BILL_TYPES, Collector
from .policies import core_policies

# Bills are read so many at a time, which bounds queries and memory; and at most so many in one go, the newest.
BATCH = 200
MOST = 5000


@dataclass(frozen=True, slots=True)
class Result:
    """One bill: what changes, and what is kept back under each version, in the company's currency."""

    bill: Any
    changes: list[Change]
    before: float
    after: float


class Simulation:
    """Runs a version over past bills beside the one in force.

    ``as_enforced``: the version is tried as if it enforced, also where it only observes. The day from which a
    version looks at bills is left aside: past bills are what is asked about.
    """

    def __init__(self, version, as_enforced=True):
        # sudo: facts come from bills, orders and receipts whatever the author may read; what is shown of them is
        # the bill's number, its supplier and amounts.
        self.env = version.env(su=True)
        self.version = version.with_env(self.env)
        versions = self.env["purchase.match.policy"].search(
            [("company_id", "=", self.version.company_id.id)]
        )
        self.current = versions._in_force(fields.Date.today())
        rules = core_policies({self.version, self.current} - {self.current.browse()})
        self.after = rules[self.version]
        if as_enforced:
            self.after = replace(self.after, mode=Mode.ENFORCE)
        self.before = rules.get(self.current)

    def bills(self, since, until, suppliers):
        """The newest bills of a period, by their date, else by the day they were entered."""
        days = Domain("invoice_date", ">=", since) & Domain("invoice_date", "<=", until)
        entered = Domain("create_date", ">=", since) & Domain(
            "create_date", "<", fields.Date.add(until, days=1)
        )
        domain = (
            Domain("company_id", "=", self.version.company_id.id)
            & Domain("move_type", "in", BILL_TYPES)
            & Domain("state", "!=", "cancel")
            & (days | (Domain("invoice_date", "=", False) & entered))
        )
        if suppliers:
            domain &= Domain("commercial_partner_id", "in", suppliers.ids)
        return self.env["account.move"].search(
            domain, order="invoice_date desc, id desc", limit=MOST
        )

    def run(self, bills) -> Iterator[Result]:
        """The bills for which anything changes."""
        for start in range(0, len(bills), BATCH):
            batch = bills[start : start + BATCH]
            matches = self.env["purchase.match"].search([("bill_id", "in", batch.ids)])
            for bill, facts in Collector(batch, matches).bills().items():
                before, after = (self._decide(facts, each) for each in (self.before, self.after))
                changes = compare(before, after)
                if changes:
                    kept = (kept_back(facts, each) for each in (before, after))
                    yield Result(bill, changes, *(self.in_company_money(bill, k) for k in kept))
            self.env.invalidate_all()

    def in_company_money(self, bill, amount):
        """An exact amount of a bill, rounded and converted."""
        rounded = float(money(amount, from_float(bill.currency_id.rounding)))
        day = bill.invoice_date or fields.Date.today()
        return bill.currency_id._convert(rounded, bill.company_id.currency_id, bill.company_id, day)

    def _decide(self, facts, policy):
        return decide(facts, policy) if policy and policy.mode is not Mode.OFF else None
