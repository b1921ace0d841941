"""A day at the hospital: something of everything that the dashboard counts."""

from datetime import date, timedelta
from decimal import Decimal

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.healthcare_procurement_connector.core import documents as doc
from odoo.addons.healthcare_procurement_connector.tests.common import ConnectorCase
from odoo.addons.healthcare_procurement_connector.transports.base import Reply
from odoo.addons.healthcare_three_way_match.tests.common import put_into_force

GROUP = "healthcare_procurement_connector.group_integration_"
REFUSED = Reply(400, {}, b"no such customer", 0.01)


class MonitorCase(ConnectorCase):
    """``viewer`` looks at the dashboard and may see holds; ``operator`` may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = cls._user(
            "monitor_viewer", GROUP + "user", "healthcare_three_way_match.group_match_user"
        )
        cls.operator = cls._user("monitor_operator", GROUP + "operator")
        other = cls.env["res.company"].create({"name": "Other hospital"})
        cls.stranger = new_test_user(
            cls.env,
            login="monitor_stranger",
            groups=f"base.group_user,{GROUP}manager,healthcare_three_way_match.group_match_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )

    def data(self, user=None):
        """As a request of its own would get it: nothing in the cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["integration.dashboard"].with_user(user or self.viewer).get_data()

    def tiles(self, user=None):
        return {tile["key"]: tile for tile in self.data(user)["tiles"]}

    # -- situations ----------------------------------------------------------------------------------

    def refused_order(self, quantity=2, price=50):
        """The supplier's system says no for good: the message is dead, its owner has an exception."""
        order = self.confirmed_order([(self.gloves, quantity, price)])
        self.transport.answers.append(REFUSED)
        self.drain_outbound()
        self.assertEqual(self.messages_of(order).state, "dead")
        return order

    def sent_order(self, quantity=10, price=8, hours_ago=0):
        order = self.confirmed_order([(self.gloves, quantity, price)])
        self.drain_outbound()
        self.assertEqual(self.messages_of(order).state, "sent")
        if hours_ago:
            self.age(self.messages_of(order), hours_ago)
        return order

    def age(self, messages, hours):
        """Moves messages into the past; the clock of the database does not follow freeze_time."""
        moment = fields.Datetime.now() - timedelta(hours=hours)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE integration_message SET create_date = %s, delivered = %s WHERE id IN %s",
            (moment, moment, messages._ids),
        )
        messages.invalidate_recordset()

    def answer(self, order, status="accepted", price=None):
        """The supplier's answer; another ``price`` is for the buyer to decide."""
        line = (
            doc.OrderResponseLine(
                order_line="1",
                status="changed",
                item=doc.Item(name="Item"),
                quantity=doc.Quantity(Decimal(str(order.order_line[:1].product_qty)), "C62"),
                price=doc.Price(Decimal(price)),
            )
            if price
            else None
        )
        message = self.receive(self.response_for(order, [line] if line else (), status=status))
        self.assertEqual(message.state, "processed", message.last_error)
        return order.acknowledgement_ids[:1]

    def announce(self, order, expected=date(2020, 1, 1)):
        """A ship notice for the whole order."""
        line = doc.DespatchLine(
            number="1",
            item=doc.Item(name="Item"),
            quantity=doc.Quantity(Decimal(str(order.order_line[:1].product_qty)), "C62"),
            order_line="1",
        )
        message = self.receive(self.despatch_for(order, [line], expected=doc.Period(end=expected)))
        self.assertEqual(message.state, "processed", message.last_error)
        return self.env["purchase.shipment"].search([("message_id", "=", message.id)])

    def held_bill(self, order):
        """A bill for goods that have not arrived."""
        put_into_force(
            self.env["purchase.match.policy"].create(
                {
                    "name": "Nothing is paid before it arrives",
                    "company_id": self.company.id,
                    "mode": "enforce",
                    "tolerance_ids": [Command.create({"code": "NOT_RECEIVED"})],
                }
            )
        )
        self.receive(self.invoice_for(order))
        self.assertEqual(order.invoice_ids.match_id.state, "held")
        return order.invoice_ids
