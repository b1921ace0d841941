from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..core import documents as doc
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestLotWarnings(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.insulin, 10, 40)])
        self.arrival_day = fields.Date.today() + timedelta(days=3)
        self.insulin.minimum_shelf_life = 90

    def notice(self, *lots):
        lines = doc.DespatchLine(
            "1",
            doc.Item(gtin=self.insulin.barcode),
            doc.Quantity(Decimal(10), "C62"),
            order_line="1",
            lots=lots,
        )
        return self.receive(
            self.despatch_for(self.order, [lines], expected=doc.Period(end=self.arrival_day))
        )

    def lot(self, name, days=None):
        expiry = self.arrival_day + timedelta(days=days) if days is not None else None
        return doc.Lot(name, expiry)

    def question(self, message):
        return self.open_exceptions(message).filtered(lambda each: each.code.startswith("lot_"))

    def test_long_enough(self):
        self.assertFalse(self.question(self.notice(self.lot("L-1", 90))))

    def test_short_dated(self):
        message = self.notice(self.lot("L-1", 89))
        question = self.question(message)
        self.assertEqual((question.code, question.user_id), ("lot_short_dated", self.buyer))
        self.assertIn("L-1", question.summary)
        self.assertIn("too soon", question.summary)
        self.assertEqual(message.state, "processed")

    def test_expired_before_it_arrives(self):
        question = self.question(self.notice(self.lot("L-1", -1)))
        self.assertIn("before it arrives", question.summary)

    def test_recalled(self):
        self.env["integration.recall"].create(
            {"name": "FSN-1", "product_id": self.insulin.id, "lot": "l-1"}
        )
        question = self.question(self.notice(self.lot("L-1", 400)))
        self.assertEqual(question.code, "lot_recalled")

    def test_another_lot_is_not_recalled(self):
        self.env["integration.recall"].create(
            {"name": "FSN-1", "product_id": self.insulin.id, "lot": "L-2"}
        )
        self.assertFalse(self.question(self.notice(self.lot("L-1", 400))))

    def test_a_recall_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        recall = self.env["integration.recall"].create(
            {"name": "FSN-1", "product_id": self.insulin.id, "company_id": other.id}
        )
        self.assertFalse(self.question(self.notice(self.lot("L-1", 400))))
        self.assertNotIn(recall, self.env["integration.recall"].with_user(self.buyer).search([]))

    def test_without_a_minimum_only_expired_lots_count(self):
        self.insulin.minimum_shelf_life = 0
        self.assertFalse(self.question(self.notice(self.lot("L-1", 0))))

    def test_buyers_see_recalls_and_enter_none(self):
        recall = self.env["integration.recall"].create(
            {"name": "FSN-1", "product_id": self.insulin.id}
        )
        self.assertEqual(recall.with_user(self.buyer).date, fields.Date.today())
        with self.assertRaises(AccessError):
            recall.with_user(self.buyer).write({"active": False})
