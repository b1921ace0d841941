from dataclasses import replace
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..services import mapping_answer, mapping_suggestions
from ..services.inbox import Inbox
from .test_mapping_versions import GROUP, MappingCase


@tagged("post_install", "-at_install")
class TestMappingAnswer(MappingCase):
    """An unknown code: suggestions, one row, and what waited goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user("mapping_operator", GROUP + "operator")

    def asked(self, code="XCR", product=None):
        """The open question about a bill in an unknown unit, and its message."""
        order = self.confirmed_order([(product or self.gloves, 2, 4, self.crate)])
        bill = self.invoice_for(order)
        lines = tuple(replace(line, quantity=doc.Quantity(Decimal(2), code)) for line in bill.lines)
        self.map_out()
        message = self.receive(replace(bill, lines=lines))
        self.assertEqual(message.state, "parked", message.last_error)
        return self.open_exceptions(message), message

    def map_out(self):
        """Orders in crates can be sent; what a crate is called in answers is not known."""
        if not self.mapping.line_ids.filtered(lambda line: line.code == "OUT"):
            self.mapping.line_ids = [self.added("OUT", direction="out")]

    def test_the_question_says_which_code_is_missing(self):
        exception, _message = self.asked()
        self.assertEqual(exception.code, "unknown_unit")
        self.assertEqual(
            (exception.mapping_domain, exception.mapping_code, exception.mapping_way),
            ("unit", "XCR", "in"),
        )
        self.assertEqual(exception.mapping_product_id, self.gloves)
        self.assertTrue(exception.can_answer)

    def test_what_the_standard_calls_it_is_suggested(self):
        exception, _message = self.asked()
        first = mapping_suggestions.suggest(exception)[0]
        self.assertEqual((first.target, first.reason), (self.crate.id, "alike"))
        self.assertIn("Crate", exception.with_user(self.operator).suggestion_text)

    def test_an_operators_answer_waits_for_an_approver_who_sets_it_going(self):
        exception, message = self.asked()
        other, second = self.asked()
        answered = mapping_answer.answer(exception.with_user(self.operator), self.crate.id)
        self.assertFalse(answered.approved)
        self.assertEqual(message.state, "parked")
        self.assertEqual((exception | other).mapping_draft_id, answered.draft)
        self.assertEqual(answered.draft.status, "asked")
        self.assertIn(self.operator, answered.draft.editor_ids)
        replayed = self.approve(answered.draft)
        self.assertEqual(replayed, message | second)
        self.assertEqual((message.state, second.state), ("received", "received"))
        self.assertEqual((exception | other).mapped("state"), ["resolved", "resolved"])
        self.work()
        self.assertEqual(message.state, "processed", message.last_error)

    def work(self):
        self.another_worker()
        Inbox(self.env).drain(30)
        self.env.invalidate_all()

    def test_one_click_where_the_company_allows_it(self):
        self.company.mapping_self_approval = True
        exception, message = self.asked()
        exception.with_user(self.approver).action_use_suggestion()
        self.assertEqual(self.unit("XCR")[0], self.crate)
        self.assertEqual(message.state, "received")
        self.assertEqual(exception.state, "resolved")
        line = (
            self.env["integration.mapping"]
            .search([("key", "=", self.mapping.key), ("version", "=", 2)])
            .line_ids.filtered(lambda each: each.code == "XCR")
        )
        self.assertEqual(line.product_id, self.gloves, "only the supplier knows what is in a crate")
        self.assertEqual(line.direction, "in", "what we call it is said already")

    def test_an_approver_waits_for_another_where_it_is_not_allowed(self):
        exception, message = self.asked()
        answered = mapping_answer.answer(exception.with_user(self.approver), self.crate.id)
        self.assertFalse(answered.approved)
        with self.assertRaises(UserError):
            self.approve(answered.draft)
        self.assertEqual(message.state, "parked")

    def test_answers_come_together_in_one_draft(self):
        first, _message = self.asked("XCR")
        second, _message = self.asked("XPA")
        drafts = {
            mapping_answer.answer(each.with_user(self.operator), self.crate.id).draft
            for each in (first, second)
        }
        self.assertEqual(len(drafts), 1)

    def test_users_do_not_answer(self):
        exception, _message = self.asked()
        with self.assertRaises(AccessError):
            mapping_answer.answer(
                exception.with_user(self._user("looker", GROUP + "user")), self.crate.id
            )

    def test_nothing_is_left_behind_where_it_is_refused(self):
        exception, _message = self.asked()
        kilogram = self.env.ref("uom.product_uom_kgm")
        versions = self.env["integration.mapping"].search_count([])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mapping_answer.answer(
                exception.with_user(self.operator), kilogram.id, only_product=True
            )
        self.assertEqual(self.env["integration.mapping"].search_count([]), versions)

    def test_an_order_in_a_unit_without_code(self):
        order = self.confirmed_order([(self.gloves, 1, 1, self.crate)])
        self.drain_outbound()
        message = self.messages_of(order)
        exception = self.open_exceptions(message)
        self.assertEqual(exception.mapping_way, "out")
        self.assertEqual(mapping_suggestions.suggest(exception)[0].target, "XCR")
        self.company.mapping_self_approval = True
        exception.with_user(self.approver).action_use_suggestion()
        self.drain_outbound()
        self.assertEqual(message.state, "sent")
        self.assertIn(b"XCR", self.transport.requests[-1].body)

    def test_an_item_by_its_gtin_before_words(self):
        order = self.confirmed_order([(self.gloves, 2, 4), (self.syringes, 1, 1)])
        bill = self.invoice_for(order)
        item = doc.Item(seller_code="NEW-77", name="Gloves", gtin="00000000000000")
        lines = (replace(bill.lines[0], order_line=None, item=item), bill.lines[1])
        message = self.receive(replace(bill, lines=lines))
        exception = self.open_exceptions(message)
        self.assertEqual((exception.code, exception.mapping_code), ("unknown_item", "NEW-77"))
        first = mapping_suggestions.suggest(exception)[0]
        self.assertEqual(first.target, self.gloves.id)
        answered = mapping_answer.answer(exception.with_user(self.operator), self.gloves.id)
        self.assertEqual(answered.draft.domain, "item")
        self.approve(answered.draft)
        self.work()
        self.assertEqual(message.state, "processed", message.last_error)
        self.assertEqual(
            self.env["account.move"].browse(message.res_id).invoice_line_ids[0].product_id,
            self.gloves,
        )

    def test_a_supplier_under_another_number(self):
        order = self.confirmed_order([(self.gloves, 2, 4)])
        stranger = doc.Party(name="Supplier", ids=(("91", "V-4711"),))
        message = self.receive(self.invoice_for(order, seller=stranger))
        exception = self.open_exceptions(message)
        self.assertEqual((exception.code, exception.mapping_domain), ("unknown_supplier", "party"))
        first = mapping_suggestions.suggest(exception)[0]
        self.assertEqual(first.target, self.supplier.id)
        mapping_answer.answer(exception.with_user(self.operator), self.supplier.id)
        self.approve(exception.mapping_draft_id)
        self.work()
        self.assertEqual(message.state, "processed", message.last_error)

    def test_a_mapping_lets_nobody_speak_for_others(self):
        order = self.confirmed_order([(self.gloves, 2, 4)])
        self.env["integration.mapping"].create(
            {
                "name": "Parties",
                "domain": "party",
                "endpoint_id": self.endpoint.id,
                "state": "approved",
                "line_ids": [Command.create({"code": "V-9", "partner_id": self.rival.id})],
            }
        )
        stranger = doc.Party(name="Rival", ids=(("91", "V-9"),))
        message = self.receive(self.invoice_for(order, seller=stranger))
        self.assertEqual(self.open_exceptions(message).code, "wrong_supplier")

    def test_the_code_of_a_tax(self):
        tax_values = {"tax_category": "S", "tax_rate": Decimal("19.7")}
        order = self.confirmed_order([(self.gloves, 2, 4)])
        bill = self.invoice_for(order)
        lines = tuple(replace(line, **tax_values) for line in bill.lines)
        message = self.receive(replace(bill, lines=lines))
        exception = self.open_exceptions(message)
        self.assertEqual((exception.code, exception.mapping_code), ("unknown_tax", "S:19.7"))
