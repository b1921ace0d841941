"""A version tried on past bills: the same decision, nothing written, bounded queries."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..services import simulating
from ..services.simulating import Simulation
from .common import MatchCommon, put_into_force


@tagged("post_install", "-at_install")
class TestPolicySimulation(MatchCommon):
    def setUp(self):
        super().setUp()
        group = "healthcare_three_way_match.group_match_policy_"
        self.author = self._person("try_author", group + "author")

    def _draft(self, row=None, **vals):
        draft = self.policy.with_user(self.author)._new_version()
        if row:
            draft.tolerance_ids.write(row)
        draft.write(vals)
        return draft

    def _try(self, draft, **vals):
        action = draft.action_simulate()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.author)
            .with_context(**action["context"])
            .create(vals)
        )
        wizard.action_run()
        return wizard

    def _bills(self, *prices, received=10):
        bills = self.env["account.move"]
        for price in prices:
            order = self._order((self.gloves, 10, 4.0))
            if received:
                self._receive(order, received)
            bills += self._bill(order, (10, price)).with_env(self.env)
        return bills

    def _changes(self, wizard):
        return sorted((line.bill_id.id, line.code, line.kind) for line in wizard.line_ids.sudo())

    def test_a_stricter_version_adds(self):
        exact, near, dear = self._bills(4.0, 4.05, 5.0)
        wizard = self._try(self._draft({"upper_state": "zero"}))
        self.assertEqual(self._changes(wizard), [(near.id, "PRICE", "added")])
        self.assertEqual((wizard.bill_count, wizard.changed_count), (3, 1))
        self.assertEqual((wizard.added_count, wizard.removed_count), (1, 0))
        self.assertAlmostEqual(wizard.kept_more, 0.5)
        self.assertEqual(wizard.kept_less, 0)
        self.assertIn("Price", wizard.summary)
        self.assertEqual(self._match(exact).state, "clean")
        self.assertEqual(self._codes(dear), ["PRICE"])

    def test_a_milder_version_removes(self):
        _near, dear = self._bills(4.05, 5.0)
        wizard = self._try(self._draft({"upper_percent": 50, "upper_absolute": 0}))
        self.assertEqual(self._changes(wizard), [(dear.id, "PRICE", "removed")])
        self.assertAlmostEqual(wizard.kept_less, 10.0)

    def test_what_it_stops(self):
        (dear,) = self._bills(5.0)
        wizard = self._try(self._draft({"blocks": "payment"}))
        self.assertEqual(self._changes(wizard), [(dear.id, "PRICE", "milder")])

    def test_from_observing_to_enforcing(self):
        self._amend(mode="observe")
        (dear,) = self._bills(5.0)
        wizard = self._try(self._draft(mode="enforce"))
        self.assertEqual(self._changes(wizard), [(dear.id, "PRICE", "added")])
        wizard = self._try(self._draft(), as_enforced=False)
        self.assertEqual(self._changes(wizard), [])

    def test_nothing_is_written(self):
        bills = self._bills(4.0, 5.0)
        tables = ("purchase.match", "purchase.match.line", "purchase.match.hold")
        self.env.flush_all()
        self.env.invalidate_all()
        before = [self.env[model].search([]).read() for model in tables]
        audit = self.env["integration.audit"].search_count([])
        self._try(self._draft({"upper_state": "zero"}, mode="off"))
        self.env.invalidate_all()
        self.assertEqual([self.env[model].search([]).read() for model in tables], before)
        self.assertEqual(self.env["integration.audit"].search_count([]), audit)
        self.assertEqual(set(bills.mapped("state")), {"draft"})

    def test_it_says_what_the_match_then_does(self):
        """Every change foretold happens, and nothing else."""
        bills = self._bills(4.0, 4.05, 4.2, 5.0) | self._bills(4.0, 4.05, received=7)
        before = {bill: set(self._codes(bill)) for bill in bills}
        draft = self._draft(
            {"upper_percent": 1, "upper_absolute": 0},
            tolerance_ids=[
                Command.create({"code": "QTY_REC", "upper_state": "value", "upper_percent": 60})
            ],
        )
        told = self._changes(self._try(draft))
        self.assertTrue(told)
        put_into_force(draft)
        happened = []
        for bill in bills:
            now = set(self._codes(bill))
            happened += [(bill.id, code, "added") for code in now - before[bill]]
            happened += [(bill.id, code, "removed") for code in before[bill] - now]
        self.assertEqual(told, sorted(happened))

    def test_period_and_suppliers(self):
        (dear,) = self._bills(5.0)
        draft = self._draft({"upper_state": "not_checked"})
        today = fields.Date.today()
        self.assertEqual(
            self._try(draft).date_from, fields.Date.subtract(today, days=90), "the last 90 days"
        )
        long_ago = {"date_from": today - timedelta(400), "date_to": today - timedelta(300)}
        self.assertFalse(self._try(draft, **long_ago).bill_count)
        other = self.env["res.partner"].create({"name": "Other"})
        self.assertFalse(self._try(draft, partner_ids=[Command.set(other.ids)]).bill_count)
        wizard = self._try(draft, partner_ids=[Command.set(self.supplier.ids)])
        self.assertEqual(self._changes(wizard), [(dear.id, "PRICE", "removed")])

    def test_bounded_queries(self):
        bills = self._bills(*[5.0] * 12)
        draft = self._draft({"upper_state": "not_checked"}).with_env(self.env)

        def count(some, batch):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with patch.object(simulating, "BATCH", batch):
                simulation = Simulation(draft)
                results = list(simulation.run(simulation.env["account.move"].browse(some.ids)))
            self.assertEqual(len(results), len(some))
            return self.cr.sql_log_count - before

        count(bills, 100)
        few, many = count(bills[:2], 100), count(bills, 100)
        self.assertLessEqual(many, few + 1, "not by bill")
        self.assertLessEqual(count(bills, 4), 3 * few, "by batch")

    def test_the_newest_are_looked_at_and_it_says_so(self):
        bills = self._bills(5.0, 5.0, 5.0)
        draft = self._draft({"upper_state": "not_checked"})
        most = "odoo.addons.healthcare_three_way_match"
        with (
            patch(f"{most}.services.simulating.MOST", 2),
            patch(f"{most}.wizards.purchase_match_simulation.MOST", 2),
        ):
            wizard = self._try(draft)
        self.assertTrue(wizard.cut_off)
        self.assertEqual(wizard.line_ids.sudo().bill_id, bills[1:])

    def test_money_is_in_the_company_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2000-01-01", 2.0)])
        order = self._order((self.gloves, 10, 4.0), currency_id=currency.id)
        self._receive(order, 10)
        self._bill(order, (10, 6.0))
        wizard = self._try(self._draft({"upper_state": "not_checked"}))
        self.assertAlmostEqual(wizard.line_ids.amount, 10.0)
        self.assertAlmostEqual(wizard.kept_less, 10.0)

    def test_submitted_from_there(self):
        self._bills(5.0)
        draft = self._draft({"upper_state": "not_checked"})
        wizard = self._try(draft)
        action = wizard.action_open_lines()
        lines = self.env[action["res_model"]].with_user(self.author).search(action["domain"])
        self.assertEqual(len(lines), 1)
        wizard.action_submit()
        self.assertEqual(draft.state, "submitted")

    def test_the_first_version_of_a_company(self):
        other = self.setup_other_company()["company"]
        draft = self.env["purchase.match.policy"].create(
            {
                "name": "First",
                "company_id": other.id,
                "mode": "enforce",
                "no_order_blocks": "posting",
            }
        )
        self.init_invoice("in_invoice", amounts=[10.0], company=other, taxes=[])
        simulation = Simulation(draft)
        self.assertFalse(simulation.current)
        today = fields.Date.today()
        bills = simulation.bills(today - timedelta(9999), today, self.env["res.partner"])
        results = list(simulation.run(bills))
        self.assertEqual([r.changes[0].finding.code for r in results], ["NO_PO"])

    def test_rights(self):
        draft = self._draft()
        for user in (self.clerk, self.approver, self.buyer):
            with self.assertRaises(AccessError):
                self.env["purchase.match.simulation"].with_user(user).create(
                    {"policy_id": draft.id}
                )
        wizard = self._try(draft)
        stranger = new_test_user(
            self.env,
            "try_stranger",
            groups="base.group_user,healthcare_three_way_match.group_match_policy_author",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            wizard.with_user(stranger).read(["summary"])
        other = self.setup_other_company()["company"]
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        foreign = (
            self.env["purchase.match.simulation"]
            .with_user(stranger)
            .create({"policy_id": draft.id})
        )
        with self.assertRaises(AccessError):
            foreign.action_run()
