from odoo.tests import tagged

from .common import MonitorCase

MOST = 40


@tagged("post_install", "-at_install")
class TestQueries(MonitorCase):
    def queries(self):
        self.data()  # warms what the registry caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["integration.dashboard"].with_user(self.viewer).get_data()
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

    def test_three_times_the_rows_cost_the_same_queries(self):
        # Enough at first that an endpoint is in trouble: who looks at one is told times in his time zone.
        self.situation(10)
        self.held_bill(self.sent_order())
        few = self.queries()
        self.situation(20)
        many = self.queries()
        self.assertEqual(many, few)
        self.assertLessEqual(many, MOST)
