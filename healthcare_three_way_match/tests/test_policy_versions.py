"""Versions of a policy: written by one, approved by another, in force from a day, never edited."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..services.versions import Act
from .common import PRICE_ROW, MatchCommon, put_into_force


@tagged("post_install", "-at_install")
class TestPolicyVersions(MatchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "healthcare_three_way_match.group_match_policy_"
        cls.author = cls._person("policy_author", group + "author")
        cls.second = cls._person("policy_second", group + "approver")
        cls.reader = cls._person("policy_reader", group + "reader")

    def _draft(self, user=None, **vals):
        draft = self.policy.with_user(user or self.author)._new_version()
        if vals:
            draft.write(vals)
        return draft

    def _policies(self):
        return self.env["purchase.match.policy"].search([("company_id", "=", self.company.id)])

    # -- the way into force -----------------------------------------------------------------------

    def test_from_draft_to_force(self):
        old = self.policy
        draft = self._draft(mode="observe")
        self.assertEqual((draft.version, draft.state, draft.previous_id), (2, "draft", old))
        self.assertEqual(draft.tolerance_ids.upper_percent, 2.0, "a copy of what is in force")
        draft.action_submit()
        self.assertEqual(draft.state, "submitted")
        draft.with_user(self.second).action_approve()
        self.assertEqual((draft.state, old.state), ("active", "superseded"))
        self.assertEqual(draft.approved_by_id, self.second)
        self.assertEqual(draft.active_from, fields.Date.today())
        bill = self._bill(self._order((self.gloves, 1, 4.0)), (1, 4.0))
        self.assertEqual(self._match(bill).policy_id, draft.with_env(self.env))
        self.assertEqual(self._match(bill).policy_id.display_name, "All suppliers v2")

    def test_each_act_is_audited(self):
        draft = self._draft()
        draft.action_submit()
        draft.action_withdraw()
        draft.action_submit()
        draft.with_user(self.second).action_approve()
        entries = self.env["integration.audit"].search(
            [("res_model", "=", draft._name), ("res_id", "=", draft.id)], order="id"
        )
        acts = ["submit", "withdraw", "submit", "approve", "begin"]
        self.assertEqual(entries.mapped("action"), [f"match_policy.{act}" for act in acts])
        self.assertEqual(entries[0].user_id, self.author)
        self.assertEqual(entries[3].user_id, self.second)
        self.assertEqual(entries[3].detail["version"], 2)

    def test_drafts_and_what_waits_hold_nothing(self):
        bill = self._bill(self._order((self.gloves, 1, 4.0)), (1, 4.0))
        draft = self._draft(mode="off")
        draft.action_submit()
        self.assertEqual(self._codes(bill), ["NOT_RECEIVED"])
        with self.refused("cannot be posted"):
            bill.action_post()

    def test_from_a_day_on(self):
        bill = self._bill(self._order((self.gloves, 1, 4.0)), (1, 4.0))
        draft = self._draft(mode="off", active_from=fields.Date.today() + timedelta(days=1))
        draft.action_submit()
        draft.with_user(self.second).action_approve()
        self.assertEqual((draft.state, self.policy.state), ("approved", "active"))
        self.assertEqual(self._match(bill).state, "held")
        acted = draft.sudo().with_context(**{Act.KEY: Act()})
        acted.active_from = fields.Date.today()  # the day has come
        with self.subTest("the scheduler is late: the day alone decides"):
            bill.action_post()
        self.env["purchase.match.policy"]._cron_begin()
        self.assertEqual((draft.state, self.policy.state), ("active", "superseded"))

    def test_recalled_before_its_day(self):
        draft = self._draft(mode="off", active_from=fields.Date.today() + timedelta(days=9))
        draft.action_submit()
        draft.with_user(self.second).action_approve()
        with self.refused("no right", error=AccessError):
            draft.action_recall()
        draft.with_user(self.second).action_recall()
        self.assertEqual(draft.state, "superseded")
        self.assertEqual(self.policy.state, "active")

    def test_a_day_in_the_past_is_the_day_of_approval(self):
        draft = self._draft(active_from=fields.Date.today() - timedelta(days=9))
        draft.action_submit()
        draft.with_user(self.second).action_approve()
        self.assertEqual(draft.active_from, fields.Date.today())

    def test_sent_back_with_a_reason(self):
        draft = self._draft()
        draft.action_submit()
        action = draft.with_user(self.second).action_send_back()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.second)
            .with_context(**action["context"])
            .create({})
        )
        with self.refused("why"):
            wizard.action_send_back()
        wizard.reason = "5 % is too much"
        wizard.action_send_back()
        self.assertEqual(draft.state, "draft")
        entry = self.env["integration.audit"].search([("res_id", "=", draft.id)], limit=1)
        self.assertEqual(entry.detail["reason"], "5 % is too much")

    # -- the second person ------------------------------------------------------------------------

    def test_nobody_approves_what_they_wrote(self):
        draft = self._draft(user=self.second)
        draft.action_submit()
        with self.refused("second person", error=AccessError):
            draft.action_approve()

    def test_nobody_approves_what_they_edited(self):
        draft = self._draft()
        draft.tolerance_ids.with_user(self.second).upper_percent = 50
        draft.action_submit()
        with self.refused("second person", error=AccessError):
            draft.with_user(self.second).action_approve()

    def test_nobody_approves_what_they_submitted(self):
        draft = self._draft()
        draft.with_user(self.second).action_submit()
        with self.refused("second person", error=AccessError):
            draft.with_user(self.second).action_approve()

    def test_superuser_is_no_second_person(self):
        draft = self._draft()
        draft.action_submit()
        with self.refused("no right", error=AccessError):
            draft.sudo().action_approve()

    def test_rights(self):
        draft = self._draft()
        for user in (self.reader, self.clerk, self.approver, self.buyer):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_submit()
            with self.assertRaises(AccessError):
                self.policy.with_user(user).action_new_version()
        draft.action_submit()
        for user in (self.author, self.reader, self.clerk, self.approver):
            with self.assertRaises(AccessError):
                draft.with_user(user).action_approve()
            with self.assertRaises(AccessError):
                draft.with_user(user).action_recall()
        self.assertFalse(draft.may_approve)
        self.assertTrue(draft.with_user(self.second).may_approve)

    def test_the_form_opens_for_each_role(self):
        draft = self._draft()
        for user in (self.reader, self.author, self.second, self.clerk):
            policy = draft.with_user(user)
            policy.get_views([(False, "form"), (False, "list")])
            policy.read(["changes", "may_submit", "display_name", "author_ids"])
            policy.tolerance_ids.read(["where", "text"])

    # -- nothing is written around it -------------------------------------------------------------

    def test_what_was_submitted_or_approved_is_not_edited(self):
        waiting = self._draft()
        waiting.action_submit()
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= self.company
        for policy in (waiting, self.policy):
            for user in (self.author, self.second, admin, self.env.ref("base.user_root")):
                for su in (False, True):
                    own = policy.with_user(user).with_company(self.company).sudo(su)
                    self._refuses_everything(own)

    def _refuses_everything(self, policy):
        row, way = policy.tolerance_ids[:1], policy.env["purchase.match.way"]
        contexts = (
            {},
            {Act.KEY: True},
            {Act.KEY: {"ids": policy.ids}},
            {"install_mode": True, "module": "healthcare_three_way_match"},
            {"_force_unlink": True},
        )
        for context in contexts:
            own, mine = policy.with_context(**context), row.with_context(**context)
            for act in (
                lambda own=own: own.write({"mode": "off"}),
                lambda own=own: own.write({"state": "draft"}),
                lambda own=own: own.write({"author_ids": [Command.clear()]}),
                lambda own=own: own.write({"company_id": self.company.id}),
                lambda own=own: own.write({"tolerance_ids": [Command.clear()]}),
                lambda own=own: own.write({"tolerance_ids": [Command.create({"code": "QTY_ORD"})]}),
                lambda own=own: own.unlink(),
                lambda mine=mine: mine.write({"upper_percent": 99}),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine, own=own: mine.create({"policy_id": own.id, "code": "QTY_ORD"}),
                lambda way=way, own=own: way.create({"policy_id": own.id, "way": "two_way"}),
            ):
                with self.assertRaises(UserError):
                    act()

    def test_a_row_is_not_moved_into_a_policy_in_force(self):
        row = self._draft().tolerance_ids
        row.code = "QTY_ORD"
        with self.refused("not a draft"):
            row.policy_id = self.policy
        with self.refused("not a draft"):
            self._draft().tolerance_ids = [Command.link(self.policy.tolerance_ids.id)]

    def test_nothing_is_born_in_force(self):
        vals = {"name": "Open door", "company_id": self.company.id, "mode": "off"}
        sealed = {
            "state": "active",
            "version": 99,
            "active_from": "2020-01-01",
            "approved_by_id": self.second.id,
            "author_ids": [Command.set(self.second.ids)],
        }
        defaults = {f"default_{name}": value for name, value in sealed.items()}
        model = self.env["purchase.match.policy"].with_user(self.author)
        for policy in (
            model.create({**vals, **sealed}),
            model.with_context(**defaults).create(vals),
            model.sudo().with_context(install_mode=True).create({**vals, **sealed}),
            self.policy.with_user(self.author).copy(sealed),
        ):
            self.assertEqual(policy.state, "draft")
            self.assertLess(policy.version, 99)
            self.assertFalse(policy.approved_by_id)
            self.assertEqual(policy.author_ids, self.author)
        self.assertEqual(self._policies()._in_force(fields.Date.today()), self.policy)

    def test_what_the_service_does_is_out_of_reach_of_rpc(self):
        draft = self._draft()
        for name in ("_install", "_check_open", "_new_version", "_core"):
            with self.assertRaises(AccessError):
                call_kw(draft, name, [draft.ids], {})
        with self.refused("approval"):
            draft.sudo()._install()

    def test_drafts_are_deleted_with_their_rows(self):
        draft = self._draft()
        rows = draft.tolerance_ids
        draft.unlink()
        self.assertFalse(rows.exists())

    def test_one_version_in_force(self):
        draft = self._draft()
        acted = draft.sudo().with_context(**{Act.KEY: Act()})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            acted.state = "active"
            self.env.flush_all()

    def test_the_policy_of_the_installation(self):
        policy = self.env.ref("healthcare_three_way_match.policy_default").sudo()
        self.assertEqual(policy.version, 1)
        self.assertIn(policy.state, ("active", "superseded"))
        self.assertEqual(policy.mode, "observe")
        self.assertTrue(policy.entered_from, "drafts open at installation stay untouched")
        self.assertFalse(policy.approved_by_id)

    def test_a_draft_open_at_installation_stays_untouched(self):
        """Whatever happens to it afterwards, and also once the policy enforces."""
        bill = self._bill(self._order((self.gloves, 1, 4.0)), (1, 9.0))
        self._amend(entered_from=bill.create_date + timedelta(seconds=1))
        self.assertEqual(self._match(bill).state, "none")
        bill.ref = "edited"
        self._amend(mode="enforce")
        self.assertEqual(self._codes(bill), [])
        self.assertFalse(bill.match_banner)
        bill.action_post()
        self._pay(bill)

    # -- companies --------------------------------------------------------------------------------

    def test_versions_of_another_company(self):
        other = self.setup_other_company()["company"]
        foreign = put_into_force(
            self.env["purchase.match.policy"]
            .with_company(other)
            .create({"name": "Theirs", "company_id": other.id, "mode": "enforce"})
        )
        self.assertEqual(foreign.version, 1, "each company counts its own")
        self.assertEqual((foreign.state, self.policy.state), ("active", "active"))
        mine = foreign.with_user(self.second)
        with self.assertRaises(AccessError):
            mine.read(["name"])
        with self.assertRaises(AccessError):
            mine.action_new_version()
        self.assertFalse(
            self.env["purchase.match.policy"]
            .with_user(self.second)
            .search([("company_id", "=", other.id)])
        )
        supplier = self.env["res.partner"].create({"name": "Theirs", "company_id": other.id})
        with self.assertRaises(UserError):
            self._draft().tolerance_ids.partner_id = supplier

    # -- what changed -----------------------------------------------------------------------------

    def test_what_changes_beside_what_is_in_force(self):
        draft = self._draft()
        self.assertIn("Nothing differs", draft.changes)
        draft.tolerance_ids.upper_percent = 3
        draft.write(
            {
                "mode": "observe",
                "tolerance_ids": [
                    Command.create({"code": "QTY_REC", "partner_id": self.supplier.id})
                ],
                "way_ids": [
                    Command.create({"way": "two_way", "categ_id": self.gloves.categ_id.id})
                ],
            }
        )
        draft.invalidate_recordset(["changes"])
        for words in (
            "Enforce: stops what the rows say",
            "Observe: compares, stops nothing",
            "up to 2 % and 5; stops: Posting and payment",
            "up to 3 % and 5; stops: Posting and payment",
            "More than received: Mediline (supplier)",
            "Two-way: order",
            "All suppliers v1",
        ):
            self.assertIn(words, draft.changes)
        self.assertNotIn("Days to decide", draft.changes)

    def test_names_are_shown_as_text(self):
        supplier = self.env["res.partner"].create({"name": "<script>alert(1)</script>"})
        draft = self._draft(
            tolerance_ids=[Command.create({**PRICE_ROW, "partner_id": supplier.id})]
        )
        self.assertNotIn("<script>", draft.changes)
        self.assertIn("&lt;script&gt;", draft.changes)
