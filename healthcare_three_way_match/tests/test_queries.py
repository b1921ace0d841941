"""The number of queries does not grow with the number of bills."""

import gc

from odoo.tests import tagged

from odoo.addons.healthcare_three_way_match.services.matching import Matching

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestQueries(MatchCommon):
    def _bills(self, count):
        bills = self.env["account.move"]
        for _number in range(count):
            order = self._order((self.gloves, 10, 4.0), (self.syringes, 5, 1.0))
            self._receive(order, 10, 5)
            bills += self._bill(order, (10, 4.0), (5, 1.0)).with_env(self.env)
        return bills

    def _count(self, bills):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        Matching(self.env).run(bills)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_constant_number_of_queries(self):
        bills = self._bills(6)
        self._count(bills)
        few, many = self._count(bills[:2]), self._count(bills)
        self.assertLessEqual(many, few + 1)
        with self.assertQueryCount(45):
            self.env.invalidate_all()
            Matching(self.env).run(bills)
            self.env.flush_all()

    def test_a_company_without_policy_pays_nothing(self):
        self._amend(mode="off")
        bill = self.init_invoice("in_invoice", partner=self.supplier, amounts=[1.0], taxes=[])
        bill._match_drafts()
        with self.assertQueryCount(0):
            bill._match_drafts()

    def _lists(self):
        """The queries of each list, with what its columns need."""
        bills = [("move_type", "=", "in_invoice")]
        may = ["explanation", "tolerance", "overdue", "may_release", "may_dispute", "bill_ref"]
        lists = (
            ("account.move", bills, ["match_state", "match_blocks", "match_withheld"]),
            ("purchase.match", [], ["display_name", "state", "withheld"]),
            ("purchase.match.line", [], ["result", "explanation", "tolerance", "difference"]),
            ("purchase.match.hold", [], may),
        )
        counts = {}
        for model, domain, columns in lists:
            records = self.env[model].with_user(self.approver).search(domain)
            self.env.flush_all()
            self.env.invalidate_all()
            # Environments know their user and refer to themselves: when they are forgotten, the user is read again.
            gc.collect()
            before = self.cr.sql_log_count
            records.read(columns)
            counts[model] = self.cr.sql_log_count - before
        return counts

    def test_lists_cost_the_same_for_many(self):
        counts = []
        for _round in range(3):
            for _number in range(4):
                self._bill(self._order((self.gloves, 10, 4.0)), (10, 4.0))
            counts.append(self._lists())
        # The first round also fills what a process reads once.
        self.assertEqual(counts[1], counts[2])
