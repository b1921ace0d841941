"""Every way to post or pay a held bill, gone by each role: nobody gets through by being somebody.

Whoever has the right to go a way at all must be stopped by the gate, not by chance: its words are looked for, and
the same way is open to them once the hold is released.
"""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MatchCommon

FINANCE = ("clerk", "accountant", "accounting manager", "superuser")
NOT_POSTED = "cannot be posted"
NOT_PAID = "held by the three-way match"


class Roles(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            "clerk": cls.clerk,
            "accountant": cls._person("accountant", "account.group_account_user"),
            "accounting manager": cls._person("acc_manager", "account.group_account_manager"),
            "buyer": cls.buyer,
            "receiver": cls.receiver,
            "settings admin": cls._person("settings", "base.group_system"),
            "superuser": cls.env.ref("base.user_root"),
        }

    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))
        self._receive(self.order, 8)
        self.bill = self._bill(self.order, (10, 4.0))
        self.hold = self._hold(self.bill, "QTY_REC")

    def assert_shut(self, door, message, finance=FINANCE):
        """No role gets through; those with a right to finance read why."""
        for role, user in self.roles.items():
            with self.subTest(role=role):
                with self.assertRaises(UserError) as caught:
                    door(self.bill.with_user(user))
                    self.env.flush_all()
                if role in finance:
                    self.assertRegex(str(caught.exception), message)

    def release(self):
        self._decide(self.hold.with_user(self.approver), "release")

    def payable(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "liability_payable")


@tagged("post_install", "-at_install")
class TestPostingByRole(Roles):
    def _shut_then_open(self, door, message=NOT_POSTED):
        self.assert_shut(door, message)
        self.assertEqual(self.bill.state, "draft")
        self.release()
        door(self.bill.with_user(self.clerk))
        self.assertEqual(self.bill.state, "posted")

    def test_button(self):
        self._shut_then_open(lambda bill: bill.action_post())

    def test_state_written_over_rpc(self):
        self._shut_then_open(
            lambda bill: call_kw(
                bill.env["account.move"], "write", [bill.ids, {"state": "posted"}], {}
            )
        )

    def test_wizard(self):
        def door(bill):
            wizard = bill.env["validate.account.move"].with_context(
                active_model="account.move", active_ids=bill.ids
            )
            wizard.create({"force_post": True}).validate_move()

        self._shut_then_open(door)

    def test_import(self):
        """As a file that says "posted" is imported: errors are told, not raised."""
        self.env["ir.model.data"].create(
            {"module": "__import__", "name": "b", "model": "account.move", "res_id": self.bill.id}
        )
        for role, user in self.roles.items():
            with self.subTest(role=role):
                moves = self.env["account.move"].with_user(user)
                found = moves.load(["id", "state"], [["__import__.b", "posted"]])
                self.assertFalse(found["ids"])
                self.assertEqual(self.bill.state, "draft")
                if role in FINANCE:
                    self.assertRegex(str(found["messages"]), NOT_POSTED)
        self.release()
        moves = self.env["account.move"].with_user(self.clerk)
        self.assertTrue(moves.load(["id", "state"], [["__import__.b", "posted"]])["ids"])

    def test_auto_post(self):
        for role, user in self.roles.items():
            with self.subTest(role=role):
                try:
                    self.bill.with_user(user).write(
                        {"auto_post": "at_date", "date": fields.Date.today()}
                    )
                except AccessError:
                    self.assertNotIn(role, FINANCE)
                    continue
                # Odoo warns that its cron posted nothing, which is what is wanted here.
                with mute_logger("odoo.addons.base.models.ir_cron"):
                    self._nightly_posting()
                self.assertEqual(self.bill.state, "draft")
        self.release()
        self._nightly_posting()
        self.assertEqual(self.bill.state, "posted")

    def _nightly_posting(self):
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_auto_post_draft_entry").method_direct_trigger()

    def test_purchase_receipt(self):
        self.bill.unlink()
        self.bill = self._bill(self.order, (10, 4.0), move_type="in_receipt")
        self.hold = self._hold(self.bill, "QTY_REC")
        self._shut_then_open(lambda bill: bill.action_post())

    def test_without_its_link_to_the_order(self):
        def door(bill):
            line = bill.invoice_line_ids
            bill.write({"invoice_line_ids": [Command.update(line.id, {"purchase_line_id": False})]})
            bill.action_post()

        self.assertEqual(self.policy.no_order_blocks, "nothing", "bills without orders are free")
        self.assert_shut(door, NOT_POSTED)

    def test_with_a_line_retyped_without_an_order(self):
        def door(bill):
            line = bill.invoice_line_ids
            new = {"name": "Gloves", "quantity": 10, "price_unit": 4.0, "tax_ids": False}
            bill.write({"invoice_line_ids": [Command.delete(line.id), Command.create(new)]})
            bill.action_post()

        self.assert_shut(door, NOT_POSTED)

    def test_as_a_journal_entry(self):
        def door(bill):
            bill.write({"move_type": "entry"})
            bill.action_post()

        self.assert_shut(door, "stays one")

    def test_reset_edited_and_posted_again(self):
        self.release()
        self.bill.with_user(self.clerk).action_post()

        def door(bill):
            bill.button_draft()
            line = bill.invoice_line_ids
            bill.write({"invoice_line_ids": [Command.update(line.id, {"quantity": 14})]})
            bill.action_post()

        self.assert_shut(door, NOT_POSTED)
        self.assertEqual(self.bill.invoice_line_ids.quantity, 10)


