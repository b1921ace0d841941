from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from odoo.tests import HttpCase, new_test_user, tagged

from .common import ConnectorCase


class PartnerSystem(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        """Tests are quiet."""


@tagged("post_install", "-at_install")
class TestTours(HttpCase):
    def setUp(self):
        super().setUp()
        partner = HTTPServer(("127.0.0.1", 0), PartnerSystem)
        Thread(target=partner.serve_forever, daemon=True).start()
        self.addCleanup(partner.server_close)
        self.addCleanup(partner.shutdown)
        self.partner_url = f"http://127.0.0.1:{partner.server_port}/orders"

    def test_a_manager_sets_up_an_endpoint_and_tests_it(self):
        new_test_user(
            self.env,
            login="tour_manager",
            groups="base.group_user,healthcare_procurement_connector.group_integration_manager",
        )
        self.start_tour(
            f"/odoo?partner_url={self.partner_url}",
            "healthcare_endpoint_setup",
            login="tour_manager",
        )
        endpoint = self.env["integration.endpoint"].search([("code", "=", "tour-supplier")])
        self.assertEqual(endpoint.health, "up")
        self.assertTrue(endpoint._secret("outbound").startswith("whsec_"))


@tagged("post_install", "-at_install")
class TestOrderTours(ConnectorCase, HttpCase):
    def test_a_buyer_changes_a_sent_order_and_phones(self):
        self.endpoint.route_ids.filtered(lambda r: r.document_type == "order_change").unlink()
        order = self.confirmed_order([(self.gloves, 100, 5)])
        self.drain_outbound()
        self.start_tour(
            f"/odoo/purchase-orders/{order.id}", "healthcare_order_change", login="test_buyer"
        )
        change = order.change_ids[-1]
        self.assertEqual(
            (change.state, change.told_by_id, change.told_note),
            ("told", self.buyer, "Ms Smith, order desk"),
        )
