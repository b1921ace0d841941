from decimal import Decimal

from odoo.tests import tagged

from ..core import documents as doc
from .common import ConnectorCase

# Everybody whom Odoo lets read purchase orders.
READERS = (
    "purchase.group_purchase_user",
    "stock.group_stock_user",
    "account.group_account_invoice",
    "account.group_account_readonly",
)
LINES = {"fields": {"display_name": {}}}
# What this addon adds to the purchase order, as its form reads it.
ORDER_FIELDS = {
    "business_ref": {},
    "shipment_count": {},
    "integration_message_count": {},
    "integration_state": {},
    "acknowledgement_pending": {},
    "supplier_story": {},
    "waiting_changes": {},
    "changes_to_phone": {},
    "may_be_placed": {},
    "change_ids": {
        "fields": {
            "display_name": {},
            "summary": {},
            "progress": {},
            "may_phone": {},
            "acknowledgement_id": LINES,
            "message_id": LINES,
        }
    },
    "acknowledgement_ids": LINES,
    "acknowledgement_line_ids": {
        "fields": {
            "acknowledgement_id": LINES,
            "product_id": LINES,
            "status": {},
            "explanation": {},
            "decision": {},
        }
    },
}


@tagged("post_install", "-at_install")
class TestReaders(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 100, 5)])
        self.drain_outbound()
        rejected = doc.OrderResponseLine(
            order_line="1", status="rejected", item=doc.Item(name="Gloves")
        )
        self.receive(self.response_for(self.order, [rejected]))

    def test_whoever_may_read_an_order_reads_what_its_form_shows(self):
        for group in READERS:
            reader = self._user(group, group)
            order = self.order.with_user(reader)
            self.env.invalidate_all()
            with self.subTest(group):
                [shown] = order.web_read(ORDER_FIELDS)
                self.assertEqual(
                    (shown["acknowledgement_pending"], shown["integration_state"]), (1, "sent")
                )
                self.assertEqual(order.order_line.acknowledgement_summary, "Rejected")

    def test_they_read_shipments(self):
        message = self.receive(
            self.despatch_for(
                self.order,
                [
                    doc.DespatchLine(
                        number="1",
                        item=doc.Item(name="Gloves"),
                        quantity=doc.Quantity(Decimal(60), "C62"),
                        order_line="1",
                    )
                ],
            )
        )
        self.assertEqual(message.state, "processed", message.last_error)
        for group in READERS:
            reader = self._user(group, group)
            action = self.order.with_user(reader).action_shipments()
            with self.subTest(group):
                shipment = self.env[action["res_model"]].with_user(reader).search(action["domain"])
                [shown] = shipment.web_read({"name": {}, "line_ids": {"fields": {"order_id": {}}}})
                self.assertEqual(len(shown["line_ids"]), 1)
