"""A supplier's statement against the bills here: differences become questions, and go when they are settled."""

import base64

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestStatements(MatchCommon):
    def _world(self):
        self.bills = {}
        for number, quantity in (("INV-1", 10), ("INV-2", 10), ("INV-3", 12), ("INV-4", 10)):
            order = self._order((self.gloves, 10, 4.0))
            self._receive(order, 10)
            self.bills[number] = self._bill(
                order, (quantity, 4.0), ref=number, invoice_date="2026-03-10"
            )
        self.bills["INV-1"].action_post()
        self.bills["INV-2"].action_post()
        self._pay(self.bills["INV-2"])

    def _statement(self, text, encoding="utf-8", **vals):
        return (
            self.env["purchase.match.statement"]
            .with_user(self.clerk)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "file": base64.b64encode(text.encode(encoding)),
                    "file_name": "statement.csv",
                    **vals,
                }
            )
        )

    def _outcomes(self, statement):
        return {line.number: line.outcome for line in statement.line_ids}

    TEXT = (
        "Rechnungsnummer;Datum;Betrag\r\n"
        "INV 1;01.03.2026;40,00\r\n"
        "inv-2;10.03.2026;40,00\r\n"
        "INV-3;10.03.2026;48,00\r\n"
        "INV-9;31.03.2026;1.040,00\r\n"
        "INV-10;31.03.2026;kostenlos\r\n"
        ";;1.168,00\r\n"
    )

    def test_each_outcome(self):
        self._world()
        statement = self._statement(self.TEXT, encoding="cp1252")
        statement.action_compare()
        self.assertEqual(
            self._outcomes(statement),
            {
                "INV 1": "agrees",
                "inv-2": "paid",
                "INV-3": "held",
                "INV-9": "missing_here",
                "INV-4": "missing_there",
            },
        )
        self.assertEqual((statement.listed, statement.differing, statement.unread), (5, 3, 1))
        self.assertIn("Row 6", statement.problems)
        self.assertIn("kostenlos", statement.problems)
        lines = {line.number: line for line in statement.line_ids}
        self.assertEqual(lines["INV-9"].difference, 1040.0)
        self.assertEqual(lines["INV-4"].difference, -40.0)
        self.assertEqual(lines["INV-4"].bill_id, self.bills["INV-4"])

    def test_differences_are_asked_of_accounts_payable_once(self):
        self._world()
        statement = self._statement(self.TEXT)
        statement.action_compare()
        asked = statement.line_ids.exception_id
        self.assertEqual(set(asked.mapped("code")), {"statement_differs"})
        self.assertEqual((len(asked), asked.user_id), (3, self.approver))
        self.assertIn("INV-9", " ".join(asked.mapped("summary")))
        statement.action_compare()
        self.assertEqual(statement.line_ids.exception_id, asked)
        # The missing bill arrives.
        order = self._order((self.gloves, 260, 4.0))
        self._receive(order, 260)
        self._bill(order, (260, 4.0), ref="INV-9", invoice_date="2026-03-31")
        statement.action_compare()
        self.assertEqual(self._outcomes(statement)["INV-9"], "agrees")
        self.assertEqual(sorted(asked.mapped("state")), ["open", "open", "resolved"])

    def test_another_amount_and_a_credit_note(self):
        self._world()
        note = self._credit_note(self.bills["INV-1"], (1, 4.0))
        statement = self._statement(
            f"number,date,amount,currency\nINV-1,2026-03-10,41.00,{self.company.currency_id.name}\n"
            f"{note.ref},{fields.Date.today()},-4.00,{self.company.currency_id.name}\nINV-4,2026-03-10,40.00,XYZ\n",
            open_only=False,
        )
        statement.action_compare()
        outcomes = self._outcomes(statement)
        self.assertEqual(outcomes["INV-1"], "amount")
        self.assertEqual(outcomes[note.ref], "agrees")
        self.assertEqual(outcomes["INV-4"], "currency")
        self.assertEqual(outcomes["INV-2"], "missing_there")

    def test_what_cannot_be_read_is_said(self):
        for text, message in (
            ("a;b\n1;2\n", "which column has the number"),
            ("", "empty"),
            ("number;amount\nINV-1;1,234\n", "read in two ways"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self._statement(text or "\n").action_compare()

    def test_columns_by_position(self):
        self._world()
        statement = self._statement(
            "x;40,00;INV-1\n", column_number="3", column_amount="2", open_only=False
        )
        statement.action_compare()
        self.assertEqual(self._outcomes(statement), {"INV-1": "agrees"})

    def test_rights(self):
        statement = self._statement(self.TEXT)
        for person in (self.buyer, self.receiver):
            with self.assertRaises(AccessError):
                statement.with_user(person).read(["file_name"])
        statement.action_compare()
        with self.assertRaises(AccessError):
            statement.line_ids[0].write({"outcome": "agrees"})
        with self.assertRaisesRegex(UserError, "Clear up"):
            statement.unlink()
