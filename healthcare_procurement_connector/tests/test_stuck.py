from odoo.tests import tagged

from ..core.stuck import CAUSES
from ..services import outgoing_orders
from ..services.held_back import counts
from .common import ConnectorCase

CAUSE_OF_CODE = {
    "refused": "unreachable",
    "http_503": "partner_in_trouble",
    "http_429": "partner_in_trouble",
    "http_422": "refused_by_partner",
    "http_401": "set_up",
    "http_302": "set_up",
    "address_internal": "set_up",
    "unknown_unit": "master_data",
    "order_not_approved": "order",
    "cannot_prepare": "ours",
    "what is this": "other",
    None: "other",
}


@tagged("post_install", "-at_install")
class TestStuck(ConnectorCase):
    def stuck(self, message):
        self.env["integration.stuck"].invalidate_model()
        return self.env["integration.stuck"].search([("id", "=", message.id)])

    def test_each_error_code_has_its_cause(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.assertFalse(self.stuck(message), "what is queued is not stuck")
        self.force_state(message, "dead")
        for code, cause in CAUSE_OF_CODE.items():
            message.error_code = code
            self.assertEqual((code, self.stuck(message).cause), (code, cause))
        self.force_state(message, "uncertain")
        self.assertEqual(self.stuck(message).cause, "maybe_delivered")

    def test_a_prefix_is_no_pattern(self):
        message = self.messages_of(self.confirmed_order([(self.gloves, 1, 1)]))
        self.force_state(message, "dead")
        message.error_code = "httpx5"
        self.assertEqual(self.stuck(message).cause, "other")

    def test_it_tells_the_money_and_what_waits_behind(self):
        order = self.confirmed_order([(self.gloves, 10, 8.40)])
        other = self.confirmed_order([(self.gloves, 1, 1)])
        message = self.messages_of(order)
        outgoing_orders.queue_orders(order, "order_change")
        change = outgoing_orders.queue_orders(order, "order_change")
        self.force_state(message | self.messages_of(other), "dead")
        row = self.stuck(message)
        self.assertEqual((row.amount, row.currency_id), (84.0, self.company.currency_id))
        self.assertEqual((row.held_back, self.stuck(self.messages_of(other)).held_back), (2, 0))
        self.assertEqual(message.held_back, 2)
        shown = self.env["integration.message"].search(message.action_held_back()["domain"])
        self.assertIn(change, shown)
        self.assertEqual(len(shown), 2)

    def test_what_goes_on_holds_nothing_back(self):
        order = self.confirmed_order([(self.gloves, 1, 1)])
        outgoing_orders.queue_orders(order, "order_change")
        message = self.messages_of(order)
        self.force_state(message, "sent")
        self.assertEqual(counts(self.env, message.ids), {})

    def test_a_page_costs_one_query_for_what_is_held_back(self):
        orders = [self.confirmed_order([(self.gloves, n, 1)]) for n in range(1, 21)]
        messages = self.env["integration.message"].browse()
        for order in orders:
            messages |= self.messages_of(order)
        self.force_state(messages, "dead")
        rows = self.env["integration.stuck"].search([("id", "in", messages.ids)])
        rows.fetch(["created"])
        with self.assertQueryCount(1):
            rows.mapped("held_back")

    def test_inbound_waits_a_day_before_it_is_stuck(self):
        raw = b"<not-a-document/>"
        self.accept(raw)
        message = self.env["integration.message"].search([("direction", "=", "in")])
        self.force_state(message, "waiting")
        self.assertFalse(self.stuck(message))
        self.env.cr.execute(
            "UPDATE integration_message SET create_date = create_date - interval '25 hours' WHERE id = %s",
            [message.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.stuck(message).cause, "waiting")

    def test_grouped_by_cause_with_its_money(self):
        messages = self.env["integration.message"]
        for code in ("refused", "refused", "unknown_unit"):
            message = self.messages_of(self.confirmed_order([(self.gloves, 1, 10)]))
            message.error_code = code
            messages |= message
        self.force_state(messages, "dead")
        groups = self.env["integration.stuck"]._read_group(
            [("id", "in", messages.ids)], ["cause"], ["__count", "amount:sum"]
        )
        self.assertCountEqual(groups, [("unreachable", 2, 20.0), ("master_data", 1, 10.0)])

    def test_every_cause_can_be_shown(self):
        shown = dict(
            self.env["integration.stuck"]._fields["cause"]._description_selection(self.env)
        )
        self.assertEqual(list(shown), list(CAUSES))
