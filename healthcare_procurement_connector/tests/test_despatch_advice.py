from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from ..core import documents as doc
from .common import ConnectorCase

SSCC = "195060001300000018"


def shipped(number, quantity, lots=(), package=None, **values):
    return doc.DespatchLine(
        number=str(number),
        item=doc.Item(name="Item"),
        quantity=doc.Quantity(Decimal(quantity), "C62"),
        order_line=str(number),
        lots=tuple(lots),
        package=package,
        **values,
    )


class DespatchCase(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 100, 5), (self.insulin, 30, 20)])
        self.drain_outbound()
        self.picking = self.order.picking_ids

    def announced(self, *lines, **changes):
        message = self.receive(self.despatch_for(self.order, lines, **changes))
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["purchase.shipment"].search([("message_id", "=", message.id)])

    def insulin_lots(self, **values):
        """UBL has no quantity per lot: each lot is a line of its own."""
        first = doc.Lot(lot="A1", expiry=date(2027, 5, 31))
        second = doc.Lot(lot="B2", expiry=date(2027, 6, 30))
        return shipped(2, "20", [first], **values), shipped(2, "10", [second], **values)


@tagged("post_install", "-at_install")
class TestDespatchAdvice(DespatchCase):
    def test_the_receipt_is_prefilled(self):
        shipment = self.announced(
            shipped(1, "90", package="1"),
            *self.insulin_lots(package="1"),
            packages=(doc.Package(id="1", sscc=SSCC),),
        )
        self.assertEqual(shipment.picking_ids, self.picking)
        self.assertEqual(self.picking.shipment_ids, shipment)
        gloves, first, second = self.picking.move_line_ids.sorted(lambda line: line.lot_name or "")
        self.assertEqual(gloves.quantity, 90)
        self.assertEqual((first.lot_name, first.quantity), ("A1", 20))
        self.assertEqual(second.expiration_date.date(), date(2027, 6, 30))
        self.assertEqual(self.picking.move_line_ids.result_package_id.name, SSCC)
        self.assertNotEqual(self.picking.state, "done")
        self.assertFalse(any(self.picking.move_line_ids.mapped("picked")))

    def test_what_was_announced_can_be_received(self):
        self.announced(shipped(1, "90"), *self.insulin_lots())
        self.picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(self.order.order_line.mapped("qty_received"), [90, 30])
        lots = self.env["stock.lot"].search([("product_id", "=", self.insulin.id)])
        self.assertEqual(sorted(lots.mapped("name")), ["A1", "B2"])
        self.assertEqual(min(lots.mapped("expiration_date")).date(), date(2027, 5, 31))

    def test_a_line_that_was_not_announced_is_not_received(self):
        self.announced(shipped(1, "100"))
        self.picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.order.order_line.mapped("qty_received"), [100, 0])

    def test_a_second_notice_does_not_overwrite_the_first(self):
        self.announced(shipped(1, "60"))
        self.announced(shipped(1, "40"))
        self.assertEqual(sorted(self.picking.move_line_ids.mapped("quantity")), [40, 60])

    def test_lots_without_quantities_are_not_guessed(self):
        lots = [doc.Lot(lot="A1"), doc.Lot(lot="B2")]
        message = self.receive(self.despatch_for(self.order, [shipped(2, "30", lots=lots)]))
        self.assertEqual(self.open_exceptions(message).code, "shipment")
        self.assertFalse(self.picking.shipment_ids)

    def test_a_line_is_found_by_its_gtin(self):
        line = doc.DespatchLine(
            number="1",
            item=doc.Item(name="?", gtin=self.gloves.barcode),
            quantity=doc.Quantity(Decimal(5), "C62"),
        )
        self.assertEqual(self.announced(line).line_ids.product_id, self.gloves)
