"""Ways around a hold that nobody announces: each must end at the gate, or change nothing."""

from odoo import Command, fields
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestWaysAround(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))

    def _disputed(self):
        self._receive(self.order, 8)
        bill = self._bill(self.order, (10, 4.0))
        self._decide(self._hold(bill, "QTY_REC", self.approver), "dispute")
        bill.action_post()
        return bill

    # -- the payee account ----------------------------------------------------------------------

    def _with_account(self):
        self._receive(self.order, 10)
        return self._bill(self.order, (10, 4.0), integration_payee_account="BE71096123456769")

    def test_the_payee_account_added_afterwards(self):
        """Who enters bills may add bank accounts; trusting one is another right."""
        bill = self._with_account()
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.supplier.id, "acc_number": "BE71096123456769"}
        )
        account.flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner_bank SET create_date = create_date + interval '1 hour' WHERE id = %s",
            [account.id],
        )
        account.invalidate_recordset()
        with self.refused("BE71096123456769"):
            bill.action_post()
        account.sudo().allow_out_payment = True
        bill.action_post()

    # -- lines ----------------------------------------------------------------------------------

    def test_two_held_lines_deleted(self):
        order = self._order((self.gloves, 10, 4.0), (self.syringes, 10, 1.0))
        self._receive(order, 10, 10)
        bill = self._bill(order, (10, 5.0), (10, 2.0))
        self.assertEqual(self._codes(bill), ["PRICE", "PRICE"])
        bill.write(
            {
                "invoice_line_ids": [
                    *(Command.delete(line.id) for line in bill.invoice_line_ids),
                    Command.create({"name": "Freight", "price_unit": 3.0, "quantity": 1}),
                ]
            }
        )
        self.assertEqual(self._codes(bill), ["NO_PO"])
        self.assertEqual(self._codes(bill, "auto_released"), ["PRICE", "PRICE"])

    def test_sections_notes_and_nothing(self):
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 4.0))
        bill.write(
            {
                "invoice_line_ids": [
                    Command.create({"name": "Ward 3", "display_type": "line_section"}),
                    Command.create({"name": "As agreed", "display_type": "line_note"}),
                    Command.create(
                        {
                            "quantity": 0,
                            "price_unit": 9.0,
                            "purchase_line_id": self.order.order_line.id,
                            "product_id": self.gloves.id,
                        }
                    ),
                ]
            }
        )
        self.assertEqual(self._match(bill).state, "clean")

    # -- prices with tax in them ----------------------------------------------------------------

    def test_prices_compare_without_tax(self):
        tax = self.env["account.tax"].create(
            {
                "name": "25 % included",
                "amount": 25.0,
                "type_tax_use": "purchase",
                "price_include_override": "tax_included",
            }
        )
        # The same rate was ordered, on top of the price: 40.00 without tax on both.
        self.order.order_line.tax_ids = tax.copy(
            {"name": "25 %", "price_include_override": "tax_excluded"}
        )
        self._receive(self.order, 10)
        line = {"tax_ids": [Command.set(tax.ids)], "price_unit": 5.0}
        bill = self._bill(self.order, (10, 5.0))
        bill.write({"invoice_line_ids": [Command.update(bill.invoice_line_ids.id, line)]})
        self.assertEqual(bill.amount_untaxed, 40.0)
        self.assertEqual(self._match(bill).state, "clean")
        order = self._order((self.gloves, 10, 4.0))
        order.order_line.tax_ids = tax
        self.assertEqual(order.amount_untaxed, 32.0)
        self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        self.assertEqual(self._hold(bill, "PRICE").amount, 8.0)

    # -- what goes away ---------------------------------------------------------------------------

    def test_a_cancelled_bill_leaves_the_queue(self):
        bill = self._bill(self.order, (10, 4.0))
        bill.button_cancel()
        self.assertEqual(self._codes(bill), [])
        bill.button_draft()
        self.assertEqual(self._codes(bill), ["NOT_RECEIVED"])

    def test_a_cancelled_bill_gives_its_quantity_back(self):
        self._receive(self.order, 10)
        first, second = self._bill(self.order, (10, 4.0)), self._bill(self.order, (10, 4.0))
        self.assertEqual(self._codes(second), ["QTY_ORD"])
        first.button_cancel()
        self.assertEqual(self._match(second).state, "clean")

    def test_a_deleted_bill_gives_its_quantity_back(self):
        self._receive(self.order, 10)
        first, second = self._bill(self.order, (10, 4.0)), self._bill(self.order, (10, 4.0))
        first.unlink()
        self.assertEqual(self._match(second).state, "clean")

    def test_a_credit_note_taken_back(self):
        bill = self._disputed()
        note = self._credit_note(bill, (2, 4.0))
        self.assertEqual(self._match(bill).state, "clean")
        note.button_draft()
        self.assertEqual(self._match(bill).state, "held")
        with self.refused("three-way match"):
            self._pay(bill, 40.0)

    def test_switching_the_policy(self):
        bill = self._bill(self.order, (10, 4.0))
        self.assertEqual(self._match(bill).blocks, "posting")
        self._amend(mode="observe")
        self.assertEqual(self._match(bill).blocks, "nothing")
        self._amend(mode="enforce")
        self.assertEqual(self._match(bill).blocks, "posting")
        self._amend(mode="off")
        self.assertEqual(self._codes(bill), [], "nothing is held, and nothing says so")
        self.assertFalse(bill.match_banner)
        self._amend(mode="enforce")
        self.assertEqual(self._codes(bill), ["NOT_RECEIVED"])

    def test_a_bill_that_becomes_a_credit_note(self):
        bill = self._bill(self.order, (10, 4.0))
        bill.action_switch_move_type()
        self.assertEqual(bill.move_type, "in_refund")
        self.assertEqual(self._match(bill).state, "none")
        bill.action_switch_move_type()
        self.assertEqual(self._codes(bill), ["NOT_RECEIVED"])

    def test_a_bill_that_becomes_a_journal_entry(self):
        """An entry is neither held from posting nor from being paid."""
        bill = self._bill(self.order, (10, 4.0)).with_user(self.clerk)
        with self.refused("stays one"):
            bill.write({"move_type": "entry"})
        bill.unlink()
        bill = self._disputed().with_user(self.clerk)
        for move_type in ("entry", "in_refund"):
            with self.refused("stays one"):
                bill.write({"move_type": move_type})

    def test_the_supplier_changed_to_one_with_a_milder_policy(self):
        bill = self._bill(self.order, (10, 4.0))
        mild = self.env["res.partner"].create({"name": "Mild"})
        unasked = {"code": "NOT_RECEIVED", "partner_id": mild.id, "upper_state": "not_checked"}
        self._amend(tolerance_ids=[Command.create(unasked)])
        bill.partner_id = mild
        self.assertEqual(self._codes(bill), ["NOT_RECEIVED", "OTHER_SUPPLIER"])
        with self.refused("cannot be posted"):
            bill.action_post()

    # -- credit notes -----------------------------------------------------------------------------

    def test_a_sum_credited_for_overlapping_findings(self):
        self._receive(self.order, 9)
        bill = self._bill(self.order, (12, 4.0))
        self.assertEqual(self._codes(bill), ["QTY_ORD", "QTY_REC"])
        self._decide(self._match(bill).hold_ids.with_user(self.approver), "dispute")
        bill.action_post()
        self.assertEqual(self._match(bill).withheld, 12.0)
        note = self.init_invoice("in_refund", partner=self.supplier, amounts=[12.0], taxes=[])
        note.reversed_entry_id = bill
        note.action_post()
        self.assertEqual(self._match(bill).withheld, 0.0)

    def test_a_price_credited_above_the_price_of_the_goods(self):
        """Ordered at 4, billed at 10: the 6 that come back are money, though they exceed the 4."""
        self._receive(self.order, 10)
        bill = self._bill(self.order, (10, 10.0))
        self._decide(self._hold(bill, "PRICE", self.approver), "dispute")
        bill.action_post()
        self._credit_note(bill, (10, 6.0))
        self.assertEqual(self._match(bill).state, "clean")
        again = self._bill(self.order, (10, 4.0))
        self.assertEqual(self._codes(again), ["QTY_ORD"])

    def test_pay_credit_pay(self):
        for credited, left in ((1, 4.0), (3, 0.0)):
            order = self.order = self._order((self.gloves, 10, 4.0))
            bill = self._disputed()
            self._pay(bill, 32.0)
            self._credit_note(bill, (credited, 4.0))
            self.assertEqual(bill.amount_residual, left)
            self.assertEqual(self._match(bill).withheld, left, order.name)

    # -- people -----------------------------------------------------------------------------------

    def test_the_receiver_with_nothing_in_memory(self):
        self._receive(self.order, 8).user_id = self.receiver
        bill = self._bill(self.order, (10, 4.0))
        hold = self._hold(bill, "QTY_REC", self.receiver)
        names = [
            name
            for name in hold.fields_get()
            if name not in ("bill_line_id", "create_uid", "write_uid")
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        hold.web_read({name: {} for name in names})
        self.env.invalidate_all()
        action = hold.action_dispute()
        self.env.invalidate_all()
        wizard = self.env[action["res_model"]].with_user(self.receiver).browse(action["res_id"])
        wizard.web_read({"hold_ids": {"fields": {"explanation": {}}}, "consequence": {}})
        with self.refused("right to approve"):
            self.env.invalidate_all()
            hold.action_release()
            wizard.write({"reason": "x"})
            self.env[action["res_model"]].with_user(self.receiver).create(
                {"decision": "release", "hold_ids": [Command.set(hold.ids)], "reason": "x"}
            ).action_decide()

    def test_the_finance_contact_without_a_right_in_the_match(self):
        contact = self._person("contact", "account.group_account_invoice")
        self._amend(finance_user_id=contact.id)
        hold = self._hold(self._with_account(), "BANK", contact)
        self.assertTrue(hold.may_dispute)
        self._decide(hold, "dispute", "calling them")

    def test_an_approver_with_no_other_right(self):
        self._receive(self.order, 8)
        self._bill(self.order, (10, 4.0))
        loner = self._person("loner", "healthcare_three_way_match.group_match_approver")
        self.env.flush_all()
        self.env.invalidate_all()
        hold = self.env["purchase.match.hold"].with_user(loner).search([])
        hold.read(["explanation", "tolerance", "display_name", "may_release", "may_dispute"])
        self.assertEqual(hold.action_open_bill()["res_model"], "purchase.match.hold")
        match = hold.match_id
        match.read(["display_name", "state"])
        match.line_ids.read(["explanation", "result", "order_id"])
        self.assertEqual(match.action_open_bill()["res_model"], "purchase.match.hold")
        self._decide(hold, "release")
        self.assertEqual(hold.state, "released")

    def test_posting_several_names_all_that_are_held(self):
        bills = self._bill(self.order, (10, 4.0)) + self._bill(self.order, (10, 4.0))
        with self.refused(f"(?s){bills[0].ref}.*{bills[1].ref}"):
            bills.action_post()

    def test_the_nightly_posting_goes_on(self):
        held = self._bill(self.order, (10, 4.0))
        order = self._order((self.syringes, 10, 1.0))
        self._receive(order, 10)
        clean = self._bill(order, (10, 1.0))
        (held + clean).write({"auto_post": "at_date", "date": fields.Date.today()})
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()
        self.assertEqual((held.state, clean.state), ("draft", "posted"))
