from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from ..core.trace import trace_of
from ..services import relay
from .common import BusCase


@tagged("post_install", "-at_install")
class TestEvents(BusCase):
    def test_a_fact_becomes_an_event_in_the_same_transaction(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._record(self._fact("lost"))
            raise ZeroDivisionError
        self._record(self._fact("kept", amount="1.50"))
        subjects = self.env["integration.event"].search([("subject", "in", ("lost", "kept"))])
        self.assertEqual(subjects.mapped("subject"), ["kept"])
        self.assertEqual(subjects.data, {"amount": "1.50"})
        self.assertTrue(trace_of(subjects.traceparent))

    def test_the_sequence_counts_within_the_business_reference(self):
        first = self._record(self._fact("a"), self._fact("b", ref="HP2"), self._fact("c"))
        second = self._record(
            self._fact("d"), self._fact("e", ref=None, fact_type="goods.received")
        )
        self.assertEqual(first.mapped("sequence"), [1, 1, 2])
        self.assertEqual(second.mapped("sequence"), [3, 1])
        self.assertEqual(second.mapped("key"), ["HP1", "goods:e"])

    def test_companies_count_apart(self):
        events = self._record(self._fact(), self._fact(company=self.other_company))
        self.assertEqual(events.mapped("sequence"), [1, 1])

    def test_positions_have_no_gaps_and_follow_commits(self):
        head = relay.head(self.env)
        events = self._record(*[self._fact(str(n), ref=f"HP{n}") for n in range(30)])
        self.assertFalse(any(events.mapped("position")))
        self.assertEqual(relay.relay(self.env), head + 30)
        events.invalidate_recordset()
        self.assertEqual(events.mapped("position"), list(range(head + 1, head + 31)))
        self.assertEqual(relay.relay(self.env), head + 30)
        last = self._record(self._fact("later"))
        relay.relay(self.env)
        self.assertEqual(last.position, head + 31)

    def test_nobody_changes_an_event(self):
        event = self._record(self._fact())
        for env in (self.env, self.env(user=self.manager, su=True), self.env(user=self.manager)):
            mine = event.with_env(env)
            for act in (
                lambda mine=mine: mine.write({"subject": "x"}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.copy(),
                lambda mine=mine: mine.create({"type": "order.sent"}),
            ):
                with self.assertRaises(AccessError):
                    act()

    def test_recording_costs_the_same_for_one_and_for_a_hundred(self):
        self._subscription()
        self._record(self._fact())
        self.env.flush_all()

        def queries(number):
            facts = [self._fact(str(n), ref=f"R{n % 9}") for n in range(number)]
            before = self.env.cr.sql_log_count
            self.env["integration.fact"]._record(facts)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        one, hundred = queries(1), queries(100)
        self.assertEqual(one, hundred)
        # Five of ours, and the one by which the connector wakes documents that waited for the fact.
        self.assertLessEqual(hundred, 6)

    def test_nothing_is_nothing(self):
        before = self.env.cr.sql_log_count
        self.env["integration.fact"]._record([])
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_a_malformed_type_is_a_bug_of_ours(self):
        with self.assertRaises(ValueError):
            self._record(self._fact(fact_type="Order sent"))

    def test_the_drain_is_woken_once_and_not_as_the_buyer(self):
        self._subscription()
        self.env["queue.job"].search([]).unlink()
        with trap_jobs() as trap:
            self.env["integration.fact"].with_user(self.user)._record([self._fact()])
            trap.assert_jobs_count(1, only=self.env["integration.event.drain"]._job_drain)
            technical = self.env.ref("healthcare_procurement_connector.user_integration_technical")
            self.assertEqual(trap.enqueued_jobs[0].recordset.env.user, technical)
        self.env["integration.fact"]._record([self._fact()])
        self.env["integration.fact"]._record([self._fact()])
        jobs = self.env["queue.job"].search([("identity_key", "=", "integration.event.drain")])
        self.assertEqual(len(jobs), 1)
        self.assertTrue(jobs.job_function_id.allow_commit)

    def test_nobody_is_woken_where_nobody_listens(self):
        self._subscription(company_id=self.other_company.id)
        with trap_jobs() as trap:
            self._record(self._fact())
            trap.assert_jobs_count(0)

    def test_the_event_shows_what_subscribers_get(self):
        event = self._record(self._fact(order="P1")).with_user(self.user)
        self.assertIn('"correlationid": "HP1"', event.cloud_event)
        self.assertIn('"order": "P1"', event.cloud_event)
        self.assertTrue(event.description)