@tagged("post_install", "-at_install")
class TestPayingByRole(Roles):
    def setUp(self):
        super().setUp()
        self._decide(self.hold.with_user(self.approver), "dispute")
        self.bill.with_user(self.clerk).action_post()

    def _shut_then_open(self, door, message=NOT_PAID, finance=FINANCE):
        self.assert_shut(door, message, finance)
        self.assertEqual(self.bill.amount_residual, 40.0)
        self.release()
        door(self.bill.with_user(self.roles["accountant"]))
        self.assertEqual(self.bill.amount_residual, 0.0)

    def _payment(self, bill, **vals):
        return bill.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.supplier.id,
                "amount": 40.0,
                "journal_id": self.company_data["default_journal_bank"].id,
                **vals,
            }
        )

    def test_dialogue(self):
        def door(bill):
            action = bill.action_force_register_payment()
            wizard = bill.env["account.payment.register"].with_context(**action["context"])
            wizard.create({"amount": 40.0})._create_payments()

        self._shut_then_open(door)

    def test_dialogue_that_writes_off_the_rest(self):
        def door(bill):
            wizard = bill.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=bill.ids
            )
            account = self.company_data["default_account_expense"]
            wizard.create(
                {
                    "amount": 32.0,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": account.id,
                }
            )._create_payments()

        self._shut_then_open(door)

    def test_direct_payment(self):
        def door(bill):
            payment = self._payment(bill, invoice_ids=[Command.set(bill.ids)])
            payment.action_post()
            self.payable(payment.move_id + bill).reconcile()

        self._shut_then_open(door)

    def test_a_payment_made_before_is_reconciled(self):
        def door(bill):
            payment = self._payment(bill)
            payment.action_post()
            self.payable(payment.move_id + bill).reconcile()

        self._shut_then_open(door)

    def test_the_outstanding_payment_is_clicked(self):
        payment = self._payment(self.bill.with_user(self.clerk))
        payment.action_post()
        line = self.payable(payment.move_id)
        self._shut_then_open(lambda bill: bill.js_assign_outstanding_line(line.id))

    def test_a_journal_entry(self):
        account = self.payable(self.bill).account_id
        expense = self.company_data["default_account_expense"]

        def door(bill):
            lines = [
                {"account_id": account.id, "partner_id": self.supplier.id, "debit": 40.0},
                {"account_id": expense.id, "credit": 40.0},
            ]
            entry = bill.env["account.move"].create(
                {
                    "move_type": "entry",
                    "journal_id": self.company_data["default_journal_misc"].id,
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
            entry.action_post()
            self.payable(entry + bill).reconcile()

        self._shut_then_open(door)

    def _settlement(self, amount):
        payment = self._payment(self.bill.with_user(self.clerk))
        payment.action_post()
        return {
            "debit_move_id": self.payable(payment.move_id).id,
            "credit_move_id": self.payable(self.bill).id,
            "amount": amount,
            "debit_amount_currency": amount,
            "credit_amount_currency": amount,
        }

    def test_a_settlement_written_over_rpc(self):
        vals = self._settlement(40.0)
        self._shut_then_open(
            lambda bill: call_kw(bill.env["account.partial.reconcile"], "create", [[vals]], {})
        )

    def test_a_settlement_raised_over_rpc(self):
        vals = self._settlement(32.0)
        settled = self.env["account.partial.reconcile"].with_user(self.clerk).create(vals)
        self.assertEqual(self.bill.amount_residual, 8.0)
        amounts = dict.fromkeys(("amount", "debit_amount_currency", "credit_amount_currency"), 40.0)

        def door(bill):
            model = bill.env["account.partial.reconcile"]
            call_kw(model, "write", [settled.ids, amounts], {})

        self.assert_shut(door, NOT_PAID)
        self.assertEqual(self.bill.amount_residual, 8.0)
        self.release()
        door(self.bill.with_user(self.clerk))
        self.assertEqual(self.bill.amount_residual, 0.0)

    def test_credit_notes_always_settle(self):
        note = self._credit_note(self.bill, (10, 4.0))
        (self.payable(self.bill + note)).filtered(lambda line: not line.reconciled).with_user(
            self.clerk
        ).reconcile()
        self.assertEqual(self.bill.amount_residual, 0.0)

    def test_a_cash_book_is_no_bank_statement(self):
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_cash"].id,
                "payment_ref": "Paid in cash",
                "partner_id": self.supplier.id,
                "amount": -40.0,
            }
        )
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = self.payable(self.bill).account_id
        self.assert_shut(lambda bill: (self.payable(bill) + suspense).reconcile(), NOT_PAID)


