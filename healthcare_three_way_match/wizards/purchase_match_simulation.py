from collections import defaultdict

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..core.simulation import Kind
from ..models.purchase_match_hold import CODES
from ..services.simulating import MOST, Simulation


class PurchaseMatchSimulation(models.TransientModel):
    """Tries a version on past bills: which holds it adds, which it removes, what money is at stake."""

    _name = "purchase.match.simulation"
    _description = "Try a match policy on past bills"

    policy_id = fields.Many2one("purchase.match.policy", "Version", required=True, readonly=True)
    company_id = fields.Many2one(related="policy_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="policy_id.state")
    may_submit = fields.Boolean(related="policy_id.may_submit")
    beside_id = fields.Many2one(
        "purchase.match.policy", compute="_compute_beside", compute_sudo=True
    )
    date_from = fields.Date("Bills from", required=True, default=lambda self: self._days_ago(90))
    date_to = fields.Date("Bills to", required=True, default=fields.Date.context_today)
    partner_ids = fields.Many2many("res.partner", string="Only suppliers", check_company=True)
    as_enforced = fields.Boolean(
        "As if it enforced", default=True, help="Also where the version only observes."
    )
    done = fields.Boolean(readonly=True)
    bill_count = fields.Integer("Bills looked at", readonly=True)
    cut_off = fields.Boolean(
        readonly=True, help="There are more bills in this period than one run looks at."
    )
    changed_count = fields.Integer("Bills that change", readonly=True)
    added_count = fields.Integer("Holds added", readonly=True)
    removed_count = fields.Integer("Holds removed", readonly=True)
    kept_more = fields.Monetary(
        "Kept back in addition",
        readonly=True,
        help="With tax: what could not have been paid before somebody decided.",
    )
    kept_less = fields.Monetary(
        "Not kept back any more",
        readonly=True,
        help="With tax: money at risk, for it would have been paid without a question.",
    )
    summary = fields.Html(readonly=True, sanitize=False)
    line_ids = fields.One2many("purchase.match.simulation.line", "simulation_id", readonly=True)

    def _days_ago(self, count):
        return fields.Date.subtract(fields.Date.context_today(self), days=count)

    @api.depends("policy_id")
    def _compute_beside(self):
        for wizard in self:
            wizard.beside_id = Simulation(wizard.policy_id).current

    def action_run(self):
        """Decides; writes nothing but what this dialog shows."""
        self.ensure_one()
        self.policy_id.check_access("read")
        if self.date_to < self.date_from:
            raise UserError(self.env._("The period ends before it begins."))
        simulation = Simulation(self.policy_id, self.as_enforced)
        bills = simulation.bills(
            self.date_from, self.date_to, self.partner_ids.commercial_partner_id
        )
        results, lines = 0, []
        more = less = 0.0
        for result in simulation.run(bills):
            results += 1
            difference = result.after - result.before
            more += max(difference, 0.0)
            less += max(-difference, 0.0)
            lines += [self._line(simulation, result, change) for change in result.changes]
        kinds = [line["kind"] for line in lines]
        self.write(
            {
                "done": True,
                "bill_count": len(bills),
                "cut_off": len(bills) >= MOST,
                "changed_count": results,
                "added_count": kinds.count(Kind.ADDED.value),
                "removed_count": kinds.count(Kind.REMOVED.value),
                "kept_more": more,
                "kept_less": less,
                "summary": self._sums(lines),
                "line_ids": [Command.clear(), *map(Command.create, lines)],
            }
        )
        return self._reopen()

    def _line(self, simulation, result, change):
        bill, finding = result.bill, change.finding
        return {
            "bill_id": bill.id,
            "bill_label": bill.ref or bill.display_name,
            "supplier": bill.commercial_partner_id.name,
            "product": bill.env["account.move.line"].browse(finding.line).product_id.display_name,
            "code": finding.code.value,
            "kind": change.kind.value,
            "blocks": finding.block.key,
            "amount": simulation.in_company_money(bill, finding.stake),
        }

    def _sums(self, lines):
        """{kind of finding: holds and money, added and removed} as HTML."""
        sums = defaultdict(lambda: defaultdict(lambda: [0, 0.0]))
        for line in lines:
            cell = sums[line["code"]][line["kind"]]
            cell[0] += 1
            cell[1] += line["amount"]
        labels = dict(self.line_ids._fields["code"]._description_selection(self.env))
        kinds = dict(self.line_ids._fields["kind"]._description_selection(self.env))
        head = Markup("").join(Markup("<th class='text-end'>%s</th>") % kinds[k] for k in kinds)
        body = Markup("").join(
            Markup("<tr><td>%s</td>%s</tr>")
            % (labels[code], Markup("").join(self._cell(sums[code][kind]) for kind in kinds))
            for code, _label in CODES
            if code in sums
        )
        return Markup(
            "<table class='table table-sm'><thead><tr><th>%s</th>%s</tr></thead><tbody>%s</tbody></table>"
        ) % (self.env._("Finding"), head, body)

    def _cell(self, cell):
        count, amount = cell
        shown = f"{count} · {format_amount(self.env, amount, self.currency_id)}" if count else ""
        return Markup("<td class='text-end'>%s</td>") % shown

    def action_open_lines(self):
        """All of it as a list, to group, filter and export."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Tried: %s", self.policy_id.display_name),
            "res_model": "purchase.match.simulation.line",
            "view_mode": "list,pivot",
            "domain": [("simulation_id", "=", self.id)],
            "context": {"search_default_by_bill": 1},
        }

    def action_submit(self):
        """From what was seen straight to approval."""
        self.policy_id.action_submit()
        return self.policy_id._get_records_action()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try on past bills"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
