from decimal import Decimal

from odoo.tests import tagged

from ..core import documents as doc
from .test_despatch_advice import DespatchCase, shipped

SSCC = "195060001300000025"


@tagged("post_install", "-at_install")
class TestReceiptPrefill(DespatchCase):
    """The order: 100 gloves and 30 of insulin (by lot), in one receipt."""

    def setUp(self):
        super().setUp()
        self.gloves_move, self.insulin_move = self.picking.move_ids

    def misfit(self, shipment):
        exception = shipment.message_id.exception_ids
        self.assertEqual((exception.code, exception.state), ("shipment", "open"))
        self.assertEqual(exception.user_id, self.buyer)
        self.assertEqual((exception.res_model, exception.res_id), (self.order._name, self.order.id))
        return exception.summary

    def test_a_typed_lot_stays(self):
        self.insulin_move.move_line_ids.write({"lot_name": "TYPED", "quantity": 12})
        shipment = self.announced(*self.insulin_lots())
        self.assertEqual(self.insulin_move.move_line_ids.lot_name, "TYPED")
        self.assertEqual(self.insulin_move.quantity, 12)
        self.assertIn("30 announced, 18", self.misfit(shipment))

    def test_the_rest_of_a_typed_count_is_prefilled(self):
        self.insulin_move.move_line_ids.write({"lot_name": "TYPED", "quantity": 12})
        self.announced(shipped(2, "18", [doc.Lot(lot="A1")]))
        lines = self.insulin_move.move_line_ids.sorted("quantity")
        self.assertEqual(lines.mapped("quantity"), [12, 18])
        self.assertEqual(lines.mapped("lot_name"), ["TYPED", "A1"])

    def test_a_typed_count_of_what_is_not_announced_stays(self):
        self.insulin_move.quantity = 7
        self.announced(shipped(1, "100"))
        self.assertEqual(self.insulin_move.quantity, 7)

    def test_more_than_ordered_is_not_prefilled(self):
        shipment = self.announced(shipped(1, "500"), *self.insulin_lots())
        self.assertEqual(shipment.line_ids.mapped("quantity"), [500, 20, 10])
        self.assertEqual(self.gloves_move.quantity, 100)
        self.assertFalse(self.gloves_move.move_line_ids.shipment_line_id)
        self.assertEqual(sorted(self.insulin_move.move_line_ids.mapped("quantity")), [10, 20])
        self.assertIn("500 announced, 100", self.misfit(shipment))

    def test_a_second_notice_gets_only_the_rest(self):
        self.announced(shipped(1, "60"))
        shipment = self.announced(shipped(1, "50"))
        self.assertEqual(self.gloves_move.quantity, 60)
        self.assertIn("50 announced, 40", self.misfit(shipment))

    def test_a_notice_after_all_was_received(self):
        self.picking.move_ids.picked = True
        self.insulin_move.move_line_ids.lot_name = "A1"
        self.picking.button_validate()
        shipment = self.announced(shipped(1, "100"))
        self.assertFalse(shipment.picking_ids)
        self.assertIn("nothing is open", self.misfit(shipment))

    def test_one_line_fills_the_moves_of_two_receipts(self):
        later = self.picking.copy({"move_ids": []})
        rest = self.gloves_move.copy({"picking_id": later.id, "product_uom_qty": 40})
        self.gloves_move.product_uom_qty = 60
        rest._action_confirm(merge=False)
        shipment = self.announced(shipped(1, "100"))
        self.assertEqual(
            self.order.order_line[0].move_ids.sorted("id").mapped("quantity"), [60, 40]
        )
        self.assertEqual(shipment.picking_ids, self.picking | later)
        self.assertFalse(shipment.message_id.exception_ids)

    def test_only_an_sscc_names_a_package(self):
        packages = (doc.Package(id="1"), doc.Package(id="2", sscc=SSCC))
        self.announced(
            shipped(1, "60", package="1"), shipped(1, "40", package="2"), packages=packages
        )
        self.assertEqual(self.gloves_move.move_line_ids.result_package_id.mapped("name"), [SSCC])

    def test_a_kit_is_left_alone(self):
        self.gloves_move.product_id = self.syringes
        shipment = self.announced(shipped(1, "100"))
        self.assertFalse(self.gloves_move.move_line_ids.shipment_line_id)
        self.assertIn("in parts", self.misfit(shipment))


@tagged("post_install", "-at_install")
class TestSerialPrefill(DespatchCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls._product("Pump", "PMP", "9506000191034", "MS-9")
        cls.pump.tracking = "serial"

    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.pump, 3, 900)])
        self.move = self.order.picking_ids.move_ids

    def serials(self, *numbers):
        return [doc.Lot(serial=number) for number in numbers]

    def test_one_line_per_serial_number(self):
        self.announced(shipped(1, "3", self.serials("S1", "S2", "S3")))
        lines = self.move.move_line_ids.sorted("lot_name")
        self.assertEqual(lines.mapped("lot_name"), ["S1", "S2", "S3"])
        self.assertEqual(lines.mapped("quantity"), [1, 1, 1])
        self.order.picking_ids.button_validate()
        self.assertEqual(self.order.order_line.qty_received, 3)

    def test_serial_numbers_that_do_not_count_up(self):
        for serials in (self.serials("S1", "S2"), self.serials("S1", "S2", "S3", "S4")):
            shipment = self.announced(shipped(1, "3", serials))
            self.assertEqual(sum(shipment.line_ids.mapped("quantity")), 3)
            self.assertFalse(self.move.move_line_ids.shipment_line_id)
            exception = shipment.message_id.exception_ids
            self.assertEqual((exception.code, exception.user_id), ("shipment", self.buyer))
            self.assertIn(f"{len(serials)} serial numbers for 3", exception.summary)

    def test_a_box_of_pieces_with_serial_numbers(self):
        serials = self.serials(*(f"S{number:03}" for number in range(100)))
        order = self.confirmed_order([(self.pump, 1, 90000, self.box)])
        line = doc.DespatchLine(
            number="1",
            item=doc.Item(name="Pump"),
            quantity=doc.Quantity(Decimal(1), "XBX"),
            order_line="1",
            lots=tuple(serials),
        )
        message = self.receive(self.despatch_for(order, [line]))
        self.assertEqual(message.state, "processed", message.last_error)
        lines = order.picking_ids.move_line_ids
        self.assertEqual(len(lines), 100)
        self.assertEqual(set(lines.mapped("quantity_product_uom")), {1})
