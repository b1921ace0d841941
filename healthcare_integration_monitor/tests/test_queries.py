from odoo.tests import tagged

from .common import MonitorCase

MOST = 40


@tagged("post_install", "-at_install")
class TestQueries(MonitorCase):
    def queries(self):
        # Kept: an environment reads its user's time zone once, and one that nobody holds is made anew.
        dashboard = self.env["integration.dashboard"].with_user(self.viewer)
        for _time in range(3):  # the first ones warm what the registry and the environment keep
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            dashboard.get_data()
        return self.env.cr.sql_log_count - before

    def situation(self, times):
        for _time in range(times):
            self.refused_order()
            self.answer(self.sent_order(), "changed", price="9.50")
            self.announce(self.sent_order(hours_ago=30))
        self.env["integration.exception"]._raise(
            [
                {
                    "code": "shipment",
                    "summary": "x",
                    "company_id": self.company.id,
                    "user_id": user.id,
                }
                for user in (self.viewer, self.buyer)
            ]
            * times
        )

    def test_ten_times_the_rows_cost_the_same_queries(self):
        self.situation(1)
        self.held_bill(self.sent_order())
        few = self.queries()
        self.situation(10)
        many = self.queries()
        self.assertEqual(many, few)
        self.assertLessEqual(many, MOST)
