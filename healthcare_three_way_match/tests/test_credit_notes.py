"""Credit notes close what they pay back, and nothing else."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestCreditNotes(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))

    def _disputed(self, received, *line):
        self._receive(self.order, received)
        bill = self._bill(self.order, line)
        holds = self._match(bill).hold_ids.with_user(self.approver)
        self._decide(holds, "dispute", "credit note asked for")
        bill.action_post()
        return bill

    def test_goods_credited(self):
        bill = self._disputed(8, 10, 4.0)
        self._credit_note(bill, (2, 4.0))
        self.assertEqual(self._match(bill).state, "clean")
        self.assertEqual(self._codes(bill, "auto_released"), ["QTY_REC"])
        self.assertEqual(bill.amount_residual, 32.0)
        self._pay(bill, 32.0)
        self.assertEqual(bill.amount_residual, 0.0)

    def test_price_difference_credited(self):
        bill = self._disputed(10, 10, 5.0)
        self._credit_note(bill, (10, 1.0))
        self.assertEqual(self._match(bill).state, "clean")
        later = self._bill(self.order, (1, 4.0))
        self.assertEqual(self._codes(later), ["QTY_ORD"], "money came back, goods did not")

    def test_half_of_it_credited(self):
        bill = self._disputed(10, 10, 5.0)
        self._credit_note(bill, (5, 1.0))
        hold = self._hold(bill, "PRICE")
        self.assertEqual((hold.state, hold.amount), ("disputed", 5.0))
        with self.assertRaises(UserError):
            self._pay(bill, 41.0)
        self._pay(bill, 40.0)
        self.assertEqual(bill.amount_residual, 5.0)

    def test_credited_as_a_sum(self):
        bill = self._disputed(8, 10, 4.0)
        note = self.init_invoice("in_refund", partner=self.supplier, amounts=[8.0], taxes=[])
        note.reversed_entry_id = bill
        note.action_post()
        self.assertEqual(self._match(bill).state, "clean")

    def test_a_credit_note_always_reconciles(self):
        bill = self._disputed(8, 10, 4.0)
        self._credit_note(bill, (10, 4.0))
        self.assertEqual(bill.amount_residual, 0.0, "posting it reconciled it")

    def test_a_draft_credit_note_closes_nothing(self):
        bill = self._disputed(8, 10, 4.0)
        self._bill(self.order, (2, 4.0), move_type="in_refund", reversed_entry_id=bill.id)
        bill.action_match_again()
        self.assertEqual(self._hold(bill, "QTY_REC").state, "disputed")

    def test_goods_credited_may_be_billed_again(self):
        self._receive(self.order, 10)
        first = self._bill(self.order, (10, 4.0))
        first.action_post()
        self._credit_note(first, (3, 4.0))
        again = self._bill(self.order, (3, 4.0))
        self.assertEqual(self._match(again).state, "clean")
        again.action_post()
