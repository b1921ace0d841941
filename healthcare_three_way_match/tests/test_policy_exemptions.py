"""Bills that need no order: asked for by one, approved by another, until a day."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..services.versions import Act
from .common import MatchCommon


@tagged("post_install", "-at_install")
class TestPolicyExemptions(MatchCommon):
    def setUp(self):
        super().setUp()
        group = "healthcare_three_way_match.group_match_policy_"
        self.author = self._person("exempt_author", group + "author")
        self.second = self._person("exempt_second", group + "approver")
        self._amend(no_order_blocks="posting")
        self.today = fields.Date.today()

    def _rent(self, **vals):
        return (
            self.env["account.move"]
            .with_user(self.clerk)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.supplier.id,
                    "invoice_date": self.today,
                    "ref": f"RENT-{self._next()}",
                    "invoice_line_ids": [
                        Command.create({"name": "Rent", "price_unit": 100.0 + self._next()})
                    ],
                    **vals,
                }
            )
        )

    def _exemption(self, approved=True, **vals):
        if not vals:
            vals = {"partner_id": self.supplier.id}
        exemption = (
            self.env["purchase.match.exemption"]
            .with_user(self.author)
            .create(
                {
                    "company_id": self.company.id,
                    "until": self.today + timedelta(days=30),
                    "reason": "contract of 2024",
                    **vals,
                }
            )
        )
        if approved:
            exemption.with_user(self.second).action_approve()
        return exemption

    def test_held_without(self):
        bill = self._rent()
        self.assertEqual(self._codes(bill), ["NO_PO"])
        with self.refused("cannot be posted"):
            bill.action_post()

    def test_exempt_by_supplier(self):
        bill = self._rent()
        exemption = self._exemption()
        self.assertEqual(self._codes(bill), [], "what is open follows at once")
        line = self._match(bill).line_ids
        self.assertEqual(line.exemption_id, exemption.with_env(self.env))
        self.assertIn("Mediline, approved by Exempt_second until", line.tolerance)
        self.assertIn("contract of 2024", line.tolerance)
        bill.action_post()

    def test_exempt_by_account_and_by_journal(self):
        bill = self._rent()
        account, journal = bill.invoice_line_ids.account_id, bill.journal_id
        other = self.company_data["default_account_expense"].copy()
        self._exemption(account_id=other.id, journal_id=journal.id)
        self.assertEqual(self._codes(bill), ["NO_PO"], "another account")
        self._exemption(account_id=account.id, journal_id=journal.id)
        self.assertEqual(self._codes(bill), [])

    def test_only_while_it_lasts(self):
        self._exemption(
            since=self.today - timedelta(days=9),
            until=self.today - timedelta(days=1),
            partner_id=self.supplier.id,
        )
        self.assertEqual(self._codes(self._rent()), ["NO_PO"])

    def test_nothing_counts_before_it_is_approved(self):
        self._exemption(approved=False)
        self.assertEqual(self._codes(self._rent()), ["NO_PO"])

    def test_ended_it_holds_again(self):
        exemption = self._exemption()
        bill = self._rent()
        self.assertEqual(self._codes(bill), [])
        exemption.with_user(self.author).action_end()
        self.assertEqual(self._codes(bill), ["NO_PO"])
        self.assertEqual(exemption.ended_by_id, self.author)

    def test_what_must_have_an_order_is_not_exempt(self):
        self._exemption()
        order = self._order((self.gloves, 10, 4.0))
        bill = self._bill(order, (10, 4.0))
        line = bill.invoice_line_ids
        bill.invoice_line_ids = [Command.update(line.id, {"purchase_line_id": False})]
        self.assertEqual(self._codes(bill), ["NO_PO"])

    def test_the_second_person(self):
        mine = self._exemption(approved=False)
        mine.with_user(self.second).reason = "better words"
        for user in (self.second, self.author, self.approver, self.clerk):
            with self.assertRaises(AccessError):
                mine.with_user(user).action_approve()
        with self.assertRaises(AccessError):
            mine.sudo().action_approve()

    def test_nothing_is_written_around_it(self):
        approved, waiting = self._exemption(), self._exemption(approved=False)
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= self.company
        for user in (self.author, self.second, admin, self.env.ref("base.user_root")):
            for context in ({}, {Act.KEY: True}, {"_force_unlink": True}, {"install_mode": True}):
                for su in (False, True):
                    mine = approved.with_user(user).with_company(self.company).sudo(su)
                    mine = mine.with_context(**context)
                    with self.assertRaises(UserError):
                        mine.until = self.today + timedelta(days=900)
                    with self.assertRaises(UserError):
                        mine.unlink()
                    with self.assertRaises(UserError):
                        waiting.with_env(mine.env).state = "approved"
        born = self.env["purchase.match.exemption"].with_context(default_state="approved")
        self.assertEqual(
            born.create(
                {
                    "partner_id": self.supplier.id,
                    "until": self.today,
                    "reason": "x",
                    "state": "approved",
                    "company_id": self.company.id,
                }
            ).state,
            "draft",
        )

    def test_everything_is_no_exemption(self):
        with self.assertRaises(ValidationError):
            self._exemption(approved=False, reason="all of it")
        with self.assertRaises(ValidationError):
            self._exemption(
                approved=False, partner_id=self.supplier.id, until=self.today - timedelta(days=5)
            )

    def test_it_is_audited(self):
        exemption = self._exemption()
        exemption.with_user(self.second).action_end()
        entries = self.env["integration.audit"].search(
            [("res_model", "=", exemption._name), ("res_id", "=", exemption.id)], order="id"
        )
        self.assertEqual(
            entries.mapped("action"), ["match_exemption.approve", "match_exemption.end"]
        )
        self.assertEqual(entries.user_id, self.second)

    def test_another_company_neither_sees_nor_uses_it(self):
        exemption = self._exemption()
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "exempt_stranger",
            groups="base.group_user,healthcare_three_way_match.group_match_policy_approver",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["purchase.match.exemption"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            exemption.with_user(stranger).action_end()

    def test_the_form_opens_for_each_role(self):
        exemption = self._exemption()
        for user in (self.author, self.second, self.clerk):
            mine = exemption.with_user(user)
            mine.get_views([(False, "form"), (False, "list"), (False, "search")])
            mine.read(["display_name", "may_approve", "may_end", "approved_by_id"])
