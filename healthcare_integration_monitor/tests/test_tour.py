from odoo.tests import HttpCase, new_test_user, tagged

from .common import GROUP


@tagged("post_install", "-at_install")
class TestTour(HttpCase):
    def test_a_tile_opens_its_list(self):
        user = new_test_user(
            self.env, login="monitor_tour", groups=f"base.group_user,{GROUP}operator"
        )
        self.env["integration.exception"]._raise(
            [
                {
                    "code": "unknown_item",
                    "summary": "Nobody knows item 4711",
                    "company_id": user.company_id.id,
                    "user_id": user.id,
                    "date_due": "2020-01-01 12:00:00",
                }
            ]
        )
        self.start_tour("/odoo", "healthcare_integration_dashboard", login="monitor_tour")
