"""Reads what the dashboard needs: grouped queries, as many for ten rows as for a million.

Everything is read with the rights of the person who looks: record rules decide which companies and which rows
count, so that a number always equals the length of the list behind it. What the person may not read at all is
None.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from odoo import fields

from . import money

DAYS = 14
URGENT = 10
SUPPLIERS = 3
ROLLING = timedelta(hours=24)


@dataclass(slots=True)
class Waiting:
    """What waits, counted by cause: since when, for how much money, and what of it is overdue."""

    counts: dict = field(default_factory=dict)
    oldest: datetime | None = None
    money: list = field(default_factory=list)
    overdue: int = 0
    mine: int = 0
    subjects: int | None = None

    @property
    def count(self):
        return sum(self.counts.values()) if self.subjects is None else self.subjects


class Snapshot:
    def __init__(self, env):
        self.env = env
        self.now = fields.Datetime.now()
        self.today = fields.Date.context_today(env["base"])

    def _read(self, model, *args, **options):
        return self.env[model]._read_group(*args, **options)

    # -- messages ------------------------------------------------------------------------------------

    def messages(self):
        """Documents that stopped and wait for a person, by state."""
        domain = [("needs_person", "=", True)]
        rows = self._read("integration.message", domain, ["state"], ["__count", "create_date:min"])
        return Waiting(
            counts={state: count for state, count, _oldest in rows},
            oldest=min((oldest for *_row, oldest in rows), default=None),
            money=money.of_orders(self.env, domain),
        )

    def answers(self):
        """Orders that went out and were not answered in time."""
        domain = [("answer_overdue", "=", True)]
        return self._by_supplier(
            "integration.message", domain, "delivered:min", money.of_orders(self.env, domain)
        )

    def days(self):
        """{(day, direction, state): count} of the last days, by the day in the person's time zone."""
        first = fields.Datetime.to_datetime(self.today - timedelta(days=DAYS))
        rows = self._read(
            "integration.message",
            [("create_date", ">=", first)],
            ["create_date:day", "direction", "state"],
            ["__count"],
        )
        return {(_day(day), direction, state): count for day, direction, state, count in rows}

    # -- what people decide --------------------------------------------------------------------------

    def exceptions(self):
        """Open exceptions by cause."""
        model = "integration.exception"
        is_open = [("state", "=", "open")]
        rows = self._read(model, is_open, ["code"], ["__count", "create_date:min"])
        [[overdue]] = self._read(model, [*is_open, ("date_due", "<", self.now)], [], ["__count"])
        [[mine]] = self._read(model, [*is_open, ("user_id", "=", self.env.uid)], [], ["__count"])
        return Waiting(
            counts={code: count for code, count, _oldest in rows},
            oldest=min((oldest for *_row, oldest in rows), default=None),
            overdue=overdue,
            mine=mine,
        )

    def urgent_exceptions(self):
        """The open exceptions that are due first."""
        return self.env["integration.exception"].search_fetch(
            [("state", "=", "open")],
            ["code", "summary", "partner_id", "user_id", "date_due", "business_ref", "company_id"],
            order="date_due, id",
            limit=URGENT,
        )

    def decisions(self):
        """What suppliers changed and a buyer has to accept or decline, by the kind of answer."""
        pending = [("decision", "=", "pending")]
        rows = self._read(
            "purchase.acknowledgement.line", pending, ["status"], ["__count", "create_date:min"]
        )
        [[answers]] = self._read(
            "purchase.acknowledgement.line", pending, [], ["acknowledgement_id:count_distinct"]
        )
        return Waiting(
            counts={status: count for status, count, _oldest in rows},
            oldest=min((oldest for *_row, oldest in rows), default=None),
            money=money.of_pending_answers(self.env, pending),
            subjects=answers,
        )

    def shipments(self):
        """Shipments that should have arrived and are not received."""
        domain = [("receipt_overdue", "=", True)]
        return self._by_supplier(
            "purchase.shipment", domain, "expected:min", money.of_shipments(self.env, domain)
        )

    def _by_supplier(self, model, domain, oldest, amounts):
        """What waits by supplier; the few with the most under their names, the count of all."""
        rows = self._read(
            model, domain, ["partner_id"], ["__count", oldest], order="__count DESC, partner_id"
        )
        # sudo: the names of suppliers whose documents the person may read, as any list shows them.
        names = self.env["res.partner"].union(*(row[0] for row in rows[:SUPPLIERS])).sudo()
        labels = {partner.id: partner.display_name for partner in names}
        return Waiting(
            counts={
                labels.get(p.id) or self.env._("Unknown"): n for p, n, _old in rows[:SUPPLIERS]
            },
            oldest=min(
                (fields.Datetime.to_datetime(old) for *_row, old in rows if old), default=None
            ),
            money=amounts,
            subjects=sum(count for _partner, count, _old in rows),
        )

    def holds(self):
        """Findings on bills that stop posting or payment, by finding; None without the right to see any."""
        model = self.env["purchase.match.hold"]
        if not model.has_access("read"):
            return None
        active = [("state", "in", ("open", "disputed"))]
        rows = model._read_group(
            active,
            ["company_id", "code", "state"],
            ["__count", "amount_company:sum", "create_date:min"],
        )
        [[overdue]] = model._read_group([*active, ("date_due", "<", self.today)], [], ["__count"])
        [[bills]] = model._read_group(active, [], ["bill_id:count_distinct"])
        result = HeldBills(overdue=overdue, bills=bills)
        for company, code, state, count, amount, oldest in rows:
            result.counts[code] = result.counts.get(code, 0) + count
            result.money.append((company.currency_id.id, Decimal(str(amount or 0))))
            result.by_code.setdefault(code, []).append(result.money[-1])
            result.disputed += count if state == "disputed" else 0
            result.oldest = min(result.oldest or oldest, oldest)
        return result

    # -- events --------------------------------------------------------------------------------------

    def relay(self):
        """Events that have no place in the order yet."""
        [[count, oldest]] = self._read(
            "integration.event", [("position", "=", False)], [], ["__count", "recorded:min"]
        )
        return Waiting({"events": count}, oldest)

    def subscriptions(self):
        """The states of the subscriptions that are in use."""
        return self.env["integration.subscription.state"].search_fetch(
            [("subscription_id.active", "=", True)],
            ["subscription_id", "status", "failures", "last_failure"],
        )

    # -- endpoints -----------------------------------------------------------------------------------

    def endpoints(self):
        """The endpoints in use, with what waits there and what went through in the last 24 hours."""
        endpoints = self.env["integration.endpoint"].search_fetch(
            [], ["name", "code", "environment", "transport", "company_id", "state_ids"]
        )
        stopped = dict(
            self._read(
                "integration.message",
                [("needs_person", "=", True)],
                ["endpoint_id"],
                ["__count"],
            )
        )
        rolling = self._read(
            "integration.message",
            [("create_date", ">=", self.now - ROLLING)],
            ["endpoint_id", "direction"],
            ["__count"],
        )
        traffic = {(endpoint, direction): count for endpoint, direction, count in rolling}
        return endpoints, stopped, traffic


@dataclass(slots=True)
class HeldBills(Waiting):
    """Holds: what waits are the findings, whom it concerns are the bills."""

    bills: int = 0
    disputed: int = 0
    by_code: dict = field(default_factory=dict)


def _day(value):
    return value if type(value) is date else value.date()
