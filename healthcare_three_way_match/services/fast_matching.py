"""Compares plain bills with few statements, whatever their number; what it writes is what ``Matching`` would write.

rows -> core.pairs (lines that are as ordered) -> facts of the other lines -> core.decide -> rows. A bill that is not
plain, and one whose stored match would change in more than its numbers, is handed back to be compared the other way.
"""

from dataclasses import dataclass

from odoo import fields

from ..core import holds as machine
from ..core.pairs import Asking, touching
from ..core.plain import decide_soon
from .fast_lines import LineTexts, ordered_vals
from .fast_rows import FastRows
from .fast_writing import Written, copy_lines, copy_rows, new_ids, stored_rows, update_changed
from .keeping import Keeper, line_vals, summarised
from .policies import core_policies, policies_for
from .telling import Teller
from .worksheet import discount_day

# What is asked of a bill beside its rows: where it is held against what, and what is told of it.
READ = (
    "company_id", "currency_id", "commercial_partner_id", "amount_total", "invoice_date", "create_date", "ref", "name",
    "business_ref", "invoice_payment_term_id",
)  # fmt: skip


# ``keeping.summarised`` where nothing was found.
CLEAN = {"state": "clean", "blocks": "nothing", "withheld": 0.0}


@dataclass(slots=True)
class Compared:
    """What came out for one bill.

    ``asked``: beside each pair what was asked of it, where it is as ordered; ``said``: of each other line what the
    decision said.
    """

    pairs: list
    asked: list
    said: dict
    findings: tuple


