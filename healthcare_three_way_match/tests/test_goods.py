"""Goods that are inspected, goods in lots: through receipts, transfers and despatch advices."""

from odoo import Command, fields
from odoo.tests import tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestInspection(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )

    def setUp(self):
        super().setUp()
        self._match_with("four_way")

    def _match_with(self, way):
        self._amend(way_ids=[Command.clear(), Command.create({"way": way})])

    def _onward(self, picking, *quantities):
        """What the receipt pushed on is moved on, so many of each line; the rest waits."""
        onward = picking.move_ids.move_dest_ids.picking_id.filtered(lambda p: p.state != "done")
        self.assertEqual(len(onward), 1)
        for move, quantity in zip(onward.move_ids, quantities, strict=True):
            move.quantity = quantity
        onward.with_user(self.receiver).with_context(skip_backorder=True).button_validate()
        self.assertEqual(onward.state, "done")
        return onward

    def test_received_in_three_steps(self):
        self.warehouse.reception_steps = "three_steps"
        order = self._order((self.gloves, 10, 4.0))
        receipt = self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        hold = self._hold(bill, "ACCEPTED_QTY")
        self.assertEqual((hold.amount, hold.user_id), (40.0, self.buyer))
        self.assertIn("0 passed the inspection: 10 too many", hold.explanation)
        checked = self._onward(receipt, 10)
        self.assertEqual(self._hold(bill, "ACCEPTED_QTY").amount, 40.0, "not yet on the shelf")
        stored = self._onward(checked, 8)
        hold = self._hold(bill, "ACCEPTED_QTY")
        self.assertEqual(hold.amount, 8.0)
        line = self._match(bill).line_ids
        self.assertEqual((line.received, line.accepted), (10.0, 8.0))
        self.assertEqual(bill.match_worksheet["lines"][0]["accepted"], "8 accepted")
        with self.refused("passed the inspection"):
            bill.action_post()
        rest = stored.backorder_ids
        rest.with_user(self.receiver).button_validate()
        self.assertEqual(self._match(bill).state, "clean")
        bill.action_post()

    def test_received_into_quarantine(self):
        quarantine = self.env["stock.location"].create(
            {
                "name": "Quarantine",
                "location_id": self.warehouse.lot_stock_id.id,
                "match_inspection": True,
            }
        )
        order = self._order((self.gloves, 10, 4.0))
        order.picking_ids.move_ids.location_dest_id = quarantine
        order.picking_ids.move_ids.move_line_ids.location_dest_id = quarantine
        self._receive(order, 10)
        self.assertEqual(self._codes(self._bill(order, (10, 4.0))), ["ACCEPTED_QTY"])

    def test_nobody_inspects(self):
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        self.assertEqual(self._match(self._bill(order, (10, 4.0))).state, "clean")

    def test_the_policy_decides(self):
        self.warehouse.reception_steps = "three_steps"
        order = self._order((self.gloves, 10, 4.0))
        self._receive(order, 10)
        bill = self._bill(order, (10, 4.0))
        self.assertEqual(self._codes(bill), ["ACCEPTED_QTY"])
        self._match_with("three_way")
        self.assertEqual(self._match(bill).state, "clean")
        other = self._order((self.gloves, 10, 4.0))
        unreceived = self._bill(other, (10, 4.0))
        self.assertEqual(self._codes(unreceived), ["NOT_RECEIVED"])
        self._match_with("two_way")
        self.assertEqual(self._match(unreceived).state, "clean")
        self.assertEqual(self._match(unreceived).line_ids.explanation, "As ordered.")


@tagged("post_install", "-at_install")
class TestLots(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vaccine = cls.env["product.product"].create(
            {
                "name": "Vaccine",
                "type": "consu",
                "is_storable": True,
                "tracking": "lot",
                "use_expiration_date": True,
                "supplier_taxes_id": False,
            }
        )

    def _receive_lots(self, order, **quantities):
        """Receives ``name=(quantity, days until it expires)``."""
        picking = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        now = fields.Datetime.now()
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "product_id": self.vaccine.id,
                    "lot_name": name,
                    "quantity": quantity,
                    "picking_id": picking.id,
                    "expiration_date": fields.Datetime.add(now, days=days),
                }
            )
            for name, (quantity, days) in quantities.items()
        ]
        # Whoever receives says yes to the question whether expired goods shall come in.
        picking.with_user(self.receiver).with_context(
            skip_backorder=True, skip_expired=True
        ).button_validate()
        self.assertEqual(picking.state, "done")

    def _notice(self, order, *lots):
        self.env["purchase.shipment"].sudo().create(
            {
                "number": "DA-1",
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "order_line_id": order.order_line.id,
                            "uom_id": self.vaccine.uom_id.id,
                            "quantity": quantity,
                            "lot": lot,
                        }
                    )
                    for lot, quantity in lots
                ],
            }
        )

    def test_expired_when_received(self):
        order = self._order((self.vaccine, 10, 4.0))
        self._receive_lots(order, GOOD=(6, 300), OLD=(4, -3))
        bill = self._bill(order, (10, 4.0))
        hold = self._hold(bill, "LOT_EXPIRY")
        self.assertEqual((hold.amount, hold.user_id), (16.0, self.buyer))
        self.assertRegex(hold.explanation, r"OLD had expired on \d{4}-\d\d-\d\d already")
        self._decide(hold.with_user(self.approver), "dispute", "credit note asked for")
        bill.action_post()
        self._credit_note(bill, (4, 4.0))
        self.assertEqual(self._match(bill).state, "clean")

    def test_the_bill_names_another_lot(self):
        order = self._order((self.vaccine, 10, 4.0))
        self._receive_lots(order, GOOD=(10, 300))
        bill = self._bill(order, (10, 4.0))
        self.assertEqual(self._match(bill).state, "clean")
        line = bill.invoice_line_ids
        bill.write({"invoice_line_ids": [Command.update(line.id, {"match_lots": "good, OTHER"})]})
        hold = self._hold(bill, "LOT_EXPIRY")
        self.assertEqual(hold.explanation, "OTHER is not among the lots received.")
        bill.write(
            {"invoice_line_ids": [Command.update(line.id, {"match_lots": "GOOD 2020-01-01"})]}
        )
        self.assertIn("another expiry date", self._hold(bill, "LOT_EXPIRY").explanation)
        bill.write({"invoice_line_ids": [Command.update(line.id, {"match_lots": "GOOD"})]})
        self.assertEqual(self._match(bill).state, "clean")

    def test_the_notice_named_another_lot(self):
        order = self._order((self.vaccine, 10, 4.0))
        self._notice(order, ("GOOD", 6), ("OTHER", 4))
        self._receive_lots(order, GOOD=(6, 300))
        bill = self._bill(order, (6, 4.0))
        self.assertEqual(self._match(bill).state, "clean", "OTHER may be on its way")
        self._receive_lots(order, THIRD=(4, 300))
        later = self._bill(order, (4, 4.0))
        self.assertEqual(self._hold(later, "LOT_EXPIRY").amount, 16.0)
        self.assertIn("OTHER is not among", self._hold(later, "LOT_EXPIRY").explanation)

    def test_the_policy_decides(self):
        self._amend(
            tolerance_ids=[Command.create({"code": "LOT_EXPIRY", "upper_state": "not_checked"})]
        )
        order = self._order((self.vaccine, 10, 4.0))
        self._receive_lots(order, OLD=(10, -3))
        self.assertEqual(self._match(self._bill(order, (10, 4.0))).state, "clean")
