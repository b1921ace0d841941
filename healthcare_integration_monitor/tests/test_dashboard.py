from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import GROUP, MonitorCase


@tagged("post_install", "-at_install")
class TestDashboard(MonitorCase):
    """The database may hold other things: what counts is by how much a situation moves the numbers."""

    def setUp(self):
        super().setUp()
        self.before = self.tiles()

    def more(self, key, user=None):
        return self.tiles(user)[key]["count"] - self.before[key]["count"]

    def more_money(self, key):
        def amount(tile):
            currency = self.company.currency_id.id
            return sum(m["amount"] for m in tile["money"] if m["currency_id"] == currency)

        return round(amount(self.tiles()[key]) - amount(self.before[key]), 2)

    def test_a_document_that_stopped(self):
        self.refused_order(quantity=2, price=50)
        self.assertEqual(self.more("messages"), 1)
        self.assertEqual(self.more_money("messages"), 100)
        self.assertEqual(self.more("exceptions"), 1)
        tile = self.tiles()["messages"]
        self.assertIn("Failed", [reason["label"] for reason in tile["reasons"]])
        self.assertNotEqual(tile["level"], "ok")

    def test_an_order_without_an_answer(self):
        self.sent_order(quantity=10, price=8, hours_ago=25)
        self.sent_order(hours_ago=23)
        self.assertEqual(self.more("answers"), 1)
        self.assertEqual(self.more_money("answers"), 80)
        self.assertIn("Supplier", [r["label"] for r in self.tiles()["answers"]["reasons"]])

    def test_an_answer_the_buyer_must_decide(self):
        self.answer(self.sent_order(quantity=10, price=8), "changed", price="9.50")
        self.assertEqual(self.more("decisions"), 1)
        self.assertEqual(self.more_money("decisions"), 80)
        self.assertEqual(self.more("exceptions"), 1)

    def test_a_shipment_that_did_not_arrive(self):
        order = self.sent_order(quantity=10, price=8)
        self.announce(order)
        self.assertEqual(self.more("shipments"), 1)
        self.assertEqual(self.more_money("shipments"), 80)

    def test_a_held_bill(self):
        self.held_bill(self.sent_order(quantity=10, price=8))
        self.assertEqual(self.more("holds"), 1)
        self.assertEqual(self.more_money("holds"), 80)
        labels = [reason["label"] for reason in self.tiles()["holds"]["reasons"]]
        self.assertIn("Not received", labels)

    def test_overdue_and_mine(self):
        self.env["integration.exception"]._raise(
            [
                {
                    "code": "unknown_item",
                    "summary": "Who knows this item?",
                    "company_id": self.company.id,
                    "user_id": self.viewer.id,
                    "date_due": fields.Datetime.now() - timedelta(days=400),
                }
            ]
        )
        data = self.data()
        tile = next(tile for tile in data["tiles"] if tile["key"] == "exceptions")
        self.assertEqual((tile["level"], tile["level_label"]), ("critical", "Critical"))
        self.assertIn("1 mine", tile["notes"])
        self.assertEqual(data["level"], "critical")
        first = data["exceptions"][0]
        self.assertEqual(first["summary"], "Who knows this item?")
        self.assertEqual(first["owner"], self.viewer.name)
        self.assertTrue(first["overdue"] and first["mine"])
        self.assertLessEqual(len(data["exceptions"]), 10)

    def test_what_went_through_today(self):
        before = self.data()
        self.answer(self.sent_order())
        after = self.data()
        for direction in ("in", "out"):
            self.assertEqual(after["today"][direction] - before["today"][direction], 1)
            self.assertEqual(after["rolling"][direction] - before["rolling"][direction], 1)
            self.assertEqual(after["series"][direction][-1] - before["series"][direction][-1], 1)
        self.assertEqual(len(after["series"]["days"]), 14)
        self.assertEqual(
            after["series"]["days"][-1],
            fields.Date.to_string(fields.Date.context_today(self.viewer)),
        )

    def test_endpoints_and_their_health(self):
        row = self.supplier_row()
        self.assertEqual((row["health"], row["health_label"]), ("unknown", "Not used yet"))
        self.refused_order()
        self.endpoint.state_ids.sudo().write(
            {"failures": 1, "last_failure": fields.Datetime.now(), "last_error": "Timed out"}
        )
        row = self.supplier_row()
        self.assertEqual((row["health"], row["level"], row["stopped"]), ("shaky", "warning", 1))
        self.assertEqual(row["last_error"], "Timed out")
        self.assertEqual(self.more("endpoints"), 1)

    def supplier_row(self):
        return next(row for row in self.data()["endpoints"] if row["id"] == self.endpoint.id)

    def test_a_subscriber_that_fails(self):
        subscription = self.env["integration.subscription"].create(
            {"name": "Wards", "url": "https://wards.example/events"}
        )
        self.assertEqual(self.more("subscribers"), 0)
        subscription.state_ids.sudo().write({"status": "suspended", "failures": 9})
        self.assertEqual(self.more("subscribers"), 1)
        self.assertEqual(self.tiles()["subscribers"]["level"], "critical")

    def test_another_company_sees_nothing(self):
        self.refused_order()
        self.announce(self.sent_order(hours_ago=30))
        self.held_bill(self.sent_order())
        data = self.data(self.stranger)
        self.assertEqual([tile["count"] for tile in data["tiles"]], [0] * 8)
        self.assertEqual([tile["money"] for tile in data["tiles"]], [[]] * 8)
        self.assertEqual((data["endpoints"], data["exceptions"]), ([], []))
        self.assertEqual(sum(sum(data["series"][key]) for key in ("in", "out", "stopped")), 0)
        self.assertEqual((data["level"], data["waiting"]), ("ok", 0))

    def test_who_may_not_read_holds_has_no_such_tile(self):
        self.assertIn("holds", self.tiles(self.viewer))
        self.assertNotIn("holds", self.tiles(self.operator))

    def test_operators_learn_what_orders_cost_and_no_more(self):
        """They may open the messages with every amount in them; the orders stay closed to them."""
        order = self.refused_order()
        self.assertTrue(self.tiles(self.operator)["messages"]["money"])
        with self.assertRaises(AccessError):
            order.with_user(self.operator).read(["amount_total"])

    def test_only_integration_users_ask(self):
        for user in (self.buyer, self._user("monitor_clerk", "account.group_account_invoice")):
            with self.assertRaises(AccessError):
                self.data(user)
        self.data(self._user("monitor_auditor", GROUP + "auditor"))

    def test_each_tile_opens_a_list_with_filters_that_exist(self):
        for tile in self.tiles().values():
            action = self.env.ref(tile["action"]["xmlid"])
            views = self.env[action.res_model].get_views([(action.search_view_id.id, "search")])
            arch = views["views"]["search"]["arch"]
            for name in tile["action"]["context"]:
                self.assertIn(f'name="{name.removeprefix("search_default_")}"', arch, tile["key"])
