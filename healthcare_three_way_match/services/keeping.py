"""Writes what a match found: matches, lines and holds, each table once."""

from collections import defaultdict

from odoo import fields

from ..core import holds as machine
from ..core.exact import from_float, money
from ..core.verdict import Block, Code
from .own_writes import own
from .owners import due, owner
from .stored import agreed_numbers, finding_numbers

# No word of a first approver stands.
NO_FIRST = {"first_approver_id": False, "first_approved_on": False, "first_reason": False}

LINE_FIELDS = ("ordered", "received", "billed_before", "billed_now", "order_price", "bill_price")


class Keeper:
    """Stores verdicts. Works in superuser mode: nobody may write these tables by hand."""

    def __init__(self, env, teller):
        assert env.su
        self.env = env
        self.teller = teller

    def keep(self, facts, verdicts, policies, matches):
        """``facts``, ``verdicts``: by bill; ``matches``: those stored already. Returns {bill: match}."""
        found = {match.bill_id: match for match in matches}
        self._create_matches([bill for bill in verdicts if bill not in found], found)
        self._keep_lines(verdicts, found)
        self._keep_holds(verdicts, policies, found)
        for bill in verdicts:
            self._summarise(found[bill], facts[bill], policies[bill])
        return found

    def _create_matches(self, bills, found):
        created = own(self.env["purchase.match"]).create([{"bill_id": bill.id} for bill in bills])
        found.update({match.bill_id: match for match in created.with_env(self.env)})

    def _keep_lines(self, verdicts, found):
        """Updates lines whose numbers changed, creates new ones; gone bill lines took theirs along."""
        new = []
        stored = {line.bill_line_id.id: line for match in found.values() for line in match.line_ids}
        for bill, verdict in verdicts.items():
            lines = {line.id: line for line in bill.invoice_line_ids}
            for sequence, result in enumerate(verdict.lines):
                line = lines[result.line]
                vals = line_vals(line, result, sequence, _label(line))
                if result.line in stored:
                    _write_changed(stored[result.line], vals)
                else:
                    new.append({**vals, "match_id": found[bill].id, "bill_line_id": result.line})
        self.env["purchase.match.line"].create(new)

    def _keep_holds(self, verdicts, policies, found):
        new = []
        for bill, verdict in verdicts.items():
            match = found[bill]
            plan = machine.plan(match.hold_ids._core(), verdict.all_findings)
            for hold, finding, state in plan.update:
                self._update(hold, finding, state, bill, policies[bill])
            for hold in plan.close:
                self._close(hold.key, hold.state)
            for finding in plan.open:
                new.append(self.hold_vals(match, bill, finding, policies[bill]))
        if new:
            # A hold just decided must be closed in the table before another of its kind opens.
            self.env["purchase.match.hold"].flush_model(["state"])
        for hold in own(self.env["purchase.match.hold"]).create(new).with_env(self.env):
            self.teller.hold("hold.opened", hold)

    def hold_vals(self, match, bill, finding, policy):
        """What is stored of a finding, when its hold opens."""
        bill_line = self.env["account.move.line"].browse(finding.line)
        order_line = bill_line.purchase_line_id
        return {
            "match_id": match.id,
            "bill_line_id": bill_line.id,
            "purchase_line_id": order_line.id,
            "order_id": order_line.order_id.id,
            "line_label": _label(bill_line),
            "policy_id": policy.id,
            "code": finding.code.value,
            "user_id": owner(finding, order_line.order_id, policy).id,
            "date_due": due(policy),
            **_finding_vals(bill, finding, machine.OPEN),
        }

    def _update(self, core, finding, state, bill, policy):
        hold = self.env["purchase.match.hold"].browse(core.key)
        changed = hold.fingerprint != finding.fingerprint
        vals = {**_finding_vals(bill, finding, state), "state": state, "policy_id": policy.id}
        if hold.first_approver_id and not machine.covers(core, finding):
            # The first of two spoke of other numbers.
            vals |= NO_FIRST
        own(hold).write(vals)
        if changed:
            self.teller.hold("hold.changed", hold, state=state)

    def close(self, holds):
        """Their cause is gone."""
        for hold in holds.filtered(lambda hold: hold.state in machine.ACTIVE):
            self._close(hold.id, hold.state)

    def _close(self, hold_id, state):
        hold = self.env["purchase.match.hold"].browse(hold_id)
        own(hold).write(
            {
                "state": machine.transition(state, "cause_gone"),
                "decided_on": fields.Datetime.now(),
                "decided_by_id": False,
            }
        )
        self.teller.hold("hold.auto_released", hold, fact="hold.released", by="cause gone")

    def _summarise(self, match, facts, policy):
        """State and sums of a match, and what there is to tell about a change of them."""
        was = match.state
        vals = summary(match, compared=bool(match.line_ids.purchase_line_id))
        linked = match.bill_id.invoice_line_ids.purchase_line_id - match.linked_order_line_ids
        vals |= {"policy_id": policy.id, "matched_on": fields.Datetime.now()}
        orders = {line.order.key: line.order for line in facts.lines if line.order}
        if linked := linked.filtered(lambda line: line.id in orders):
            news = {
                str(line.id): (line.match_remembered or {}).get(match.bill_id.match_number_key)
                or agreed_numbers(orders[line.id])
                for line in linked
            }
            vals["agreed"] = {**(match.agreed or {}), **news}
        own(match).write(vals)
        if match.state == was:
            return
        bill = match.bill_id
        if match.state == "clean":
            self.teller.bill("invoice.matched", bill, fact="invoice.matched")
        elif match.state == "held":
            codes = sorted(set(match.hold_ids.filtered(lambda h: h.state == "open").mapped("code")))
            self.teller.bill("invoice.held", bill, fact="invoice.held", codes=codes)


