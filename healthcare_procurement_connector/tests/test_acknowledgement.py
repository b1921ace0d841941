from datetime import date
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core import documents as doc
from .common import ConnectorCase


def answer(
    number, status="accepted", quantity=None, price=None, promised=None, unit="C62", **values
):
    return doc.OrderResponseLine(
        order_line=str(number),
        status=status,
        item=doc.Item(name="Item"),
        quantity=doc.Quantity(Decimal(quantity), unit) if quantity else None,
        price=doc.Price(Decimal(price)) if price else None,
        promised=doc.Period(end=promised) if promised else None,
        **values,
    )


@tagged("post_install", "-at_install")
class TestAcknowledgement(ConnectorCase):
    def setUp(self):
        super().setUp()
        self.order = self.confirmed_order([(self.gloves, 100, 5), (self.syringes, 40, 2)])
        self.drain_outbound()

    def answered(self, *lines, **options):
        message = self.receive(self.response_for(self.order, lines, **options))
        self.assertEqual(message.state, "processed", message.last_error)
        return self.order.acknowledgement_ids[:1]

    def test_all_accepted_settles_the_order(self):
        acknowledgement = self.answered(status="accepted")
        self.assertEqual(acknowledgement.line_ids.mapped("decision"), ["not_needed"] * 2)
        self.assertTrue(self.order.acknowledged)

    def test_received_only_leaves_it_open(self):
        acknowledgement = self.answered(status="received")
        self.assertEqual(set(acknowledgement.line_ids.mapped("decision")), {"waiting"})
        self.assertFalse(self.order.acknowledged)

    def test_a_change_belongs_to_the_buyer(self):
        acknowledgement = self.answered(
            answer(1, "changed", quantity="60", promised=date(2026, 12, 24)),
            answer(2, "changed", quantity="40", price="2.50"),
        )
        first, second = acknowledgement.line_ids
        self.assertEqual((first.differs, second.differs), ("quantity,day", "price"))
        exception = acknowledgement.message_id.exception_ids
        self.assertEqual((exception.code, exception.user_id), ("acknowledgement", self.buyer))
        self.assertEqual(self.order.order_line[0].product_qty, 100, "nothing is written unasked")

    def test_accepting_writes_the_order(self):
        acknowledgement = self.answered(
            answer(1, "changed", quantity="60", promised=date(2026, 12, 24)),
            answer(2, "changed", quantity="40", price="2.50"),
        )
        acknowledgement.with_user(self.buyer).action_accept_all()
        first, second = self.order.order_line
        self.assertEqual(first.product_qty, 60)
        self.assertEqual(first.date_planned.date(), date(2026, 12, 24))
        self.assertEqual(second.price_unit, 2.5)
        self.assertEqual(sum(self.order.picking_ids.move_ids.mapped("product_uom_qty")), 100)
        self.assertEqual(acknowledgement.message_id.exception_ids.state, "resolved")
        self.assertTrue(self.order.acknowledged)

    def test_a_higher_amount_asks_for_approval_again(self):
        self.company.po_double_validation = "two_step"
        self.company.po_double_validation_amount = 500
        acknowledgement = self.answered(answer(1, "changed", quantity="100", price="9"))
        acknowledgement.with_user(self.buyer).action_accept_all()
        self.assertEqual(self.order.state, "to approve")
        self.order.button_approve()
        self.assertEqual(self.order.state, "purchase")
        self.assertEqual(len(self.messages_of(self.order)), 1, "it is not sent as new again")

    def test_declining_queues_an_order_change(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        acknowledgement.with_user(self.buyer).action_decline_all()
        self.assertEqual(self.order.order_line[0].product_qty, 100)
        change = self.messages_of(self.order, "order_change")
        self.assertEqual((change.state, change.revision), ("queued", 1))
        self.drain_outbound()
        self.assertEqual(change.state, "sent")

    def test_split_answers_are_summed(self):
        acknowledgement = self.answered(
            answer(1, "changed", quantity="60"),
            answer(1, "backordered", quantity="30", promised=date(2026, 12, 30)),
        )
        acknowledgement.with_user(self.buyer).action_accept_all()
        self.assertEqual(self.order.order_line[0].product_qty, 90)

    def test_units_are_converted_exactly(self):
        acknowledgement = self.answered(answer(1, "accepted", quantity="1", unit="XBX"))
        self.assertEqual(acknowledgement.line_ids.quantity, 100)
        self.assertEqual(acknowledgement.line_ids.decision, "not_needed")

    def test_a_second_answer_stands_beside_the_first(self):
        self.answered(answer(1, "changed", quantity="60"))
        self.answered(status="accepted")
        self.assertEqual(len(self.order.acknowledgement_ids), 2)

    def test_an_answer_is_decided_once(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        line = acknowledgement.line_ids.with_user(self.buyer)
        line.action_accept()
        with self.assertRaises(UserError):
            line.action_decline()

    def test_only_buyers_decide(self):
        acknowledgement = self.answered(answer(1, "changed", quantity="60"))
        clerk = self._user("clerk", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            acknowledgement.line_ids.with_user(clerk).action_accept()
        with self.assertRaises(AccessError):
            acknowledgement.line_ids.with_user(self.buyer).write({"quantity": 1})

    def test_another_suppliers_order_is_as_unknown_as_none(self):
        foreign = self.confirmed_order([(self.gloves, 1, 1)], partner=self.rival)
        for number in (foreign.name, "P99999"):
            message = self.receive(
                self.response_for(self.order, status="accepted", order_number=number)
            )
            self.assertEqual(message.state, "parked")
            self.assertEqual(self.open_exceptions(message).code, "unknown_order")
        self.assertFalse(foreign.acknowledgement_ids)
