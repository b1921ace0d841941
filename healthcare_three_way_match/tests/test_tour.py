"""A finance user resolves a held bill in a real browser."""

from odoo.tests import HttpCase, tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestTour(MatchCommon, HttpCase):
    def test_finance_user_resolves_a_held_bill(self):
        order = self._order((self.gloves, 10, 4.0), (self.syringes, 200, 0.12))
        self._receive(order, 10, 150)
        bill = self._bill(order, (10, 5.0), (200, 0.12), ref="TOUR-1")
        self.start_tour("/odoo/match-holds", "match_resolve_holds", login=self.approver.login)
        self.env.invalidate_all()
        self.assertEqual(bill.state, "posted")
        self.assertEqual(self._codes(bill, "released"), ["PRICE"])
        self.assertEqual(self._codes(bill, "disputed"), ["QTY_REC"])
