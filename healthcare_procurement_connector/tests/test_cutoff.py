from datetime import datetime, timedelta

from odoo.tests import tagged

from ..services import cutoff
from .common import ConnectorCase

# A Wednesday; 16:30 in Amsterdam.
CUTOFF = datetime(2026, 11, 25, 15, 30)


@tagged("post_install", "-at_install")
class TestCutoff(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.endpoint.write(
            {"cutoff": "Mon-Fri 16:30", "time_zone": "Europe/Amsterdam", "cutoff_notice": 30}
        )
        self.order = self.confirmed_order([(self.gloves, 1, 1)])
        self.message = self.messages_of(self.order)
        self.ordered(CUTOFF - timedelta(hours=2))

    def ordered(self, when):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_message SET create_date = %s WHERE id = %s",
            (when, self.message.id),
        )
        self.message.invalidate_recordset()

    def warn(self, minutes):
        return cutoff.warn(self.env, CUTOFF + timedelta(minutes=minutes))

    def warnings(self):
        return self.message.exception_ids.filtered(lambda record: record.code == "cutoff_missed")

    def test_the_buyer_is_told_once_while_there_is_time(self):
        self.assertEqual(self.warn(-31), 0)
        self.assertEqual([self.warn(-30), self.warn(-29), self.warn(10)], [1, 0, 0])
        warning = self.warnings()
        self.assertEqual((warning.user_id, warning.date_due), (self.buyer, CUTOFF))
        self.assertEqual(warning.business_ref, self.message.business_ref)
        self.assertIn("16:30", warning.summary.replace("4:30\u202fPM", "16:30"))
        warning._resolve("phoned in")
        self.assertEqual(self.warn(-5), 0, "who phoned is not asked again")

    def test_the_next_day_is_another_cut_off(self):
        self.warn(-30)
        self.assertEqual(self.warn(24 * 60 - 30), 0, "the first question is still open")
        self.warnings()._resolve("later")
        self.assertEqual(self.warn(24 * 60 - 30), 1)

    def test_what_is_ordered_after_the_cut_off_is_for_the_next_day(self):
        self.ordered(CUTOFF + timedelta(minutes=1))
        self.assertEqual(self.warn(2), 0)
        self.assertEqual(self.warn(24 * 60 - 30), 1)

    def test_what_was_sent_or_needs_no_hurry_warns_nobody(self):
        self.assertEqual(self.warn(-30 + 3 * 24 * 60), 0, "Saturday has no cut-off")
        self.drain_outbound()
        self.assertEqual(self.message.state, "sent")
        self.assertEqual(self.warn(-30), 0)

    def test_sending_settles_the_warning(self):
        self.warn(-30)
        self.drain_outbound()
        self.assertEqual(self.warnings().state, "resolved")

    def test_many_orders_cost_as_many_queries_as_one_reads(self):
        orders = [self.confirmed_order([(self.gloves, 1, 1)]) for _ in range(5)]
        messages = self.env["integration.message"].concat(*map(self.messages_of, orders))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_message SET create_date = %s WHERE id IN %s",
            (CUTOFF - timedelta(hours=1), tuple(messages.ids)),
        )
        self.assertEqual(self.warn(-10), 6)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):  # endpoints, and messages that nobody was told of
            self.assertEqual(self.warn(-9), 0)
