from decimal import Decimal

from odoo.tests import tagged

from ..core import documents as doc
from .common import RIVAL_GLN, ConnectorCase


@tagged("post_install", "-at_install")
class TestInvoice(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 8.4, self.box), (self.syringes, 3, 2)])
        self.drain_outbound()

    def billed(self, document):
        message = self.receive(document)
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["account.move"].browse(message.res_id)

    def test_a_draft_bill_is_linked_line_to_line(self):
        bill = self.billed(self.invoice_for(self.order, number="INV-1"))
        self.assertEqual((bill.state, bill.move_type, bill.ref), ("draft", "in_invoice", "INV-1"))
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, self.order.order_line)
        self.assertEqual(bill.invoice_line_ids.mapped("quantity"), [10, 3])
        self.assertEqual(bill.invoice_line_ids[0].product_uom_id, self.box)
        self.assertEqual(bill.amount_total, 90)
        self.assertEqual(bill.business_ref, self.order.business_ref)
        self.assertEqual(str(bill.invoice_date_due), "2027-01-02")
        self.assertEqual(bill.create_uid, self.endpoint.user_id)

    def test_without_a_day_to_pay_the_agreed_terms_hold(self):
        terms = self.env.ref("account.account_payment_term_30days")
        at_once = self.billed(self.invoice_for(self.order, due=None))
        self.assertEqual(str(at_once.invoice_date_due), "2026-12-02")
        self.order.payment_term_id = terms
        agreed = self.billed(self.invoice_for(self.order, due=None))
        self.assertEqual(agreed.invoice_payment_term_id, terms)
        self.assertEqual(str(agreed.invoice_date_due), "2027-01-01")
        named = self.billed(self.invoice_for(self.order))
        self.assertEqual(str(named.invoice_date_due), "2027-01-02")
        self.assertFalse(named.invoice_payment_term_id)

    def test_the_documents_price_and_quantity_hold(self):
        bill = self.billed(self.invoice_for(self.order, quantities={1: 12}, prices={2: "2.75"}))
        self.assertEqual(bill.invoice_line_ids.mapped("quantity"), [12, 3])
        self.assertEqual(bill.invoice_line_ids[1].price_unit, 2.75)

    def test_the_payee_account_is_kept_for_comparison_only(self):
        payee = doc.Payee(account="XX99 0000 1111")
        bill = self.billed(self.invoice_for(self.order, payee=payee))
        self.assertEqual(bill.integration_payee_account, "XX99 0000 1111")
        self.assertFalse(
            self.env["res.partner.bank"].search([("partner_id", "=", self.supplier.id)])
        )
        self.assertFalse(bill.partner_bank_id)

    def test_the_same_invoice_again_is_a_duplicate(self):
        document = self.invoice_for(self.order, number="INV-7")
        self.billed(document)
        second = self.receive(document)
        self.assertEqual(second.state, "duplicate")
        self.assertEqual(second.duplicate_rule, "business_identity_and_content")
        self.assertEqual(self.env["account.move"].search_count([("ref", "=", "INV-7")]), 1)

    def test_the_same_number_with_other_content_asks_a_person(self):
        self.billed(self.invoice_for(self.order, number="INV-7"))
        message = self.receive(self.invoice_for(self.order, number="inv 7", quantities={1: 9}))
        self.assertEqual(self.open_exceptions(message).code, "same_number_other_content")
        self.assertEqual(
            self.env["account.move"].search_count([("partner_id", "=", self.supplier.id)]), 1
        )
        self.assertTrue(message.payload_ids)

    def test_totals_that_do_not_add_up_are_not_booked(self):
        wrong = self.invoice_for(self.order, total_incl=Decimal("91.00"), payable=Decimal("91.00"))
        message = self.receive(wrong)
        self.assertEqual(self.open_exceptions(message).code, "totals_differ")
        self.assertFalse(self.env["account.move"].search([("partner_id", "=", self.supplier.id)]))

    def test_nobody_bills_in_another_suppliers_name(self):
        message = self.receive(self.invoice_for(self.order, seller=self.seller(RIVAL_GLN, "Rival")))
        self.assertEqual(message.state, "parked")
        self.assertEqual(self.open_exceptions(message).code, "wrong_supplier")

    def test_an_unknown_seller(self):
        message = self.receive(
            self.invoice_for(self.order, seller=self.seller("4000000000006", "Who?"))
        )
        self.assertEqual(self.open_exceptions(message).code, "unknown_supplier")

    def test_a_credit_note_is_tied_to_its_bill(self):
        bill = self.billed(self.invoice_for(self.order, number="INV-9"))
        credit = self.billed(
            self.invoice_for(
                self.order, quantities={1: 1, 2: 1}, kind="credit_note", corrects="INV-9"
            )
        )
        self.assertEqual(credit.move_type, "in_refund")
        self.assertEqual(credit.reversed_entry_id, bill)

    def test_a_tax_is_never_guessed(self):
        tax = doc.Tax(
            amount=Decimal("3.00"), base=Decimal("90.00"), category="S", rate=Decimal("3.33")
        )
        document = self.invoice_for(self.order)
        lines = tuple(
            doc.InvoiceLine(
                number=line.number,
                item=line.item,
                quantity=line.quantity,
                price=line.price,
                amount=line.amount,
                order_line=line.order_line,
                tax_category="S",
                tax_rate=Decimal("3.33"),
            )
            for line in document.lines
        )
        message = self.receive(
            self.invoice_for(
                self.order,
                lines=lines,
                taxes=(tax,),
                total_tax=Decimal("3.00"),
                total_incl=Decimal("93.00"),
                payable=Decimal("93.00"),
            )
        )
        self.assertEqual(self.open_exceptions(message).code, "unknown_tax")
