from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestHealth(HttpCase):
    def sweep(self, **values):
        self.env.ref("healthcare_procurement_connector.cron_sweep").write(values)

    def ready(self):
        response = self.url_open("/healthcare/health/ready")
        return response.status_code, response.json()

    def test_live(self):
        response = self.url_open("/healthcare/health/live")
        self.assertEqual((response.status_code, response.json()), (200, {"status": "live"}))
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertNotIn("Set-Cookie", response.headers)

    def test_ready_while_the_sweep_runs(self):
        self.sweep(active=True, lastcall=fields.Datetime.now())
        expected = {"status": "ready", "checks": {"database": "ok", "sweep": "ok"}}
        self.assertEqual(self.ready(), (200, expected))

    def test_not_ready_without_the_sweep(self):
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        self.sweep(active=True, lastcall=hour_ago)
        self.assertEqual(self.ready()[1]["checks"]["sweep"], "late")
        self.sweep(active=False)
        status, body = self.ready()
        self.assertEqual(
            (status, body["status"], body["checks"]["sweep"]), (503, "not_ready", "off")
        )
