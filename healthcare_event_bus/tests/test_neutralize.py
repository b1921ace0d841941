from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .common import BusCase


@tagged("post_install", "-at_install")
class TestNeutralize(BusCase):
    def test_a_copy_tells_nobody_anything(self):
        subscriber = self._subscriber()
        subscription = self._subscription(subscriber)
        self.env.flush_all()
        for query in get_neutralization_queries(["healthcare_event_bus"]):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        self.assertFalse(subscription.active)
        self._record(self._fact())
        self.assertEqual(self._drain(), 0)
        self.assertFalse(subscriber.calls)
