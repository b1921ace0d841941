"""Who sees what, and that nobody writes what only the match may write."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestSecurity(MatchCommon):
    def setUp(self):
        super().setUp()
        self.order = self._order((self.gloves, 10, 4.0))
        self._receive(self.order, 8)
        self.bill = self._bill(self.order, (10, 4.0))
        self.hold = self._hold(self.bill, "QTY_REC")

    def test_nobody_writes_by_hand(self):
        admin = self.env.ref("base.user_admin")
        admin.write({"company_ids": [Command.link(self.company.id)]})
        for user in (self.buyer, self.receiver, self.clerk, self.approver, admin):
            for record in (self.hold, self._match(self.bill), self._match(self.bill).line_ids):
                record = record.with_user(user).with_company(self.company)
                with self.assertRaises(AccessError):
                    record.write({"create_uid": user.id})
                with self.assertRaises(AccessError):
                    record.unlink()
                with self.assertRaises(AccessError):
                    record.create({})

    def test_policies_belong_to_their_authors(self):
        draft = self.policy._new_version()
        for user in (self.buyer, self.clerk, self.approver):
            with self.assertRaises(AccessError):
                draft.with_user(user).mode = "off"
            with self.assertRaises(AccessError):
                draft.tolerance_ids.with_user(user).upper_percent = 99
            with self.assertRaises(AccessError):
                self.policy.with_user(user).action_new_version()

    def test_holds_are_not_deleted(self):
        with self.assertRaises(AccessError):
            self.hold.unlink()

    def test_buyers_see_their_own(self):
        other = self._person("other_buyer", "purchase.group_purchase_user")
        self.assertEqual(self.env["purchase.match.hold"].with_user(self.buyer).search_count([]), 1)
        self.assertEqual(self.env["purchase.match.hold"].with_user(other).search_count([]), 0)
        self.assertTrue(self.hold.with_user(self.buyer).explanation)
        with self.assertRaises(AccessError):
            self.hold.with_user(other).read(["explanation"])
        with self.assertRaises(AccessError):
            self.hold.with_user(other).action_dispute()

    def test_other_companies_see_nothing(self):
        company = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "match_stranger",
            groups="base.group_user,healthcare_three_way_match.group_match_approver",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.assertFalse(self.env["purchase.match.hold"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.hold.with_user(stranger).action_release()

    def test_the_bill_form_opens_for_each_role(self):
        views = [(self.env.ref("account.view_move_form").id, "form")]
        for user in (self.buyer, self.clerk, self.approver):
            bill = self.bill.with_user(user)
            arch = bill.get_views(views)["views"]["form"]["arch"]
            self.assertIn("three_way_match", arch)
            bill.read(["match_banner", "match_state", "match_worksheet", "match_line_ids"])

    def test_salespeople_do_not_see_it(self):
        seller = self._person("seller")
        with self.assertRaises(AccessError):
            self.hold.with_user(seller).read(["code"])
