"""A document that its sender says replaces an earlier one of the same number."""

from dataclasses import replace
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import tagged

from ..core import documents as doc
from ..formats import render
from ..services import reading
from ..services.inbox import Inbox
from .common import ConnectorCase
from .test_despatch_advice import shipped

PARSE = reading.parse


def with_purpose(raw):
    """UBL has no word for a document's purpose: the tests put it into a comment behind the document."""
    documents = PARSE(raw)
    if b"<!--purpose " in raw:
        purpose = raw.rpartition(b"<!--purpose ")[2].partition(b"-->")[0].decode()
        documents = [replace(document, purpose=purpose) for document in documents]
    return documents


class ReplacingCase(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(reading, "parse", with_purpose))
        self.order = self.confirmed_order([(self.gloves, 10, 5), (self.insulin, 4, 20)])
        self.drain_outbound()
        self.picking = self.order.picking_ids

    def said(self, document, purpose=None):
        raw = render(document, "ubl")
        return self.receive(raw + b"<!--purpose %s-->" % purpose.encode() if purpose else raw)

    def code_of(self, message):
        return self.open_exceptions(message).code


@tagged("post_install", "-at_install")
class TestReplacing(ReplacingCase):
    def test_what_never_came_is_not_replaced_but_applied(self):
        for purpose in ("replace", "duplicate", "original"):
            with self.subTest(purpose=purpose):
                document = self.response_for(self.order, status="accepted")
                self.assertEqual(self.said(document, purpose).state, "processed")

    def test_a_copy_with_other_content_is_for_a_person(self):
        self.said(self.response_for(self.order, status="accepted", number="R-1"))
        other = self.response_for(self.order, status="rejected", number="R-1")
        message = self.said(other, "duplicate")
        self.assertEqual(self.code_of(message), "same_number_other_content")
        self.assertIn("status: accepted → rejected", message.difference)

    def test_what_is_taken_back_is_for_a_person(self):
        first = self.response_for(self.order, status="accepted", number="R-1")
        self.said(first)
        message = self.said(first, "cancel")
        self.assertEqual(self.code_of(message), "withdrawn")
        self.assertEqual(len(self.order.acknowledgement_ids), 1)

    def test_a_replacement_that_says_the_same_is_a_duplicate(self):
        document = self.response_for(self.order, status="accepted", number="R-1")
        self.said(document)
        self.assertEqual(self.said(document, "replace").state, "duplicate")

    def test_the_first_again_after_its_replacement(self):
        document = self.response_for(self.order, status="accepted", number="R-1")
        first = self.said(document)
        second = self.said(replace(document, status="rejected"), "replace")
        again = self.said(document)
        self.assertEqual((again.state, again.duplicate_of_id), ("duplicate", first))
        third = self.said(replace(document, status="received"), "replace")
        self.assertEqual((first.superseded_by_id, second.superseded_by_id), (second, third))
        self.assertFalse(third.superseded_by_id)

    def test_a_replacement_does_not_overtake_its_first(self):
        document = self.response_for(self.order, status="accepted", number="R-1")
        first_raw = render(document, "ubl")
        second_raw = render(replace(document, status="rejected"), "ubl") + b"<!--purpose replace-->"
        self.accept(first_raw)
        self.accept(second_raw)
        Inbox(self.env).drain(30)
        self.assertEqual(
            self.order.acknowledgement_ids.sorted("id").mapped("status"), ["accepted", "rejected"]
        )

    def test_however_the_syntax_says_it(self):
        self.endpoint.environment = (
            "live"  # X12 and EDIFACT say in each interchange whether it is a test
        )
        for syntax in ("cxml", "x12", "edifact", "json"):
            with self.subTest(syntax=syntax):
                document = self.response_for(self.order, status="accepted")
                first = self.receive(render(document, syntax))
                second = self.receive(
                    render(replace(document, status="rejected", purpose="replace"), syntax)
                )
                self.assertEqual((first.state, second.state), ("processed", "processed"))
                self.assertEqual(first.superseded_by_id, second)

    # -- order response ----------------------------------------------------------------------------------

    def test_an_answer_as_a_whole(self):
        line = doc.OrderResponseLine(
            order_line="1",
            status="changed",
            item=doc.Item(name="Gloves"),
            quantity=doc.Quantity(Decimal(6), "C62"),
        )
        document = self.response_for(self.order, [line], number="R-1")
        first = self.said(document)
        self.assertEqual(self.order.acknowledgement_pending, 1)
        second = self.said(replace(document, lines=(), status="accepted"), "replace")
        self.assertEqual(second.state, "processed")
        old = self.order.acknowledgement_ids.filtered(lambda a: a.message_id == first)
        self.assertEqual(old.line_ids.decision, "superseded")
        self.assertFalse(self.open_exceptions(first))
        self.assertEqual(self.order.acknowledgement_pending, 0)

    def test_what_the_replacement_does_not_mention_is_no_question_any_more(self):
        lines = [
            doc.OrderResponseLine(
                order_line=str(number),
                status="changed",
                item=doc.Item(name="Item"),
                quantity=doc.Quantity(Decimal(1), "C62"),
            )
            for number in (1, 2)
        ]
        document = self.response_for(self.order, lines, number="R-1")
        first = self.said(document)
        self.said(replace(document, lines=tuple(lines[:1])), "replace")
        old = self.order.acknowledgement_ids.filtered(lambda a: a.message_id == first)
        self.assertEqual(old.line_ids.mapped("decision"), ["superseded", "superseded"])
        self.assertEqual(self.order.acknowledgement_pending, 1)

    # -- despatch advice ---------------------------------------------------------------------------------

    def shipment_of(self, message):
        return self.env["purchase.shipment"].search([("message_id", "=", message.id)])

    def test_a_shipment_is_replaced_and_its_receipt_counted_anew(self):
        document = self.despatch_for(self.order, [shipped(1, "6")], number="D-1")
        first = self.said(document)
        self.assertEqual(self.picking.move_line_ids.mapped("quantity"), [6])
        lot = doc.Lot(lot="A1")
        second = self.said(
            replace(document, lines=(shipped(1, "8"), shipped(2, "4", [lot]))), "replace"
        )
        self.assertEqual(second.state, "processed", second.last_error)
        old, new = self.shipment_of(first), self.shipment_of(second)
        self.assertEqual(old.superseded_by_id, new)
        self.assertEqual(old.line_ids.quantity, 6, "what was announced first is kept")
        self.assertEqual(
            [
                (line.quantity, line.lot_name)
                for line in self.picking.move_line_ids.sorted("quantity")
            ],
            [(4, "A1"), (8, False)],
        )
        self.assertEqual(self.picking.move_line_ids.shipment_line_id.shipment_id, new)

    def test_what_the_replacement_does_not_ship_is_not_expected_with_it(self):
        document = self.despatch_for(self.order, [shipped(1, "10"), shipped(2, "4")], number="D-1")
        self.said(document)
        self.said(replace(document, lines=(shipped(1, "10"),)), "replace")
        self.assertEqual(self.picking.move_line_ids.product_id, self.gloves)

    def test_another_notice_stays(self):
        self.said(self.despatch_for(self.order, [shipped(1, "3")], number="D-0"))
        document = self.despatch_for(self.order, [shipped(1, "5")], number="D-1")
        self.said(document)
        self.said(replace(document, lines=(shipped(1, "7"),)), "replace")
        self.assertEqual(sorted(self.picking.move_line_ids.mapped("quantity")), [3, 7])

    def test_what_was_received_is_for_a_person(self):
        document = self.despatch_for(self.order, [shipped(1, "6")], number="D-1")
        first = self.said(document)
        self.picking.with_context(skip_backorder=True).button_validate()
        message = self.said(replace(document, lines=(shipped(1, "8"),)), "replace")
        self.assertEqual(self.code_of(message), "replaced_too_late")
        self.assertIn("quantity value: 6 → 8", message.difference)
        self.assertFalse(first.superseded_by_id)
        self.assertFalse(self.shipment_of(first).superseded_by_id)

    def test_what_the_warehouse_counted_is_for_a_person(self):
        document = self.despatch_for(self.order, [shipped(1, "6")], number="D-1")
        self.said(document)
        receiver = self._user("receiver", "stock.group_stock_user")
        counted = self.picking.move_line_ids.with_user(receiver)
        counted.quantity = 5
        # His transaction ends here: what follows from it is written in his name.
        counted.env.flush_all()
        message = self.said(replace(document, lines=(shipped(1, "8"),)), "replace")
        self.assertEqual(self.code_of(message), "replaced_too_late")
        self.assertEqual(self.picking.move_line_ids.quantity, 5)

    # -- invoice ---------------------------------------------------------------------------------------------

    def bill_of(self, message):
        return self.env["account.move"].browse(message.res_id)

    def test_a_draft_bill_that_nobody_touched(self):
        first = self.said(self.invoice_for(self.order, number="I-1"))
        second = self.said(self.invoice_for(self.order, number="I-1", quantities={1: 8}), "replace")
        self.assertEqual(second.state, "processed", second.last_error)
        self.assertEqual(
            (self.bill_of(first).state, self.bill_of(second).state), ("cancel", "draft")
        )
        self.assertEqual(self.order.order_line[0].qty_invoiced, 8)
        self.assertEqual(first.superseded_by_id, second)

    def test_a_bill_that_somebody_worked_on(self):
        clerk = self._user("clerk", "account.group_account_invoice")
        first = self.said(self.invoice_for(self.order, number="I-1"))
        self.bill_of(first).with_user(clerk).narration = "Checked"
        message = self.said(
            self.invoice_for(self.order, number="I-1", quantities={1: 8}), "replace"
        )
        self.assertEqual(self.code_of(message), "replaced_too_late")
        self.assertEqual(self.bill_of(first).state, "draft")

    def test_a_posted_bill(self):
        first = self.said(self.invoice_for(self.order, number="I-1"))
        self.bill_of(first).action_post()
        message = self.said(
            self.invoice_for(self.order, number="I-1", quantities={1: 8}), "replace"
        )
        self.assertEqual(self.code_of(message), "replaced_too_late")
        self.assertEqual(self.bill_of(first).state, "posted")

    def test_a_bill_that_was_deleted(self):
        first = self.said(self.invoice_for(self.order, number="I-1"))
        self.bill_of(first).unlink()
        message = self.said(
            self.invoice_for(self.order, number="I-1", quantities={1: 8}), "replace"
        )
        self.assertEqual(message.state, "processed")
