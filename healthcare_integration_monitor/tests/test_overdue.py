from odoo.tests import tagged

from .common import MonitorCase


@tagged("post_install", "-at_install")
class TestOverdue(MonitorCase):
    def late(self, order):
        self.env.flush_all()
        return self.messages_of(order).filtered("answer_overdue")

    def test_late_by_the_clock_of_the_route(self):
        order = self.sent_order(hours_ago=30)
        self.assertTrue(self.late(order))
        self.messages_of(order).route_id.answer_hours = 48
        self.messages_of(order).invalidate_recordset()
        self.assertFalse(self.late(order))

    def test_a_route_without_a_clock_waits_for_ever(self):
        order = self.sent_order(hours_ago=1000)
        self.messages_of(order).route_id.answer_hours = 0
        self.assertFalse(self.late(order))

    def test_an_answer_ends_the_wait(self):
        order = self.sent_order(hours_ago=30)
        self.answer(order)
        self.assertFalse(self.late(order))

    def test_received_is_no_answer(self):
        order = self.sent_order(hours_ago=30)
        self.answer(order, "received")
        self.assertTrue(self.late(order))

    def test_a_cancelled_order_waits_for_nothing(self):
        order = self.sent_order(hours_ago=30)
        order.sudo().button_cancel()
        self.assertFalse(self.late(order))

    def test_searching_is_what_the_field_says(self):
        messages = self.messages_of(self.sent_order(hours_ago=30))
        messages += self.messages_of(self.sent_order())
        found = messages.search([("id", "in", messages.ids), ("answer_overdue", "=", True)])
        rest = messages.search([("id", "in", messages.ids), ("answer_overdue", "=", False)])
        self.assertEqual((found, rest), (messages[0], messages[1]))

    # -- shipments -----------------------------------------------------------------------------------

    def test_a_shipment_is_overdue_until_received(self):
        order = self.sent_order()
        shipment = self.announce(order)
        self.assertTrue(shipment.receipt_overdue)
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        shipment.invalidate_recordset()
        self.assertFalse(shipment.receipt_overdue)

    def test_short_is_received(self):
        order = self.sent_order(quantity=10)
        shipment = self.announce(order)
        order.picking_ids.move_line_ids.quantity = 9
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertEqual(len(order.picking_ids), 2, "the rest is on a backorder")
        shipment.invalidate_recordset()
        self.assertFalse(shipment.receipt_overdue)

    def test_a_shipment_is_not_late_on_its_day(self):
        today = self.env["purchase.shipment"].search([("receipt_overdue", "=", True)])
        shipment = self.announce(self.sent_order(), expected=shipment_day(self.env))
        self.assertFalse(shipment.receipt_overdue)
        self.assertEqual(shipment.search([("receipt_overdue", "=", True)]), today)


def shipment_day(env):
    return env["purchase.shipment"]._fields["expected"].context_today(env["purchase.shipment"])
