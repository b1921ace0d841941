from odoo.tests import HttpCase, tagged

from ..services.inbox import Inbox
from .common import ConnectorCase


@tagged("post_install", "-at_install")
class TestOperatorTour(ConnectorCase, HttpCase):
    def test_an_operator_replays_a_parked_document(self):
        self._user("tour_operator", "healthcare_procurement_connector.group_integration_operator")
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        message = self.receive(
            self.response_for(order, number="R-tour", status="accepted", order_number="P-later")
        )
        self.waited_in_vain(message)
        self.assertEqual(message.state, "parked")
        order.name = "P-later"
        self.start_tour("/odoo", "healthcare_replay", login="tour_operator")
        self.env.invalidate_all()
        self.assertEqual(message.state, "received")
        Inbox(self.env).drain(30)
        self.assertEqual(message.state, "processed")
        self.assertEqual(order.acknowledgement_ids.name, "R-tour")
