"""What was used before it was ordered: entered, ordered once, never sent or received, billed."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestUsageReports(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier.sudo().match_bill_only_allowed = True
        cls.env["product.supplierinfo"].create(
            {
                "partner_id": cls.supplier.id,
                "product_tmpl_id": cls.gloves.product_tmpl_id.id,
                "price": 900.0,
                "contract_reference": "GPO-1",
                "date_start": fields.Date.subtract(fields.Date.today(), days=5),
            }
        )
        cls.env["integration.endpoint"].create(
            {
                "name": "Mediline",
                "code": "mediline_usage",
                "url": "https://mediline.example",
                "company_id": cls.company.id,
                "user_id": cls._person("technical").id,
                "partner_ids": [Command.set(cls.supplier.ids)],
                "route_ids": [
                    Command.create(
                        {"document_type": "order", "direction": "out", "date_from": "2020-01-01"}
                    )
                ],
            }
        )

    def _report(self, user=None, **vals):
        return (
            self.env["purchase.usage.report"]
            .with_user(user or self.receiver)
            .create(
                {
                    "number": "UR-1",
                    "partner_id": self.supplier.id,
                    "company_id": self.company.id,
                    "case_ref": "OR-2026-4711",
                    "line_ids": [
                        Command.create(
                            {"product_id": self.gloves.id, "lot": "A-1", "expiry": "2099-01-01"}
                        )
                    ],
                    **vals,
                }
            )
        )

    def _ordered(self, **vals):
        report = self._report(**vals)
        report.with_user(self.buyer).action_confirm()
        return report, report.order_id.with_env(self.env)

    def test_from_the_operating_room_to_the_bill(self):
        report, order = self._ordered()
        line = report.line_ids
        self.assertEqual((line.price_unit, line.contract, report.amount), (900.0, "GPO-1", 900.0))
        self.assertEqual(
            (report.state, order.state, order.user_id), ("confirmed", "purchase", self.buyer)
        )
        self.assertFalse(order.picking_ids, "nothing is received any more")
        messages = self.env["integration.message"].search([("res_id", "=", order.id)])
        self.assertFalse(messages, "sent to the supplier it would be delivered once more")
        sent = self._order((self.gloves, 1, 900.0))
        self.assertTrue(self.env["integration.message"].search([("res_id", "=", sent.id)]))
        bill = self._bill(order, (1, 900.0))
        self.assertEqual(self._match(bill).state, "clean")
        bill.invoice_line_ids.match_lots = "B-2"
        bill.action_match_again()
        self.assertIn("not among the lots", self._hold(bill, "LOT_EXPIRY").explanation)
        self.assertEqual(self._codes(self._bill(order, (1, 950.0))), ["PRICE", "QTY_ORD"])

    def test_ordered_once(self):
        report, _order = self._ordered()
        with self.refused("decided already"):
            report.with_user(self.buyer).action_confirm()
        with self.refused("no draft any more"):
            report.sudo().case_ref = "OR-2"
        with self.refused("no draft any more"):
            report.sudo().line_ids.lot = "B-2"
        with self.refused("stays as it is"):
            report.sudo().unlink()
        with self.refused("by its buttons", error=AccessError):
            report.with_user(self.buyer).state = "draft"

    def test_who_and_what(self):
        report = self._report()
        with self.refused("not allowed", error=AccessError):
            report.action_confirm()  # who receives does not buy
        with self.refused("no number of a case", error=ValidationError):
            report.case_ref = "Jane Doe"
        self.supplier.sudo().match_bill_only_allowed = False
        with self.refused("not agreed with Mediline"):
            report.with_user(self.buyer).action_confirm()
        report.line_ids.unlink()
        with self.refused("enter what was used"):
            report.with_user(self.buyer).action_confirm()
        report.action_cancel()
        self.env.flush_all()
        self.assertEqual(self._report().state, "draft", "a cancelled report's number is free")
        with self.refused("draft", error=UserError):
            report.number = "UR-2"

    def test_without_a_contract_the_price_is_entered(self):
        long_ago = fields.Date.subtract(fields.Date.today(), days=9)
        report = self._report(used_on=long_ago)
        self.assertEqual((report.line_ids.price_unit, report.line_ids.contract), (0.0, ""))
        report.line_ids.price_unit = 880.0
        report.used_on = fields.Date.today()
        self.assertEqual(report.line_ids.price_unit, 900.0, "the contract's from here on")