class FastMatching:
    """Conducts matches of plain bills.

    How to use: ``FastMatching(env).run(bills)`` compares those it can, and returns the others.
    """

    def __init__(self, env):
        # The acting user: what is told carries their name, not the superuser's.
        self.env = env
        # sudo: the comparison is the same whoever looks.
        self.su = env["account.move"].sudo().env
        self.rows = FastRows(self.su)
        self._labels = {}

    def run(self, bills):
        """Compares the plain ones among these bills now; returns the rest."""
        heads = self.rows.heads(bills.ids)
        records = self.su["account.move"].browse(heads)
        records.fetch(READ)
        policies = policies_for(self.su, records) if records else {}
        heads = {bill.id: heads[bill.id] for bill in policies}
        compared = self._compare(heads, {bill.id: policies[bill] for bill in policies})
        new = [bill for bill in policies if bill.id in compared and not heads[bill.id].match_id]
        same = [
            bill
            for bill in policies
            if bill.id in compared and heads[bill.id].match_id and not compared[bill.id].findings
        ]
        self._learn_labels(compared[bill.id] for bill in [*new, *same])
        teller = Teller(self.env)
        agreeing = self._confirm(same, heads, compared, policies)
        self._create(new, heads, compared, policies, teller)
        teller.tell()
        self.su.invalidate_all(flush=False)
        done = {bill.id for bill in [*new, *agreeing]}
        return bills.filtered(lambda bill: bill.id not in done)

    # -- the decision ----------------------------------------------------------------------------

    def _compare(self, heads, policies):
        """``{bill id: Compared}`` of those that are plain after all."""
        pairs = self.rows.pairs(heads)
        rules = core_policies(set(policies.values())) if policies else {}
        comparable = self.rows.comparable(pair for own in pairs.values() for pair in own)
        asking = {policy: Asking(rule, comparable) for policy, rule in rules.items()}
        asked, open_lines = {}, []
        for key, head in heads.items():
            own = pairs[key]
            if head.match_id and {pair.order_line for pair in own} - {None} != head.linked:
                continue  # it names an order line that its match has not seen, or no longer one that it has
            asked[key] = self._as_ordered(head, own, asking[policies[key]])
            open_lines += [
                pair.line for pair, ask in zip(own, asked[key], strict=True) if ask is None
            ]
        facts = self.rows.plain_bills(heads, open_lines)
        found = {}
        for key, asks in asked.items():
            said, findings = {}, ()
            if None in asks or not asks:
                if key not in facts:
                    continue
                verdict = decide_soon(facts[key], rules[policies[key]])
                said = {result.line: result for result in verdict.lines}
                findings = verdict.all_findings
            found[key] = Compared(pairs[key], asks, said, findings)
        return found

    def _as_ordered(self, head, pairs, asking):
        """Beside each line what was asked of it, where it is as ordered; of none where all are decided together."""
        if not head.stands_alone or touching(pairs):
            return [None] * len(pairs)
        agreed = head.agreed and (
            lambda pair: head.agreed.get(str(pair.order_line)) == self.rows.terms(pair)
        )
        return [
            asked if pair.supplier == head.partner_id else None
            for pair, asked in zip(
                pairs, asking.split(pairs, head.currency_id, head.day, agreed), strict=True
            )
        ]

    # -- bills that were never compared ----------------------------------------------------------

    def _create(self, bills, heads, compared, policies, teller):
        if not bills:
            return
        now = fields.Datetime.now()
        model = self.su["purchase.match"]
        rows = [
            {
                "id": match,
                "bill_id": bill.id,
                "company_id": heads[bill.id].company_id,
                "partner_id": heads[bill.id].partner_id,
                **self._summary(compared[bill.id].findings, bill),
                "policy_id": policies[bill].id,
                "matched_on": now,
                "agreed": self._agreed(compared[bill.id].pairs),
            }
            for bill, match in zip(bills, new_ids(model, len(bills)), strict=True)
        ]
        copy_rows(Written(model), rows)
        matches = {bill: model.browse(row["id"]) for bill, row in zip(bills, rows, strict=True)}
        self._create_lines(matches, heads, compared)
        self._create_holds(matches, compared, policies, teller)
        for bill, row in zip(bills, rows, strict=True):
            if row["state"] == "clean":
                teller.bill("invoice.matched", bill, fact="invoice.matched")
            elif row["state"] == "held":
                codes = sorted({finding.code.value for finding in compared[bill.id].findings})
                teller.bill("invoice.held", bill, fact="invoice.held", codes=codes)

    def _summary(self, findings, bill):
        return summarised(list(map(_hold, findings)), bill) if findings else dict(CLEAN)

    def _agreed(self, pairs):
        """What the orders say now, for ``stored_agreed`` later."""
        return {str(pair.order_line): self.rows.terms(pair) for pair in pairs if pair.order_line}

    def _create_lines(self, matches, heads, compared):
        written = Written(self.su["purchase.match.line"])
        texts = LineTexts(written, self.rows.unit, self._label)
        lines = []
        for bill, match in matches.items():
            found, company = compared[bill.id], heads[bill.id].company_id
            own = f"{match.id}\t{bill.id}\t{company}"
            for sequence, (pair, asked) in enumerate(zip(found.pairs, found.asked, strict=True)):
                if asked is not None:
                    lines.append(texts.as_ordered(own, pair, asked, sequence))
                else:
                    vals = line_vals(pair, found.said[pair.line], sequence, self._label(pair))
                    lines.append(texts.other(own, pair, vals))
        copy_lines(written.model, texts.COLUMNS, lines)

    def _create_holds(self, matches, compared, policies, teller):
        found = [
            (bill, match, finding)
            for bill, match in matches.items()
            for finding in compared[bill.id].findings
        ]
        if not found:
            return
        self._fetch_for_holds({finding.line for _bill, _match, finding in found if finding.line})
        keeper = Keeper(self.su, teller)
        model = self.su["purchase.match.hold"]
        ids = new_ids(model, len(found))
        rows = [
            {
                "id": key,
                "state": machine.OPEN,
                **keeper.hold_vals(match, bill, finding, policies[bill]),
                "bill_id": bill.id,
                "company_id": bill.company_id.id,
                "currency_id": bill.currency_id.id,
                "partner_id": bill.commercial_partner_id.id,
                "discount_date": discount_day(bill),
                "create_date": self.su.cr.now(),
            }
            for key, (bill, match, finding) in zip(ids, found, strict=True)
        ]
        copy_rows(Written(model), rows)
        for row, (bill, _match, _finding) in zip(rows, found, strict=True):
            teller.opened(model.browse(row["id"]), bill, row["code"], row["amount"])

    def _fetch_for_holds(self, ids):
        """Reads at once what ``keeping`` and ``owners`` ask of each line that something is found on."""
        lines = self.su["account.move.line"].browse(ids)
        lines.fetch(["purchase_line_id", "product_id", "name"])
        lines.purchase_line_id.fetch(["order_id"])
        orders = lines.purchase_line_id.order_id
        orders.fetch(["user_id", "picking_ids"])
        orders.picking_ids.fetch(["user_id"])
        lines.product_id.mapped("display_name")

    # -- bills that agreed before, and do still --------------------------------------------------

    def _confirm(self, bills, heads, compared, policies):
        """Brings the numbers of lines up to date; returns the bills for which that was all there was to do."""
        stored = stored_rows(self.su, [heads[bill.id].match_id for bill in bills])
        agreeing, changed = [], []
        written = Written(self.su["purchase.match.line"])
        for bill in bills:
            head, found = heads[bill.id], compared[bill.id]
            ordered = any(pair.order_line for pair in found.pairs)
            if head.match_state != summarised([], bill, ordered)["state"]:
                continue
            vals = dict(self._line_vals(found))
            if stored.get(head.match_id, {}).keys() != vals.keys():
                continue
            agreeing.append(bill)
            for line, row in vals.items():
                changed.append({"id": stored[head.match_id][line], **written.row(row)})
        update_changed(self.su["purchase.match.line"], changed)
        now = fields.Datetime.now()
        update_changed(
            self.su["purchase.match"],
            [
                {"id": heads[bill.id].match_id, "policy_id": policies[bill].id, "matched_on": now}
                for bill in agreeing
            ],
        )
        return agreeing

    # -- parts -----------------------------------------------------------------------------------

    def _line_vals(self, found):
        """(bill line, what is stored of it) one after the other."""
        for sequence, (pair, asked) in enumerate(zip(found.pairs, found.asked, strict=True)):
            label = self._label(pair)
            if asked is None:
                yield pair.line, line_vals(pair, found.said[pair.line], sequence, label)
            else:
                unit = self.rows.unit(pair.unit).name
                yield pair.line, ordered_vals(pair, asked, sequence, label, unit)

    def _label(self, pair):
        return self._labels.get(pair.product) or (pair.name or "").split("\n")[0] or False

    def _learn_labels(self, found):
        """The names of the products, as ``keeping`` writes them; one query for all that are new."""
        wanted = {pair.product for each in found for pair in each.pairs} - {None, *self._labels}
        # Of a template its name is all that is needed.
        for product in (
            self.su["product.product"].with_context(prefetch_fields=False).browse(wanted)
        ):
            self._labels[product.id] = product.display_name


def _hold(finding):
    return machine.Hold(
        None,
        finding.code,
        finding.line,
        block=finding.block,
        claimed=finding.claimed,
        stake=finding.stake,
        gross=finding.gross,
        fingerprint=finding.fingerprint,
    )
