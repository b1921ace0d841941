"""Every way to post or pay a bill meets the gate, whoever goes it."""

from odoo import Command, fields
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestPostingDoors(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))
        self._receive(self.order, 8)
        self.bill = self._bill(self.order, (10, 4.0))
        self.assertEqual(self._codes(self.bill), ["QTY_REC"])

    def assert_refused(self, call, message="cannot be posted"):
        with self.refused(message):
            call()

    def test_button(self):
        self.assert_refused(self.bill.action_post)

    def test_internal_post(self):
        self.assert_refused(lambda: self.bill._post(soft=False))
        self.assert_refused(lambda: self.bill.sudo()._post(soft=True))

    def test_superuser(self):
        self.assert_refused(self.bill.with_user(self.env.ref("base.user_root")).action_post)

    def test_state_written(self):
        self.assert_refused(lambda: self.bill.write({"state": "posted"}))
        self.assert_refused(lambda: self.bill.sudo().write({"state": "posted"}))

    def test_a_forged_pass(self):
        forged = self.bill.with_context(healthcare_three_way_match_passed={"ids": self.bill.ids})
        self.assert_refused(lambda: forged.write({"state": "posted"}))

    def test_validate_wizard(self):
        wizard = (
            self.env["validate.account.move"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=self.bill.ids)
        )
        self.assert_refused(lambda: wizard.create({"force_post": True}).validate_move())

    def test_auto_post(self):
        self.bill.auto_post = "at_date"
        self.bill.date = fields.Date.today()
        self.assert_refused(self.bill._post)

    def test_receipt_document(self):
        receipt = self._bill(self.order, (10, 4.0), move_type="in_receipt")
        self.assert_refused(receipt.action_post)

    def test_together_with_a_clean_one(self):
        order = self._order((self.syringes, 10, 1.0))
        self._receive(order, 10)
        clean = self._bill(order, (10, 1.0))
        self.assert_refused((self.bill + clean).action_post, self.bill.ref)

    def test_numbers_changed_behind_the_stored_verdict(self):
        order = self._order((self.syringes, 10, 1.0))
        self._receive(order, 10)
        bill = self._bill(order, (10, 1.0))
        self.assertEqual(self._match(bill).state, "clean")
        bill.invoice_line_ids.price_unit = 100.0
        self.assertEqual(self._match(bill).state, "clean", "stored, and stale")
        self.assert_refused(bill.action_post)

    def test_posting_takes_a_turn(self):
        line = self.order.order_line
        version = line.match_version
        self._receive(self.order, 2)
        self.bill.action_post()
        self.assertEqual(line.match_version, version + 1)

    def test_credit_notes_post(self):
        note = self._bill(self.order, (2, 4.0), move_type="in_refund")
        note.action_post()
        self.assertEqual(note.state, "posted")


@tagged("post_install", "-at_install")
class TestPaymentDoors(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))
        self._receive(self.order, 8)
        self.bill = self._bill(self.order, (10, 4.0))

    def disputed(self):
        self._decide(self._hold(self.bill, "QTY_REC", self.approver), "dispute")
        self.bill.action_post()
        return self.bill

    def test_draft_with_an_open_hold(self):
        with self.refused("three-way match"):
            self._pay(self.bill, 1.0)

    def test_register_proposes_the_undisputed_part(self):
        bill = self.disputed()
        action = bill.action_force_register_payment()
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(wizard.amount, 32.0)
        self.assertIn("8.00 is held", wizard.match_notice.replace("$\xa0", ""))

    def test_register_more(self):
        bill = self.disputed()
        with self.refused("three-way match"):
            self._pay(bill, 40.0)
        with self.refused("three-way match"):
            self._pay(bill, 32.01)
        self._pay(bill, 32.0)
        self.assertEqual(bill.amount_residual, 8.0)

    def test_write_off(self):
        """Paying part and writing off the rest would settle what is disputed."""
        bill = self.disputed()
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create(
                {
                    "amount": 32.0,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": self.company_data["default_account_expense"].id,
                }
            )
        )
        with self.refused("three-way match"):
            wizard._create_payments()

    def test_several_bills_in_one_go(self):
        bill = self.disputed()
        order = self._order((self.syringes, 10, 1.0))
        self._receive(order, 10)
        clean = self._bill(order, (10, 1.0))
        clean.action_post()
        for grouped in (True, False):
            wizard = (
                self.env["account.payment.register"]
                .with_user(self.clerk)
                .with_context(active_model="account.move", active_ids=(bill + clean).ids)
                .create({"group_payment": grouped, **({"amount": 50.0} if grouped else {})})
            )
            with self.refused("three-way match"):
                wizard._create_payments()

    def _payment(self, amount, **vals):
        return (
            self.env["account.payment"]
            .with_user(self.clerk)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": self.supplier.id,
                    "amount": amount,
                    "journal_id": self.company_data["default_journal_bank"].id,
                    **vals,
                }
            )
        )

    def test_direct_payment_that_names_the_bill(self):
        bill = self.disputed()
        payment = self._payment(40.0, invoice_ids=[Command.set(bill.ids)])
        with self.refused("three-way match"):
            payment.action_post()

    def test_reconciling_a_payment(self):
        bill = self.disputed()
        payment = self._payment(40.0)
        payment.action_post()
        self.assertTrue(payment.move_id, "there must be an entry to reconcile")
        lines = (payment.move_id + bill).line_ids.filtered(
            lambda line: line.account_type == "liability_payable"
        )
        with self.refused("three-way match"):
            lines.reconcile()
        with self.refused("three-way match"):
            lines.sudo().reconcile()

    def _entry(self, amount):
        payable = self.bill.line_ids.filtered(
            lambda line: line.account_type == "liability_payable"
        ).account_id
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {"account_id": payable.id, "partner_id": self.supplier.id, "debit": amount}
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_expense"].id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        return entry.line_ids.filtered(lambda line: line.account_id == payable)

    def test_a_journal_entry_that_settles(self):
        bill = self.disputed()
        payable = bill.line_ids.filtered(lambda line: line.account_type == "liability_payable")
        with self.refused("three-way match"):
            (payable + self._entry(40.0)).reconcile()
        (payable + self._entry(30.0)).reconcile()
        self.assertEqual(bill.amount_residual, 10.0)

    def test_what_is_on_its_way_is_not_paid_twice(self):
        """A payment that waits for the bank statement leaves no entry, and still counts."""
        methods = self.company_data["default_journal_bank"].outbound_payment_method_line_ids
        methods.payment_account_id = False
        # As where an accounting application reconciles bank statements.
        moves = type(self.env["account.move"])
        self.patch(moves, "_get_invoice_in_payment_state", lambda _self: "in_payment")
        bill = self.disputed()
        payment = self._pay(bill, 32.0)
        self.assertFalse(payment.move_id)
        with self.refused("You can pay up to"):
            self._pay(bill, 1.0)

    def test_release_frees_the_rest(self):
        bill = self.disputed()
        self._decide(self._hold(bill, "QTY_REC", self.approver), "release", "found in the store")
        self._pay(bill, 40.0)
        self.assertEqual(bill.amount_residual, 0.0)

    def test_the_missing_goods_free_the_rest(self):
        bill = self.disputed()
        self._receive(self.order, 2)
        self.assertEqual(self._match(bill).state, "clean")
        self._pay(bill, 40.0)
