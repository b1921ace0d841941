"""Ways to take more out for a bill than may be paid on it."""

from odoo import Command
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestPaymentsAround(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))

    def _disputed(self):
        self._receive(self.order, 8)
        bill = self._bill(self.order, (10, 4.0))
        self._decide(self._hold(bill, "QTY_REC", self.approver), "dispute")
        bill.action_post()
        return bill

    def _payment(self, bill, amount, **vals):
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
                    "invoice_ids": [Command.set(bill.ids)],
                    **vals,
                }
            )
        )

    def test_a_payment_validated_without_being_posted(self):
        payment = self._payment(self._disputed(), 40.0)
        with self.refused("three-way match"):
            payment.action_validate()
        with self.refused("three-way match"):
            payment.write({"state": "in_process"})

    def test_a_payment_born_under_way(self):
        bill = self._disputed()
        self._without_entries()
        with self.refused("three-way match"):
            self._payment(bill, 40.0, state="in_process")
        self._payment(bill, 32.0, state="in_process")

    def test_a_payment_raised_on_its_way(self):
        bill = self._disputed()
        self._without_entries()
        payment = self._payment(bill, 32.0)
        payment.action_post()
        with self.refused("three-way match"):
            payment.amount = 40.0

    def test_two_payments_at_once(self):
        bill = self._disputed()
        payments = self._payment(bill, 32.0) + self._payment(bill, 32.0)
        with self.refused("three-way match"):
            payments.action_post()

    def test_two_payments_one_after_the_other(self):
        bill = self._disputed()
        self._payment(bill, 32.0).action_post()
        with self.refused("three-way match"):
            self._payment(bill, 32.0).action_post()

    def test_a_payment_without_entry_that_is_done(self):
        bill = self._disputed()
        self._without_entries()
        payment = self._payment(bill, 32.0)
        payment.action_post()
        payment.action_validate()
        with self.refused("three-way match"):
            self._payment(bill, 32.0).action_post()

    def _without_entries(self):
        methods = self.company_data["default_journal_bank"].outbound_payment_method_line_ids
        methods.payment_account_id = False
        # As where an accounting application reconciles bank statements.
        moves = type(self.env["account.move"])
        self.patch(moves, "_get_invoice_in_payment_state", lambda _self: "in_payment")

    def test_grouped_with_others(self):
        """One payment for several bills would settle the oldest first, held or not."""
        bill = self._disputed()
        order = self._order((self.syringes, 10, 1.0))
        self._receive(order, 10)
        clean = self._bill(order, (10, 1.0))
        clean.action_post()
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=(bill + clean).ids)
            .create({"group_payment": True})
        )
        with self.refused("Pay this bill by itself"):
            wizard._create_payments()

    def test_from_the_bank_statement(self):
        bill = self._disputed()
        statement = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "payment_ref": bill.ref,
                "partner_id": self.supplier.id,
                "amount": -40.0,
            }
        )
        payable = bill.line_ids.filtered(lambda line: line.account_type == "liability_payable")
        _liquidity, suspense, _other = statement._seek_for_lines()
        suspense.account_id = payable.account_id
        (payable + suspense).reconcile()
        self.assertEqual(bill.amount_residual, 0.0)
        exception = self.env["integration.exception"].search([("res_id", "=", bill.id)])
        self.assertEqual((exception.code, exception.user_id), ("paid_on_hold", self.approver))
        self.assertRegex(exception.summary, rf"{bill.ref}: .*8\.00 that is held was paid")
        self.assertEqual(self._match(bill).state, "held", "what was paid is not therefore owed")

    def test_in_another_currency(self):
        """The company keeps dollars, the bill asks twice as many of another currency."""
        euro = self.setup_other_currency("EUR")
        order = self.order = self._order((self.gloves, 10, 4.0), currency_id=euro.id)
        self.assertEqual(order.currency_id, euro)
        bill = self._disputed()
        rate = euro._convert(1.0, self.company.currency_id, self.company, bill.date)
        with self.refused("three-way match"):
            self._pay_in_dollars(bill, 33.0 * rate)
        self._pay_in_dollars(bill, 32.0 * rate)
        self.assertEqual(bill.amount_residual, 8.0)

    def _pay_in_dollars(self, bill, amount):
        wizard = (
            self.env["account.payment.register"]
            .with_user(self.clerk)
            .with_context(active_model="account.move", active_ids=bill.ids)
            .create({"currency_id": self.company.currency_id.id, "amount": amount})
        )
        return wizard._create_payments()

    def test_an_amount_credited_for_one_of_two_payments(self):
        """Paid in two parts around a credit note that is larger than the dispute."""
        bill = self._disputed()
        self._pay(bill, 10.0)
        self._credit_note(bill, (3, 4.0))
        self.assertEqual(bill.amount_residual, 18.0)
        self._pay(bill, 18.0)
        self.assertEqual(bill.amount_residual, 0.0)
