"""Rows for suppliers, categories, products and orders: which one applies, and that the screen says so."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..services.matching import Matching
from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestPolicyScopes(MatchCommon):
    def setUp(self):
        super().setUp()
        self.consumables = self.env["product.category"].create({"name": "Consumables"})
        self.glove_kind = self.env["product.category"].create(
            {"name": "Gloves", "parent_id": self.consumables.id}
        )
        self.gloves.sudo().categ_id = self.glove_kind

    def _price(self, percent, **where):
        return Command.create(
            {"code": "PRICE", "upper_state": "value", "upper_percent": percent, **where}
        )

    def _billed(self, price, order=None):
        order = order or self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        return self._bill(order, (10, price))

    def test_a_category_speaks_for_those_below_it(self):
        self._amend(tolerance_ids=[self._price(50, categ_id=self.consumables.id)])
        self.assertEqual(self._match(self._billed(5.0)).state, "clean")

    def test_the_nearer_category_wins(self):
        rows = [
            self._price(50, categ_id=self.consumables.id, partner_id=self.supplier.id),
            self._price(3, categ_id=self.glove_kind.id),
        ]
        self._amend(tolerance_ids=rows)
        hold = self._hold(self._billed(5.0), "PRICE")
        self.assertEqual(hold.tolerance_id.categ_id, self.glove_kind)
        self.assertEqual(hold.tolerance, "up to 3 % for Gloves (category), All suppliers v2")

    def test_a_product_wins_over_its_category(self):
        rows = [
            self._price(3, categ_id=self.glove_kind.id),
            self._price(50, product_id=self.gloves.id),
        ]
        self._amend(tolerance_ids=rows)
        self.assertEqual(self._match(self._billed(5.0)).state, "clean")

    def test_an_order_wins_over_all(self):
        order = self._order((self.gloves, 10, 4.0))
        rows = [self._price(3, product_id=self.gloves.id), self._price(50, order_id=order.id)]
        self._amend(tolerance_ids=rows)
        self.assertEqual(self._match(self._billed(5.0, order)).state, "clean")
        self.assertEqual(self._codes(self._billed(5.0)), ["PRICE"])

    def test_each_kind_goes_by_its_own_rows(self):
        self._amend(tolerance_ids=[self._price(50, product_id=self.gloves.id)])
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 5)
        self.assertEqual(self._codes(self._bill(order, (10, 5.0))), ["QTY_REC"])

    def test_the_effect_goes_by_the_same_scopes(self):
        row = {"code": "PRICE", "blocks": "payment", "categ_id": self.glove_kind.id}
        self._amend(tolerance_ids=[Command.create(row)])
        bill = self._billed(5.0)
        self.assertEqual(self._match(bill).blocks, "payment")
        bill.action_post()

    def test_two_ways_for_a_category(self):
        self._amend(way_ids=[Command.create({"way": "two_way", "categ_id": self.consumables.id})])
        order = self._order((self.gloves, 10, 4.0), (self.syringes, 1, 1.0))
        bill = self._bill(order, (10, 4.0), (1, 1.0))
        hold = self._hold(bill, "NOT_RECEIVED")
        self.assertEqual(hold.purchase_line_id.product_id, self.syringes)
        line = self._match(bill).line_ids[0]
        self.assertFalse(line.receipt_expected)
        self.assertIn("Two-way: order for Consumables (category)", line.tolerance)

    def test_what_no_row_says_is_said_too(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 5)
        hold = self._hold(self._bill(order, (10, 4.0)), "QTY_REC")
        self.assertFalse(hold.tolerance_id)
        self.assertEqual(hold.tolerance, "nothing, All suppliers v1")

    def test_a_whole_bill_has_no_product(self):
        with self.assertRaises(ValidationError):
            self._amend(
                tolerance_ids=[Command.create({"code": "BANK", "product_id": self.gloves.id})]
            )

    def test_a_contact_stands_for_its_company(self):
        contact = self.env["res.partner"].create({"name": "Billing", "parent_id": self.supplier.id})
        with self.refused("name the supplier itself", error=ValidationError):
            self._amend(tolerance_ids=[self._price(9, partner_id=contact.id)])
        self._amend(tolerance_ids=[self._price(50, partner_id=self.supplier.id)])
        order = self._order((self.gloves, 10, 4.0), partner_id=contact.id)
        self._receive(order, 10)
        bill = self._bill(order, (10, 5.0), partner_id=contact.id)
        self.assertEqual(self._match(bill).state, "clean")

    def test_rows_cost_no_query_per_line(self):
        rows = [self._price(9, product_id=self.gloves.id), self._price(9, order_id=False)]
        rows[1] = self._price(9, categ_id=self.glove_kind.id, partner_id=self.supplier.id)
        self._amend(
            tolerance_ids=rows,
            way_ids=[Command.create({"way": "three_way", "categ_id": self.glove_kind.id})],
        )
        bills = self.env["account.move"]
        for _number in range(8):
            order = self._order((self.gloves, 10, 4.0), (self.syringes, 5, 1.0))
            self._receive(order, 10, 5)
            bills += self._bill(order, (10, 4.0), (5, 1.0)).with_env(self.env)
        counts = []
        for some in (bills, bills[:2], bills):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Matching(self.env).run(some)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 1)
        with self.assertQueryCount(50):
            self.env.invalidate_all()
            Matching(self.env).run(bills)
            self.env.flush_all()