def summary(match, compared=True):
    """What a match amounts to, from its holds."""
    return summarised(match.hold_ids._core(), match.bill_id, compared)


def summarised(core, bill, compared=True):
    """The same from holds as the decision knows them."""
    active = [hold for hold in core if hold.state in machine.ACTIVE]
    block = machine.block(active)
    kept_back = machine.withheld(active)
    if kept_back is None:
        kept_back = from_float(abs(bill.amount_total))
    if block > Block.NOTHING:
        state = "held"
    elif active:
        state = "informed" if compared else "none"
    elif any(hold.state == machine.RELEASED for hold in core):
        state = "released"
    else:
        state = "clean" if compared else "none"
    return {
        "state": state,
        "blocks": block.key,
        "withheld": float(money(kept_back, _step(bill))),
    }


def _finding_vals(bill, finding, state):
    block = min(finding.block, Block.PAYMENT) if state == machine.DISPUTED else finding.block
    # A line that gives something back is in question too, but nothing is at stake in it.
    amount = max(float(money(finding.stake, _step(bill))), 0.0)
    return {
        "blocks": block.key,
        "numbers": finding_numbers(finding),
        "tolerance_id": finding.row or False,
        "fingerprint": finding.fingerprint,
        "claimed": float(finding.claimed),
        "expected": float(finding.expected),
        "amount": amount,
        "amount_gross": max(float(money(finding.gross, _step(bill))), 0.0),
        "amount_company": bill.currency_id._convert(
            amount,
            bill.company_id.currency_id,
            bill.company_id,
            bill.invoice_date or fields.Date.context_today(bill),
        ),
    }


def line_vals(line, result, sequence, label):
    """What is stored of one line; of ``line`` only its quantity, price and discount are looked at."""
    numbers = {name: float(getattr(result, name) or 0) for name in LINE_FIELDS}
    rows, received = dict(result.rows), result.received is not None
    if result.billed_now is None:
        numbers["billed_now"] = line.quantity
    if result.bill_price is None:
        # What does not compare is shown as it is written on the bill.
        numbers["bill_price"] = line.price_unit * (1 - line.discount / 100)
    return {
        **numbers,
        "sequence": sequence,
        "purchase_line_id": result.order_line or False,
        "label": label,
        "unit": result.unit,
        "receipt_expected": received,
        "accepted": float(result.accepted or 0),
        "inspected": result.accepted is not None,
        "price_compared": result.bill_price is not None and result.order_price is not None,
        "amount": float(result.amount),
        "price_row_id": rows.get(Code.PRICE, False),
        "quantity_row_id": rows.get(Code.QTY_REC if received else Code.QTY_ORD, False),
        "way_row_id": rows.get("way", False),
        "exemption_id": result.exempt or False,
        "rate": float(result.at.rate.value) if result.at else 0.0,
        "rate_day": result.at.rate.day if result.at else False,
        "rate_basis": result.at.basis.value if result.at else False,
    }


def _label(line):
    return line.product_id.display_name or (line.name or "").split("\n")[0] or False


def _write_changed(record, vals):
    current = defaultdict(lambda: None, {name: record[name] for name in vals})
    changed = {
        name: value
        for name, value in vals.items()
        if (current[name].id if name.endswith("_id") else current[name]) != value
    }
    if changed:
        record.write(changed)


def _step(bill):
    return from_float(bill.currency_id.rounding)
