from datetime import date, timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core.documents import Quantity
from .test_catalogue import CatalogueCase


@tagged("post_install", "-at_install")
class TestCatalogueDecisions(CatalogueCase):
    def test_changed_and_unchanged(self):
        price = self.contract_price(self.gloves, 10, product_code="MS-1")
        self.contract_price(self.syringes, 3, product_code="MS-2")
        run = self.upload(self.catalogue(self.line("MS-1", "10.50"), self.line("MS-2", "3")))
        self.assertEqual(self.verdicts(run), {"MS-1": "changed", "MS-2": "same"})
        self.assertEqual((run.line_ids[0].old_price, run.line_ids[0].change), (10, 5))
        self.apply(run)
        self.assertEqual(price.price, 10.5)
        self.assertEqual(len(self.contract_prices()), 2)

    def test_a_later_price_ends_the_one_before(self):
        before = self.contract_price(
            self.gloves, 10, product_code="MS-1", date_start="2026-01-01", date_end="2027-12-31"
        )
        line = self.line("MS-1", "10.50", valid_from=date(2027, 1, 1))
        self.apply(self.upload(self.catalogue(line)))
        _before, after = self.contract_prices(self.gloves)
        self.assertEqual((before.price, before.date_end), (10, date(2026, 12, 31)))
        self.assertEqual((after.price, after.date_start), (10.5, date(2027, 1, 1)))

    def test_a_jump_needs_a_buyer(self):
        price = self.contract_price(self.gloves, 10, product_code="MS-1")
        other = self.contract_price(self.syringes, 10, product_code="MS-2")
        run = self.upload(self.catalogue(self.line("MS-1", "12"), self.line("MS-2", "2")))
        self.assertEqual(run.jump_count, 2)
        first, second = run.line_ids
        self.apply(run)
        self.assertEqual((price.price, other.price, run.applied_count), (10, 10, 0))
        clerk = self._user("test_clerk", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            first.with_user(clerk).action_approve()
        first.with_user(self.buyer).action_approve()
        second.with_user(self.buyer).action_decline()
        self.assertEqual(first.decided_by_id, self.buyer)
        self.apply(run)
        self.assertEqual((price.price, other.price, run.applied_count), (12, 10, 1))
        with self.assertRaises(UserError):
            first.with_user(self.buyer).action_approve()

    def test_a_new_contract_is_measured_by_what_was_paid(self):
        known = self.gloves.seller_ids
        known.price = 5
        run = self.upload(self.catalogue(self.line("MS-1", "9")))
        self.assertEqual((run.line_ids.verdict, run.line_ids.jump), ("new", True))
        run.line_ids.with_user(self.buyer).action_approve()
        self.apply(run)
        self.assertEqual(known.price, 5)
        self.assertEqual(self.contract_prices().price, 9)

    def test_withdrawn_by_the_line_and_by_a_complete_catalogue(self):
        told = self.contract_price(self.gloves, 10, product_code="MS-1")
        left_out = self.contract_price(self.syringes, 3, product_code="MS-2")
        other_contract = self.contract_price(self.insulin, 3, contract_reference="C-1")
        yesterday = fields.Date.today() - timedelta(days=1)
        run = self.upload(self.catalogue(self.line("MS-1", None, action="delete"), currency=None))
        self.assertEqual(run.withdrawn_count, 1)
        self.apply(run)
        self.assertEqual((told.date_end, left_out.date_end), (yesterday, False))
        run = self.upload(self.catalogue(self.line("MS-1", "9")), complete=True)
        self.assertEqual(run.withdrawn_count, 1)
        self.apply(run)
        self.assertEqual(left_out.date_end, yesterday)
        self.assertFalse(other_contract.date_end)

    def test_another_tier_is_another_price(self):
        self.contract_price(self.gloves, 10, product_code="MS-1")
        many = self.line("MS-1", "9.80", minimum=Quantity(Decimal(100), "C62"))
        run = self.upload(self.catalogue(self.line("MS-1", "10"), many))
        self.assertEqual(run.line_ids.mapped("verdict"), ["same", "new"])

    def test_what_changed_since_it_was_seen_is_left(self):
        price = self.contract_price(self.gloves, 10, product_code="MS-1")
        gone = self.contract_price(self.syringes, 3, product_code="MS-2")
        run = self.upload(self.catalogue(self.line("MS-1", "10.50"), self.line("MS-2", "3.10")))
        price.price = 11
        gone.unlink()
        self.apply(run)
        self.assertEqual((price.price, run.applied_count, run.stale_count), (11, 0, 2))
        self.assertEqual(set(run.line_ids.mapped("error_code")), {"changed_since"})

    def test_given_up(self):
        run = self.upload(self.catalogue(self.line("MS-1", "1")))
        run.with_user(self.buyer).action_give_up()
        self.work(run)
        self.assertEqual((run.state, len(self.contract_prices())), ("cancelled", 0))
        with self.assertRaises(UserError):
            run.with_user(self.buyer).action_apply()

    def test_other_suppliers_prices_are_not_touched(self):
        theirs = self.contract_price(self.gloves, 10, partner_id=self.rival.id)
        run = self.upload(self.catalogue(self.line("MS-1", "4")), complete=True)
        self.apply(run)
        self.assertEqual((theirs.price, theirs.date_end), (10, False))
        self.assertEqual(run.withdrawn_count, 0)