@tagged("post_install", "-at_install")
class TestDraftsByRole(Roles):
    def test_paid_before_it_is_posted(self):
        def door(bill):
            action = bill.action_force_register_payment()
            wizard = bill.env["account.payment.register"].with_context(**action["context"])
            wizard.create({"amount": 1.0})._create_payments()

        self.assert_shut(door, NOT_PAID)


@tagged("post_install", "-at_install")
class TestRpcByRole(Roles):
    """What the gates build on cannot be written from outside, and hidden methods cannot be called."""

    def _refused(self, role, model, method, *args):
        with self.subTest(role=role, model=model, method=method):
            records = self.env[model].with_user(self.roles[role])
            with self.assertRaises(AccessError):
                call_kw(records, method, list(args), {})
                self.env.flush_all()

    def test_the_tables_of_the_match(self):
        match = self._match(self.bill)
        self.policy.flush_recordset()
        rows = {
            "purchase.match.hold": (self.hold, {"state": "released"}),
            "purchase.match": (match, {"agreed": {}, "posted_on": False}),
        }
        for role in self.roles:
            for model, (record, vals) in rows.items():
                self._refused(role, model, "write", record.ids, vals)
                self._refused(role, model, "unlink", record.ids)
                self._refused(role, model, "create", [vals])
            self._refused(role, "purchase.match.amendment", "create", [{"term": "price"}])
        self.assertEqual(self.hold.state, "open")

    def test_not_even_code_that_runs_as_superuser(self):
        action = self.env["ir.actions.server"].create(
            {
                "name": "Let go",
                "model_id": self.env["ir.model"]._get("purchase.match.hold").id,
                "state": "code",
                "code": "env['purchase.match.hold'].sudo().search([]).write({'state': 'released'})",
            }
        )
        with self.assertRaises(AccessError):
            action.run()
        self.assertEqual(self.hold.state, "open")

    def test_policies(self):
        for role in self.roles:
            if role == "superuser":
                continue  # who configures the system configures policies
            self._refused(role, "purchase.match.policy", "write", self.policy.ids, {"mode": "off"})
            tolerances = self.policy.tolerance_ids.ids
            self._refused(role, "purchase.match.tolerance", "unlink", tolerances)

    def test_where_a_bill_came_from(self):
        for role in self.roles:
            if role != "superuser":
                vals = {"integration_payee_account": "BE1"}
                self._refused(role, "account.move", "write", self.bill.ids, vals)

    def test_hidden_methods(self):
        for role in self.roles:
            self._refused(role, "account.move", "_post", self.bill.ids)
            self._refused(role, "purchase.match.hold", "_write", self.hold.ids, {})
            self._refused(role, "account.move.line", "_reconcile_plan", [[]])
            self._refused(role, "account.payment.register", "_create_payments", [])

    def test_a_forged_pass(self):
        """What comes over RPC is JSON; an object is not."""
        for key in ("passed", "settling", "own_write"):
            context = {f"healthcare_three_way_match_{key}": {"ids": self.bill.ids}}
            forged = self.bill.with_context(**context)
            with self.assertRaisesRegex(UserError, NOT_POSTED):
                forged.write({"state": "posted"})
            with self.assertRaises(AccessError):
                self.hold.with_context(**context).sudo().write({"state": "released"})
