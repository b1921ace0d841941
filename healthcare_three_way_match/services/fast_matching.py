"""Compares plain bills with few statements, whatever their number; what it writes is what ``Matching`` would write.

rows -> core.decide -> rows. A bill that is not plain, and one whose stored match would change in more than its
numbers, is handed back to be compared the other way.
"""

from odoo import fields

from odoo.addons.healthcare_procurement_connector.services.insert_rows import insert_rows

from ..core import holds as machine
from ..core.plain import decide_soon
from .fast_rows import FastRows
from .fast_writing import Written, copy_rows, stored_rows, update_changed
from .keeping import Keeper, line_vals, summarised
from .policies import core_policies, policies_for
from .stored import agreed_numbers
from .telling import Teller


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
        plain = self.rows.plain_bills(bills.ids)
        records = self.su["account.move"].browse(plain)
        policies = policies_for(self.su, records) if records else {}
        rules = core_policies(set(policies.values())) if policies else {}
        verdicts = {
            bill: decide_soon(plain[bill.id].facts, rules[policies[bill]]) for bill in policies
        }
        new = [bill for bill in verdicts if not plain[bill.id].match_id]
        same = [bill for bill in verdicts if plain[bill.id].match_id and verdicts[bill].clean]
        self._learn_labels([plain[bill.id] for bill in [*new, *same]])
        teller = Teller(self.env)
        agreeing = self._confirm(same, plain, verdicts, policies)
        self._create(new, plain, verdicts, policies, teller)
        teller.tell()
        self.su.invalidate_all(flush=False)
        compared = {bill.id for bill in [*new, *agreeing]}
        return bills.filtered(lambda bill: bill.id not in compared)

    # -- bills that were never compared ----------------------------------------------------------

    def _create(self, bills, plain, verdicts, policies, teller):
        if not bills:
            return
        now = fields.Datetime.now()
        rows = [
            self._match_row(bill, plain[bill.id], verdicts[bill], policies[bill], now)
            for bill in bills
        ]
        ids = insert_rows(self.su["purchase.match"], rows)
        matches = dict(zip(bills, self.su["purchase.match"].browse(ids), strict=True))
        self._create_lines(matches, plain, verdicts)
        self._link(matches, plain)
        self._create_holds(matches, verdicts, policies, teller)
        for bill, row in zip(bills, rows, strict=True):
            if row["state"] == "clean":
                teller.bill("invoice.matched", bill, fact="invoice.matched")
            elif row["state"] == "held":
                codes = sorted({finding.code.value for finding in verdicts[bill].all_findings})
                teller.bill("invoice.held", bill, fact="invoice.held", codes=codes)

    def _match_row(self, bill, read, verdict, policy, now):
        holds = [_hold(finding) for finding in verdict.all_findings]
        orders = {line.order.key: line.order for line in read.facts.lines if line.order}
        return Written(self.su["purchase.match"]).row(
            {
                "bill_id": bill.id,
                "company_id": read.company_id,
                "partner_id": read.partner_id,
                **summarised(holds, bill),
                "policy_id": policy.id,
                "matched_on": now,
                "agreed": {str(key): agreed_numbers(order) for key, order in orders.items()},
            }
        )

    def _create_lines(self, matches, plain, verdicts):
        written = Written(self.su["purchase.match.line"])
        rows = (
            {
                "match_id": match.id,
                "bill_id": bill.id,
                "company_id": plain[bill.id].company_id,
                "bill_line_id": result.line,
                **vals,
            }
            for bill, match in matches.items()
            for result, vals in self._line_vals(plain[bill.id], verdicts[bill])
        )
        copy_rows(written, rows)

    def _link(self, matches, plain):
        field = self.su["purchase.match"]._fields["linked_order_line_ids"]
        pairs = {
            (match.id, row.purchase_line_id)
            for bill, match in matches.items()
            for row in plain[bill.id].rows
            if row.purchase_line_id
        }
        copy_rows(
            Written(self.su["purchase.match"], field.relation),
            ({field.column1: match, field.column2: line} for match, line in sorted(pairs)),
        )

    def _create_holds(self, matches, verdicts, policies, teller):
        self._fetch_for_holds(verdicts[bill] for bill in matches)
        keeper = Keeper(self.su, teller)
        written = Written(self.su["purchase.match.hold"])
        rows = [
            written.row(
                {
                    "state": machine.OPEN,
                    **keeper._hold_vals(match, finding, policies[bill]),
                    "bill_id": bill.id,
                    "company_id": bill.company_id.id,
                    "currency_id": bill.currency_id.id,
                    "partner_id": bill.commercial_partner_id.id,
                    "create_date": self.su.cr.now(),
                }
            )
            for bill, match in matches.items()
            for finding in verdicts[bill].all_findings
        ]
        ids = insert_rows(self.su["purchase.match.hold"], rows)
        for hold in self.su["purchase.match.hold"].browse(ids):
            teller.hold("hold.opened", hold)

    def _fetch_for_holds(self, verdicts):
        """Reads at once what ``keeping`` and ``owners`` ask of each line that something is found on."""
        ids = {f.line for verdict in verdicts for f in verdict.all_findings if f.line}
        lines = self.su["account.move.line"].browse(ids)
        lines.fetch(["purchase_line_id", "product_id", "name"])
        lines.purchase_line_id.fetch(["order_id"])
        orders = lines.purchase_line_id.order_id
        orders.fetch(["user_id", "picking_ids"])
        orders.picking_ids.fetch(["user_id"])
        lines.product_id.mapped("display_name")

    # -- bills that agreed before, and do still --------------------------------------------------

    def _confirm(self, bills, plain, verdicts, policies):
        """Brings the numbers of lines up to date; returns the bills for which that was all there was to do."""
        stored = stored_rows(self.su, [plain[bill.id].match_id for bill in bills])
        agreeing, changed = [], []
        written = Written(self.su["purchase.match.line"])
        for bill in bills:
            read = plain[bill.id]
            compared = any(row.purchase_line_id for row in read.rows)
            if read.match_state != summarised([], bill, compared)["state"]:
                continue
            vals = dict((result.line, row) for result, row in self._line_vals(read, verdicts[bill]))
            if stored.get(read.match_id, {}).keys() != vals.keys():
                continue
            agreeing.append(bill)
            for line, row in vals.items():
                changed.append({"id": stored[read.match_id][line], **written.row(row)})
        update_changed(self.su["purchase.match.line"], changed)
        now = fields.Datetime.now()
        update_changed(
            self.su["purchase.match"],
            [
                {"id": plain[bill.id].match_id, "policy_id": policies[bill].id, "matched_on": now}
                for bill in agreeing
            ],
        )
        return agreeing

    # -- parts -----------------------------------------------------------------------------------

    def _line_vals(self, read, verdict):
        for sequence, (row, result) in enumerate(zip(read.rows, verdict.lines, strict=True)):
            yield result, line_vals(row, result, sequence, self._label(row))

    def _learn_labels(self, reads):
        """The names of the products, as ``keeping`` writes them; one query for all that are new."""
        wanted = {row.product_id for read in reads for row in read.rows} - {None, *self._labels}
        for product in self.su["product.product"].browse(wanted):
            self._labels[product.id] = product.display_name

    def _label(self, row):
        return self._labels.get(row.product_id) or row.name.split("\n")[0] or False


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
