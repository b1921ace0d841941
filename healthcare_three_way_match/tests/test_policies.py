"""Off, observe, enforce; company and supplier; the three states of a tolerance."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PRICE_ROW, MatchCommon


@tagged("post_install", "-at_install")
class TestPolicies(MatchCommon):
    def _differing(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        return self._bill(order, (10, 5.0))

    def test_off(self):
        self._amend(mode="off")
        bill = self._differing()
        self.assertFalse(self._match(bill))
        bill.action_post()

    def test_observe(self):
        self._amend(mode="observe")
        bill = self._differing()
        match = self._match(bill)
        self.assertEqual((match.state, match.blocks), ("informed", "nothing"))
        self.assertEqual(self._codes(bill), ["PRICE"])
        bill.action_post()
        self._pay(bill, 50.0)

    def test_observed_then_enforced(self):
        self._amend(mode="observe")
        bill = self._differing()
        self._amend(mode="enforce")
        with self.assertRaises(UserError):
            bill.action_post()

    def test_the_suppliers_own_policy_wins(self):
        wide = {**PRICE_ROW, "upper_percent": 30, "upper_absolute": 0}
        self._amend(
            tolerance_ids=[
                Command.create({**wide, "partner_id": self.supplier.id}),
                Command.create({**wide, "code": "QTY_REC", "product_id": self.gloves.id}),
            ]
        )
        bill = self._differing()
        match = self._match(bill)
        self.assertEqual(match.state, "clean")
        self.assertEqual(match.policy_id, self.policy)
        self.assertEqual(match.line_ids.price_row_id.partner_id, self.supplier)
        self.assertEqual(
            match.line_ids.tolerance,
            "Price up to 30 % for Mediline (supplier); quantity up to 30 % for Nitrile gloves (product) "
            "(All suppliers v2)",
        )

    def test_bills_from_before_stay_untouched(self):
        self._amend(entered_from=fields.Datetime.now() + timedelta(seconds=60))
        bill = self._differing()
        self.assertFalse(self._match(bill))
        bill.action_post()

    def test_another_company_has_its_own(self):
        other = self.setup_other_company()["company"]
        self.assertFalse(self.env["purchase.match.policy"]._is_on(other.id))
        bill = self.init_invoice("in_invoice", amounts=[10.0], company=other, taxes=[])
        self.assertFalse(self._match(bill))
        bill.action_post()

    def test_payment_only(self):
        self._amend(row={"blocks": "payment"})
        bill = self._differing()
        bill.action_post()
        with self.assertRaises(UserError):
            self._pay(bill, 50.0)
        self._pay(bill, 40.0)

    def test_not_checked(self):
        self._amend(row={"upper_state": "not_checked"})
        self.assertEqual(self._match(self._differing()).state, "clean")

    def test_zero(self):
        self._amend(row={"upper_state": "zero"})
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        self.assertEqual(self._codes(self._bill(order, (10, 4.001))), ["PRICE"])

    def test_up_to_needs_a_number(self):
        row = self.policy._new_version().tolerance_ids
        with self.assertRaises(ValidationError):
            row.write({"upper_percent": 0, "upper_absolute": 0})
        with self.assertRaises(ValidationError):
            row.upper_percent = -1

    def test_one_row_per_kind_and_scope(self):
        draft = self.policy._new_version()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            draft.tolerance_ids = [Command.create(PRICE_ROW)]
            self.env.flush_all()

    def test_in_words(self):
        self.assertEqual(self.policy.tolerance_ids.text, "up to 2 % and 5")
