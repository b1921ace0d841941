"""Bill lines that name no order: linked by strong evidence, else by a person who is shown what fits."""

from dataclasses import replace

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.healthcare_procurement_connector.core.documents import Item
from odoo.addons.healthcare_procurement_connector.tests.common import ConnectorCase

from .common import MatchCommon, amended, put_into_force


@tagged("post_install", "-at_install")
class TestLinkingByHand(MatchCommon):
    def setUp(self):
        super().setUp()
        self.gloves.barcode = "4012345678901"
        self.order = self._order((self.gloves, 10, 4.0), (self.syringes, 200, 0.12))
        self._receive(self.order, 10, 200)

    def _typed(self, **vals):
        """A bill as a clerk types it, with no order."""
        line = {"name": "Gloves", "quantity": 10, "price_unit": 4.0, "tax_ids": False} | vals
        return (
            self.env["account.move"]
            .with_user(self.clerk)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.supplier.id,
                    "invoice_date": fields.Date.today(),
                    "ref": f"T-{self._next()}",
                    "invoice_line_ids": [Command.create(line)],
                }
            )
        )

    def _offers(self, bill):
        bill.invalidate_recordset(["match_worksheet"])
        return bill.match_worksheet["lines"][0]["offers"]

    def test_what_fits_is_offered_and_linked_by_a_click(self):
        bill = self._typed(product_id=self.gloves.id)
        self.assertFalse(bill.invoice_line_ids.purchase_line_id, "what people type is asked about")
        offer = self._offers(bill)[0]
        self.assertEqual((offer["order"], offer["score"]), (self.order.name, 100))
        self.assertIn("same product, same GTIN, price fits", offer["reasons"])
        bill.action_match_link(bill.invoice_line_ids.id, offer["id"])
        line = self._match(bill).line_ids
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, self.order.order_line[0])
        self.assertEqual((line.link_score, line.link_user_id), (100, self.clerk))
        self.assertEqual(self._match(bill).state, "clean")
        bill.invalidate_recordset(["match_worksheet"])
        self.assertIn("linked by Clerk (100 of 100", bill.match_worksheet["lines"][0]["linked"])
        audit = self.env["integration.audit"].search([("action", "=", "line.linked")])
        self.assertEqual(audit.detail["score"], 100)
        bill.action_post()

    def test_the_link_changes_no_number(self):
        bill = self._typed(name="nitrile GLOVES", quantity=7, price_unit=4.05)
        bill.action_match_link(bill.invoice_line_ids.id, self._offers(bill)[0]["id"])
        line = bill.invoice_line_ids
        self.assertEqual(
            (line.quantity, line.price_unit, line.name, line.tax_ids.ids, line.product_id),
            (7, 4.05, "nitrile GLOVES", [], self.gloves),
        )
        self.assertEqual(self._match(bill).line_ids.result, "tolerated")

    def test_only_what_was_offered(self):
        bill = self._typed(product_id=self.gloves.id)
        with self.refused("does not fit"):
            bill.action_match_link(bill.invoice_line_ids.id, self.order.order_line[1].id)
        with self.refused("not allowed to modify", error=AccessError):
            bill.with_user(self.receiver).action_match_link(
                bill.invoice_line_ids.id, self.order.order_line[0].id
            )

    def test_nothing_of_another_supplier(self):
        self.order.sudo().partner_id = self.env["res.partner"].create({"name": "Other"})
        self.assertEqual(self._offers(self._typed(product_id=self.gloves.id)), [])

    def test_a_posted_bill_is_not_linked(self):
        bill = self._typed(product_id=self.gloves.id)
        bill.action_post()
        self.assertEqual(self._offers(bill), [])
        with self.refused("does not fit"):
            bill.action_match_link(bill.invoice_line_ids.id, self.order.order_line[0].id)

    def test_the_threshold_is_no_guess(self):
        with self.refused("70 to 100", error=ValidationError):
            self._amend(link_score=40)


@tagged("post_install", "-at_install")
class TestLinkingOfDocuments(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = put_into_force(
            cls.env["purchase.match.policy"].create(
                {
                    "name": "All suppliers",
                    "company_id": cls.company.id,
                    "mode": "enforce",
                    "finance_user_id": cls.env.user.id,
                }
            )
        )
        for product, code in ((cls.gloves, "GL-9"), (cls.syringes, "SY-5")):
            product.seller_ids.filtered(lambda s: s.partner_id == cls.supplier).unlink()
            product.seller_ids = [
                Command.create({"partner_id": cls.supplier.id, "product_code": code, "price": 1.0})
            ]

    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 10, 8.4, self.box), (self.syringes, 3, 2)])
        self.drain_outbound()
        self.order.picking_ids.move_ids.picked = True
        self.order.picking_ids.button_validate()

    def _without_order(self, *codes, **changes):
        document = self.invoice_for(self.order, order_number=None, **changes)
        lines = tuple(
            replace(line, order_line=None, item=Item(seller_code=code, name=line.item.name))
            for line, code in zip(document.lines, codes, strict=True)
        )
        message = self.receive(replace(document, lines=lines))
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["account.move"].browse(message.res_id)

    def test_linked_by_the_suppliers_codes(self):
        bill = self._without_order("GL-9", "SY-5")
        self.assertEqual(bill.invoice_line_ids.purchase_line_id, self.order.order_line)
        self.assertEqual(bill.match_state, "clean")
        lines = bill.match_line_ids
        self.assertEqual(lines.mapped("link_score"), [100, 100])
        self.assertFalse(lines.link_user_id)
        bill.invalidate_recordset(["match_worksheet"])
        self.assertIn("same item code", bill.match_worksheet["lines"][0]["linked"])

    def test_two_orders_that_fit_alike(self):
        again = self.confirmed_order([(self.gloves, 10, 8.4, self.box), (self.syringes, 3, 2)])
        bill = self._without_order("GL-9", "SY-5")
        self.assertFalse(bill.invoice_line_ids.purchase_line_id, "never guessed")
        self.assertEqual(bill.match_hold_ids.code, "NO_PO")
        offers = bill.match_worksheet["lines"][0]["offers"]
        self.assertEqual({offer["order"] for offer in offers}, {self.order.name, again.name})

    def test_unknown_codes(self):
        bill = self._without_order(None, None)
        self.assertEqual((bill.match_hold_ids.code, bill.match_blocks), ("NO_PO", "posting"))

    def test_never_where_the_policy_says_so(self):
        amended(self.policy, link_score=0)
        bill = self._without_order("GL-9", "SY-5")
        self.assertFalse(bill.invoice_line_ids.purchase_line_id)

    def test_nobody_writes_what_the_document_said(self):
        bill = self._without_order("GL-9", "SY-5")
        clerk = self._user("test_link_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            bill.invoice_line_ids[0].with_user(clerk).integration_item_code = "SY-5"
