"""Each act of the match leaves an audit entry and, where somebody may wait for it, a fact."""

from odoo import fields

from odoo.addons.healthcare_procurement_connector.core.facts import Fact


class Teller:
    """Collects what happened and writes it once, in the transaction of the act."""

    def __init__(self, env):
        self.env = env
        self._facts = []
        self._entries = []

    def bill(self, action, bill, fact=None, **data):
        """Something happened to a bill."""
        self._add(action, bill, bill, fact, data)

    def hold(self, action, hold, fact=None, **data):
        """Something happened to a hold."""
        numbers = {"code": hold.code, "amount": str(hold.amount), "currency": hold.currency_id.name}
        self._add(action, hold, hold.bill_id, fact, {**numbers, **data})

    def opened(self, hold, bill, code, amount):
        """A hold opened that is written already, and need not be read again."""
        numbers = {"code": code, "amount": str(amount), "currency": bill.currency_id.name}
        self._add("hold.opened", hold, bill, None, numbers)

    def _add(self, action, record, bill, fact, data):
        self._entries.append(
            {
                "action": action,
                "res_model": record._name,
                "res_id": record.id,
                "company_id": bill.company_id.id,
                "business_ref": bill.business_ref,
                "detail": {"bill": bill.ref or bill.name, **data},
            }
        )
        if fact:
            # A fact leaves the house: identifiers and numbers only, no reason somebody typed.
            public = {key: value for key, value in data.items() if key != "reason"}
            self._facts.append(
                Fact(
                    type=fact,
                    subject=bill.ref or bill.name or str(bill.id),
                    company_id=bill.company_id.id,
                    occurred=fields.Datetime.now(),
                    business_ref=bill.business_ref or None,
                    data={"bill_id": bill.id, **public},
                )
            )

    def tell(self):
        """Writes everything collected."""
        if self._entries:
            self.env["integration.audit"]._append(self._entries)
        if self._facts:
            self.env["integration.fact"]._record(self._facts)
        self._facts, self._entries = [], []
