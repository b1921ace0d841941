"""Many bills at once: the same outcome as one by one, in few statements, started again without harm."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.healthcare_three_way_match.services import batch as service
from odoo.addons.healthcare_three_way_match.services.collect import Collector
from odoo.addons.healthcare_three_way_match.services.fast_matching import FastMatching
from odoo.addons.healthcare_three_way_match.services.fast_rows import FastRows
from odoo.addons.healthcare_three_way_match.services.matching import Matching
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import MatchCommon

TABLES = ("purchase_match", "purchase_match_line", "purchase_match_hold")
# Differ from run to run, or are nobody's business: who and when.
OWN = {"id", "match_id", "create_uid", "write_uid", "create_date", "write_date", "matched_on"}


@tagged("post_install", "-at_install")
class TestBatch(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.env["account.tax"].create(
            {"name": "20 %", "amount": 20, "type_tax_use": "purchase", "company_id": cls.company.id}
        )
        cls.dozen = cls.env.ref("uom.product_uom_dozen")

    def _bills(self):
        """One bill of each sort; nothing is compared yet."""
        with patch.object(Matching, "run", lambda self, bills: {}):
            return self._entered()

    def _entered(self):
        gloves, syringes = (self.gloves, 10, 4.0), (self.syringes, 5, 1.1)
        orders = [self._order(gloves, syringes) for _number in range(8)]
        for order in orders[:-1]:
            self._receive(order, 10, 5)
        bills = {
            "agrees": self._bill(orders[0], (10, 4.0), (5, 1.1)),
            "too dear": self._bill(orders[1], (10, 6.0), (5, 1.1)),
            "too many": self._bill(orders[2], (12, 4.0), (7, 1.1)),
            "first part": self._bill(orders[3], (6, 4.0), (5, 1.1)),
            "second part": self._bill(orders[3], (6, 4.0), (1, 1.1)),
            "not received": self._bill(orders[7], (10, 4.0), (5, 1.1)),
            "other account": self._bill(
                orders[4], (10, 4.0), (5, 1.1), integration_payee_account="BE68 5390 0754 7034"
            ),
            "posted": self._bill(orders[5], (10, 4.0), (5, 1.1)),
            "dozen": self._bill(orders[6], (10, 4.0), (5, 1.1)),
        }
        bills["posted"].action_post()
        bills["dozen"].invoice_line_ids[0].write(
            {"product_uom_id": self.dozen.id, "quantity": 1, "price_unit": 48.0, "discount": 2.5}
        )
        bills["dozen"].invoice_line_ids[1].tax_ids = self.tax
        bills["dozen"].invoice_line_ids[1].purchase_line_id.tax_ids = self.tax
        bills["freight"] = self._bill(orders[0], (0, 4.0), (0, 1.1))
        bills["freight"].invoice_line_ids = [
            Command.create(
                {"name": "Freight\nby road", "quantity": 1, "price_unit": 9.0, "tax_ids": False}
            )
        ]
        self.env.flush_all()
        self.assertFalse(self.env["purchase.match"].search([("company_id", "=", self.company.id)]))
        return {name: bill.with_env(self.env) for name, bill in bills.items()}

    def _records(self, bills):
        return self.env["account.move"].browse([bill.id for bill in bills.values()])

    def _stored(self):
        """Everything that is stored about matches, in an order that does not hang on ids."""
        self.env.flush_all()
        found = {}
        for table in TABLES:
            self.env.cr.execute(f"SELECT * FROM {table} WHERE company_id = %s", (self.company.id,))
            names = [column.name for column in self.env.cr.description]
            rows = [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]
            found[table] = sorted(
                repr(sorted((k, _plain(v)) for k, v in row.items() if k not in OWN)) for row in rows
            )
        audit = self.env["integration.audit"].search([("company_id", "=", self.company.id)])
        found["told"] = sorted((row.action, repr(row.detail)) for row in audit)
        return found

    def _run_both(self, bills):
        """(what stands after one by one, what stands after the batch, what the batch left)."""
        savepoint = self.env.cr.savepoint()
        Matching(self.env).run(bills)
        one_by_one = self._stored()
        savepoint.rollback()
        self.env.invalidate_all()
        left = FastMatching(self.env).run(bills)
        Matching(self.env).run(left)
        in_batch = self._stored()
        savepoint.close(rollback=False)
        return one_by_one, in_batch, left

    def test_reads_the_same_facts(self):
        bills = self._records(self._bills()).sudo()
        rows = FastRows(bills.env)
        heads = rows.heads(bills.ids)
        read = rows.plain_bills(heads, bills.invoice_line_ids.ids)
        matches = self.env["purchase.match"].sudo().search([("bill_id", "in", bills.ids)])
        slow = Collector(bills, matches).bills()
        self.assertEqual(set(read), set(bills.ids))
        for bill in bills:
            self.assertEqual(read[bill.id], slow[bill], bill.ref)

    def test_most_lines_are_seen_to_be_as_ordered(self):
        """Only what differs is looked at any further: else it would be right, and slow."""
        found = self._bills()
        bills = self._records(found)
        asked_for = []
        plain_bills = FastRows.plain_bills

        def listen(rows, heads, line_ids):
            asked_for.extend(line_ids)
            return plain_bills(rows, heads, line_ids)

        with patch.object(FastRows, "plain_bills", listen):
            self.assertFalse(FastMatching(self.env).run(bills))
        # Of "agrees" both are: another bill names the same order lines.
        wanted = {"posted": 0, "too dear": 1, "too many": 2, "agrees": 2, "other account": 2}
        for name, lines in wanted.items():
            own = set(found[name].invoice_line_ids.ids)
            self.assertEqual(len(own.intersection(asked_for)), lines, name)

    def test_writes_the_same_rows(self):
        bills = self._records(self._bills())
        one_by_one, in_batch, left = self._run_both(bills)
        self.assertFalse(left)
        self.maxDiff = None
        for table, rows in one_by_one.items():
            self.assertEqual(in_batch[table], rows, table)
        self.assertGreater(len(in_batch["purchase_match_hold"]), 5)

    def test_again_writes_the_same_rows(self):
        """Bills that agreed are looked at again; what differs now, or was held, goes the other way."""
        found = self._bills()
        bills = self._records(found)
        Matching(self.env).run(bills)
        self.env["purchase.order.line"].search(
            [("order_id", "=", found["agrees"].invoice_line_ids.purchase_line_id.order_id.id)]
        ).invalidate_recordset()
        # Without the ORM's knowledge: as a change that no save of a bill followed.
        line = found["agrees"].invoice_line_ids[0]
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET quantity = 9 WHERE id = %s", (line.id,))
        self.env.invalidate_all()
        one_by_one, in_batch, left = self._run_both(bills)
        self.assertNotIn(found["agrees"], left)
        self.assertIn(found["too dear"], left)
        for table, rows in one_by_one.items():
            self.assertEqual(in_batch[table], rows, table)

    def test_what_is_not_plain_is_left(self):
        found = self._bills()
        twin = found["agrees"].copy({"ref": found["agrees"].ref, "invoice_date": "2026-01-02"})
        order = self._order((self.gloves, 3, 4.0), (self.syringes, 5, 1.1))
        self._receive(order, 3, 5)
        included = self._bill(order, (3, 4.0), (5, 1.1))
        included.invoice_line_ids[0].tax_ids = self.tax.copy(
            {"price_include_override": "tax_included"}
        )
        without = self.init_invoice("in_invoice", partner=self.supplier, amounts=[1.0], taxes=[])
        bills = twin + included + without + found["posted"]
        left = FastMatching(self.env).run(bills)
        self.assertEqual(set(bills) - set(left), {found["posted"]})

    def test_a_constant_number_of_statements(self):
        found = self._bills()
        bills = self._records(found)
        few = found["first part"] + found["too dear"] + found["posted"]

        def count(some):
            savepoint = self.env.cr.savepoint()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            FastMatching(self.env).run(some)
            self.env.flush_all()
            counted = self.env.cr.sql_log_count - before
            savepoint.rollback()
            savepoint.close(rollback=False)
            return counted

        count(bills)
        many = few + found["second part"] + found["too many"] + found["other account"]
        self.assertLessEqual(count(many), count(few) + 1)

    # -- jobs -----------------------------------------------------------------------------------

    def _start(self):
        found = self._bills()
        with trap_jobs() as trap:
            self.env["purchase.match.batch"].with_user(self.clerk).action_match_everything()
            batch = self.env["purchase.match.batch"].search([("company_id", "=", self.company.id)])
            trap.assert_jobs_count(1, only=batch.portion_ids._job_match)
            self.assertEqual((batch.state, batch.done, batch.progress), ("running", 0, 0))
            trap.perform_enqueued_jobs()
        self.env.invalidate_all()
        return found, batch

    def test_everything_open_is_compared_by_jobs(self):
        found, batch = self._start()
        self.assertEqual((batch.state, batch.total, batch.failed), ("done", len(found), 0))
        self.assertEqual((batch.done, batch.progress), (len(found), 100))
        self.assertEqual(self._codes(found["too dear"]), ["PRICE"])
        self.assertEqual(found["agrees"].match_state, "clean")

    def test_a_job_that_comes_twice_does_nothing_twice(self):
        _found, batch = self._start()
        before = self._stored()
        with patch.object(service, "match_portion", side_effect=AssertionError("compared again")):
            batch.portion_ids._job_match()
        self.assertEqual(self._stored(), before)

    def test_a_bill_that_fails_is_named_and_the_others_go_on(self):
        found = self._bills()
        broken = found["too dear"]
        run = Matching.run

        def fail(matching, bills):
            if broken in bills:
                raise ValueError("no such unit")
            return run(matching, bills)

        with (
            patch.object(FastMatching, "run", lambda self, bills: bills),
            patch.object(Matching, "run", fail),
        ):
            failed = service.match_portion(self.env, [bill.id for bill in found.values()])
        self.assertEqual(failed, {broken.id: "ValueError: no such unit"})
        self.assertEqual(found["agrees"].match_state, "clean")
        self.assertFalse(self._match(broken))

    def test_failed_portions_go_again(self):
        found = self._bills()
        reasons = {found["agrees"].id: "ValueError: no"}
        with trap_jobs() as trap:
            self.env["purchase.match.batch"].with_user(self.clerk).action_match_everything()
            with patch.object(service, "match_portion", return_value=reasons):
                trap.perform_enqueued_jobs()
        batch = self.env["purchase.match.batch"].search([("company_id", "=", self.company.id)])
        self.assertEqual((batch.state, batch.failed, batch.progress), ("failed", 1, 100))
        self.assertIn("ValueError", batch.portion_ids.reason_text)
        with trap_jobs() as trap:
            batch.with_user(self.clerk).action_restart()
            self.assertEqual(batch.state, "running")
            batch.with_user(self.clerk).action_stop()
            self.assertEqual(batch.state, "stopped")
            trap.perform_enqueued_jobs()
            self.assertEqual(batch.state, "stopped")
        with trap_jobs() as trap:
            batch.with_user(self.clerk).action_restart()
            trap.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual((batch.state, batch.failed), ("done", 0))

    def test_who_may_start_and_stop(self):
        self._bills()
        batches = self.env["purchase.match.batch"]
        for person in (self.buyer, self.receiver):
            with self.assertRaises(AccessError):
                batches.with_user(person).action_match_everything()
        with trap_jobs():
            batches.with_user(self.clerk).action_match_everything()
        batch = batches.search([("company_id", "=", self.company.id)])
        with self.assertRaises(AccessError):
            batch.with_user(self.receiver).action_stop()
        with self.assertRaises(AccessError):
            batch.with_user(self.clerk).write({"kind": "nightly"})

    def test_nothing_open(self):
        with self.assertRaisesRegex(UserError, "no open bill"):
            self.env["purchase.match.batch"].with_user(self.clerk).with_company(
                self.company
            ).action_match_everything()

    def test_each_night(self):
        found = self._bills()
        with trap_jobs() as trap:
            self.env["purchase.match.batch"]._cron_nightly()
            trap.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual(found["agrees"].match_state, "clean")

    def test_imported_bills_are_compared_by_jobs(self):
        names = ["move_type", "partner_id/.id", "ref", "invoice_date", "invoice_line_ids/name",
                 "invoice_line_ids/quantity", "invoice_line_ids/price_unit"]  # fmt: skip
        rows = [
            ["in_invoice", str(self.supplier.id), f"M-{number}", "2026-01-31", "Gloves", "2", "4"]
            for number in range(30)
        ]
        with trap_jobs() as trap:
            loaded = self.env["account.move"].with_user(self.clerk).load(names, rows)
            self.assertFalse(loaded["messages"])
            bills = self.env["account.move"].browse(loaded["ids"])
            self.assertFalse(self.env["purchase.match"].search([("bill_id", "in", bills.ids)]))
            batch = self.env["purchase.match.batch"].search([("company_id", "=", self.company.id)])
            self.assertEqual((batch.kind, batch.total, batch.state), ("import", 30, "running"))
            trap.perform_enqueued_jobs()
        self.env.invalidate_all()
        self.assertEqual((batch.done, batch.state), (30, "done"))
        self.assertEqual(len(self.env["purchase.match"].search([("bill_id", "in", bills.ids)])), 30)


def _plain(value):
    """Numbers by value: 4 and 4.000 are written by different hands."""
    return float(value) if hasattr(value, "as_tuple") else value
