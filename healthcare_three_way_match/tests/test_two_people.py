"""Who releases, up to how much, and what takes two people."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..services.own_writes import own
from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestTwoPeople(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._person(
            "second",
            "account.group_account_invoice",
            "healthcare_three_way_match.group_match_approver",
        )

    def setUp(self):
        super().setUp()
        self._amend(second_approval_above=9.99)
        self.order = self._order((self.gloves, 10, 4.0))
        self._receive(self.order, 10)
        self.bill = self._bill(self.order, (10, 5.0))

    def test_one_after_the_other(self):
        hold = self._hold(self.bill, "PRICE", self.approver)
        self.assertEqual(hold.approval, "none_of_two")
        self._decide(hold, "release", "new list price")
        self.assertEqual((hold.state, hold.approval), ("open", "one_of_two"))
        self.assertEqual(hold.first_approver_id, self.approver)
        with self.refused("cannot be posted"):
            self.bill.action_post()
        self._decide(hold.with_user(self.second), "release", "seen the list")
        self.assertEqual((hold.state, hold.decided_by_id), ("released", self.second))
        self.bill.action_post()
        entries = self.env["integration.audit"].search(
            [("res_model", "=", hold._name), ("res_id", "=", hold.id)]
        )
        first = entries.filtered(lambda entry: entry.action == "hold.approved_by_first")
        self.assertEqual((first.user_id, first.detail["reason"]), (self.approver, "new list price"))
        last = entries.filtered(lambda entry: entry.action == "hold.released")
        self.assertEqual(last.user_id, self.second)
        self.assertEqual(last.detail["first_approver"], self.approver.login)

    def test_not_the_same_person(self):
        hold = self._hold(self.bill, "PRICE", self.approver)
        self._decide(hold, "release")
        self.assertFalse(hold.may_release)
        with self.refused("somebody else must be the second", AccessError):
            self._decide(hold, "release")

    def test_up_to_the_amount_one_suffices(self):
        self._amend(second_approval_above=10.0)
        hold = self._hold(self.bill, "PRICE", self.approver)
        self.assertEqual(hold.approval, "one")
        self._decide(hold, "release")
        self.assertEqual(hold.state, "released")

    def test_the_second_meets_the_same_rules(self):
        self._decide(self._hold(self.bill, "PRICE", self.approver), "release")
        self.second.match_release_limit = 5.0
        with self.refused("above your release limit", AccessError):
            self._decide(self._hold(self.bill, "PRICE", self.second), "release")
        with self.refused("right to approve", AccessError):
            self._decide(self._hold(self.bill, "PRICE", self.clerk), "release")

    def test_worse_numbers_need_the_first_again(self):
        hold = self._hold(self.bill, "PRICE", self.approver)
        self._decide(hold, "release")
        line = self.bill.invoice_line_ids
        self.bill.write({"invoice_line_ids": [(1, line.id, {"price_unit": 6.0})]})
        self.assertFalse(hold.first_approver_id)
        self._decide(hold.with_user(self.second), "release")
        self.assertEqual((hold.state, hold.first_approver_id), ("open", self.second))

    def test_milder_numbers_do_not(self):
        self._receive_less()
        hold = self._hold(self.bill, "QTY_REC", self.approver)
        self._decide(hold, "release")
        self._receive(self.order, 1)
        self.assertEqual((hold.amount, hold.first_approver_id), (12.0, self.approver))
        self._decide(hold.with_user(self.second), "release")
        self.assertEqual(hold.state, "released")

    def _receive_less(self):
        self.order = self._order((self.gloves, 10, 4.0))
        self._receive(self.order, 6)
        self.bill = self._bill(self.order, (10, 4.0))

    def test_a_dispute_takes_one_and_ends_what_the_first_said(self):
        hold = self._hold(self.bill, "PRICE", self.approver)
        self._decide(hold, "release")
        self._decide(hold, "dispute")
        self.assertEqual((hold.state, hold.first_approver_id.id), ("disputed", False))

    def test_the_payee_account_too(self):
        bill = self._bill(self.order, (0, 4.0), integration_payee_account="BE71096123456769")
        bill.write(
            {"invoice_line_ids": [(1, bill.invoice_line_ids.id, {"quantity": 10, "price_unit": 4})]}
        )
        hold = self._hold(bill, "BANK", self.approver)
        self._decide(hold, "release", "called them")
        self.assertEqual(hold.approval, "one_of_two")

    def test_the_payee_account_by_neither_clerk_nor_buyer(self):
        order = self._order((self.gloves, 10, 4.0), buyer=self._as_buyer(self.second))
        self._receive(order, 10)
        self._amend(second_approval_above=0)
        bill = self._bill(
            order, (10, 4.0), user=self.approver, integration_payee_account="BE71096123456769"
        )
        with self.refused("entered the bill", AccessError):
            self._decide(self._hold(bill, "BANK", self.approver), "release")
        with self.refused("Who bought", AccessError):
            self._decide(self._hold(bill, "BANK", self.second), "release")
        third = self._person("third", "healthcare_three_way_match.group_match_approver")
        self._decide(self._hold(bill, "BANK", third), "release", "called them")

    def _as_buyer(self, user):
        user.group_ids += self.env.ref("purchase.group_purchase_user")
        return user

    def test_who_added_a_line_to_the_bill(self):
        self._amend(second_approval_above=0)
        self.bill.with_user(self.approver).write(
            {"invoice_line_ids": [(0, 0, {"name": "Freight", "price_unit": 1.0, "tax_ids": False})]}
        )
        with self.refused("entered the bill", AccessError):
            self._decide(self._hold(self.bill, "PRICE", self.approver), "release")

    def test_limits_of_groups(self):
        self._amend(second_approval_above=0, release_limit=1.0)
        group = self.env["res.groups"].create({"name": "Heads", "match_release_limit": 10.0})
        hold = self._hold(self.bill, "PRICE", self.approver)
        with self.refused("above your release limit", AccessError):
            self._decide(hold, "release")
        self.approver.group_ids += group
        self.approver.match_release_limit = 9.0
        with self.refused("above your release limit", AccessError):
            self._decide(hold, "release")
        self.approver.match_release_limit = 0
        self._decide(hold, "release")
        self.assertEqual(hold.state, "released")


@tagged("post_install", "-at_install")
class TestMany(MatchCommon):
    def setUp(self):
        super().setUp()
        self._amend(second_approval_above=0)
        self.bills = self.env["account.move"]
        for price in (5.0, 6.0, 7.0):
            order = self._order((self.gloves, 10, 4.0))
            self._receive(order, 10)
            self.bills += self._bill(order, (10, price)).with_env(self.env)
        self.holds = self._match_holds(self.bills)

    def _match_holds(self, bills):
        return self.env["purchase.match.hold"].search([("bill_id", "in", bills.ids)])

    def _wizard(self, decision, user=None, reason="as agreed"):
        holds = self.holds.with_user(user or self.approver)
        action = getattr(holds, f"action_{decision}")()
        wizard = holds.env[action["res_model"]].browse(action["res_id"])
        wizard.reason = reason
        return wizard

    def test_release_takes_what_it_may_and_says_why_not_the_others(self):
        self.approver.match_release_limit = 20.0
        wizard = self._wizard("release")
        action = wizard.action_decide()
        self.assertEqual(sorted(self.holds.mapped("state")), ["open", "released", "released"])
        self.assertEqual((action["res_id"], wizard.taken_count), (wizard.id, 2))
        self.assertEqual(len(wizard.refused.splitlines()), 1)
        self.assertIn("above your release limit", wizard.refused)
        self.assertIn(self.bills[2].ref, wizard.refused)

    def test_dispute_all(self):
        self.assertEqual(
            self._wizard("dispute", self.clerk).action_decide()["type"],
            "ir.actions.act_window_close",
        )
        self.assertEqual(set(self.holds.mapped("state")), {"disputed"})
        self.bills.action_post()
        self.assertEqual([match.withheld for match in self._matches()], [10.0, 20.0, 30.0])

    def _matches(self):
        return self.bills.match_ids.sorted("withheld")

    def test_each_one_is_told_by_itself(self):
        self._decide(self.holds[0].with_user(self.approver), "release")
        wizard = self._wizard("release", self.clerk)
        wizard.action_decide()
        lines = wizard.refused.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertIn("decided already", lines[0])
        self.assertIn("right to approve", lines[1])
        self.assertEqual(wizard.taken_count, 0)

    def test_no_reason_decides_nothing(self):
        with self.refused("why"):
            self._wizard("release", reason=" ").action_decide()
        self.assertEqual(set(self.holds.mapped("state")), {"open"})

    def test_queries_do_not_grow_with_the_holds(self):
        """Holds are written together, and without savepoints."""
        counts = []
        for count in (1, 3):
            wizard = self._wizard("dispute")
            wizard.hold_ids = [(6, 0, self.holds[:count].ids)]
            self.env.flush_all()
            statements = []
            execute = type(self.cr).execute

            record = self._recorder(execute, statements)
            self.patch(type(self.cr), "execute", record)
            wizard.action_decide()
            self.env.flush_all()
            self.patch(type(self.cr), "execute", execute)
            self.assertFalse([each for each in statements if "SAVEPOINT" in each])
            counts.append(
                len([each for each in statements if 'UPDATE "purchase_match_hold"' in each])
            )
            undone = ("reason", "decided_by_id", "decided_on")
            own(self.holds.sudo()).write(
                {"state": "open", "blocks": "posting", **dict.fromkeys(undone, False)}
            )
        self.assertEqual(counts, [1, 1])

    @staticmethod
    def _recorder(execute, statements):
        def record(cr, query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, *args, **kwargs)

        return record
