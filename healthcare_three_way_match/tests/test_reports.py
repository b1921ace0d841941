"""What the reports say, against figures counted by hand."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestReports(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.partner"].create({"name": "Orthomed", "is_company": True})

    def _world(self):
        """Five bills of Mediline: two agree, one within tolerance, one released, one held; one of Orthomed, held."""
        orders = [self._order((self.gloves, 10, 4.0)) for _number in range(5)]
        for order in orders:
            self._receive(order, 10)
        self.clean = [self._bill(order, (10, 4.0)) for order in orders[:2]]
        self.tolerated = self._bill(orders[2], (10, 4.05))
        self.released = self._bill(orders[3], (10, 5.0))
        self._decide(self._hold(self.released, "PRICE", self.approver), "release")
        self.held = self._bill(orders[4], (12, 4.0))
        foreign = self._order((self.gloves, 10, 4.0), partner_id=self.other.id)
        self.foreign = self._bill(foreign, (10, 4.0), partner_id=self.other.id)
        self.env.flush_all()
        self.env.invalidate_all()

    def _rows(self, model, *groupby):
        domain = [("company_id", "=", self.company.id)]
        aggregates = {
            "purchase.match.report": [
                "__count", "match_rate:avg", "touchless_rate:avg", "exception_rate:avg", "price_rate:avg",
                "quantity_rate:avg", "held:sum", "price_drift:sum",
            ],
            "purchase.match.hold.report": ["__count", "amount:sum", "amount_active:sum"],
        }[model]  # fmt: skip
        rows = self.env[model].with_user(self.approver)._read_group(domain, groupby, aggregates)
        return {
            tuple(getattr(key, "name", key) for key in row[: len(groupby)]): [
                round(value, 2) for value in row[len(groupby) :]
            ]
            for row in rows
        }

    def test_rates_and_money_by_supplier(self):
        self._world()
        rows = self._rows("purchase.match.report", "partner_id")
        # 3 of 5 without a finding; of the 2 others one each for price and quantity; 2 x 4.00 held; 10 x 0.05 let
        # through.
        self.assertEqual(rows[("Mediline",)], [5, 60.0, 60.0, 40.0, 20.0, 20.0, 8.0, 0.5])
        # Nothing received: all 40.00 is held.
        self.assertEqual(rows[("Orthomed",)], [1, 0.0, 0.0, 100.0, 0.0, 100.0, 40.0, 0.0])

    def test_kinds(self):
        self._world()
        rows = self._rows("purchase.match.hold.report", "code", "state")
        self.assertEqual(rows[("PRICE", "released")], [1, 10.0, 0.0])
        self.assertEqual(rows[("QTY_ORD", "open")], [1, 8.0, 8.0])
        self.assertEqual(rows[("NOT_RECEIVED", "open")], [1, 40.0, 40.0])

    def test_a_cause_that_goes_by_itself_is_touchless(self):
        order = self._order((self.gloves, 10, 4.0))
        bill = self._bill(order, (10, 4.0))
        self._receive(order, 10)
        self.env.flush_all()
        row = self.env["purchase.match.report"].search([("bill_id", "=", bill.id)])
        self.assertEqual((row.match_rate, row.touchless_rate, row.exception_rate), (0, 100, 100))

    def test_time_to_resolve(self):
        self._world()
        now = fields.Datetime.now()
        hold = self.released.match_id.hold_ids
        self.env.cr.execute(
            "UPDATE purchase_match_hold SET create_date = %s, decided_on = %s, date_due = %s WHERE id = %s",
            (
                now - timedelta(hours=30),
                now - timedelta(hours=6),
                now - timedelta(days=10),
                hold.id,
            ),
        )
        self.env.invalidate_all()
        row = self.env["purchase.match.hold.report"].browse(hold.id)
        self.assertAlmostEqual(row.hours_to_resolve, 24.0, 2)
        self.assertEqual((row.still_held, row.hours_waiting, row.overdue_rate), (False, 0, 100))
        waiting = self.env["purchase.match.hold.report"].search([("bill_id", "=", self.held.id)])
        self.assertEqual((waiting.still_held, waiting.hours_to_resolve), (True, 0))
        self.assertEqual(waiting.overdue_rate, 0)

    def test_discounts_lost(self):
        """2 % within ten days of a bill of 48.00, held for longer: 0.96; the same on a bill that agrees: nothing."""
        term = self.env["account.payment.term"].create(
            {
                "name": "2/10 net 30",
                "early_discount": True,
                "discount_days": 10,
                "discount_percentage": 2,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        day = fields.Date.today() - timedelta(days=20)
        orders = [self._order((self.gloves, 10, 4.0)) for _number in range(2)]
        for order in orders:
            self._receive(order, 10)
        terms = {"invoice_payment_term_id": term.id, "invoice_date": day}
        held = self._bill(orders[0], (12, 4.0), **terms)
        clean = self._bill(orders[1], (10, 4.0), **terms)
        self.env.flush_all()
        rows = self.env["purchase.match.report"].search([("bill_id", "in", (held + clean).ids)])
        lost = {row.bill_id: round(row.discount_lost, 2) for row in rows}
        self.assertEqual(lost, {held: 0.96, clean: 0.0})

    def test_another_currency_is_shown_in_ours(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        order = self._order((self.gloves, 10, 4.0), currency_id=euro.id)
        bill = self._bill(order, (10, 4.0), currency_id=euro.id)
        self.env.flush_all()
        row = self.env["purchase.match.report"].search([("bill_id", "=", bill.id)])
        self.assertEqual((row.amount, row.held), (20.0, 20.0))

    def test_rights(self):
        self._world()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.approver.copy({"login": "match_stranger"})
        stranger.write({"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id})
        for model in ("purchase.match.report", "purchase.match.hold.report"):
            for person in (self.receiver, self.buyer):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(person).search([])
            self.assertFalse(self.env[model].with_user(stranger).search([]))
            self.assertTrue(self.env[model].with_user(self.approver).search([]))
