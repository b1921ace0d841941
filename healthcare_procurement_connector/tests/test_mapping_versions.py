from datetime import timedelta
from fractions import Fraction

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..core.exceptions import UnmappedError
from ..services import mapping_approval, mapping_versions
from ..services.mappings import mappings_today
from .common import ConnectorCase

GROUP = "healthcare_procurement_connector.group_integration_"


class MappingCase(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.editor = cls._user("mapping_editor", GROUP + "manager")
        cls.approver = cls._user("mapping_approver", GROUP + "mapping_approver")
        cls.mapping = cls.env["integration.mapping"].search(
            [("endpoint_id", "=", cls.endpoint.id), ("domain", "=", "unit")]
        )
        cls.crate = cls.env["uom.uom"].create(
            {"name": "Crate", "relative_factor": 500, "relative_uom_id": cls.gloves.uom_id.id}
        )

    def draft(self, *commands, mapping=None):
        """A draft of the next version by the editor, with these commands on its rows."""
        draft = mapping_versions.draft_of((mapping or self.mapping).with_user(self.editor))
        if commands:
            draft.line_ids = list(commands)
        return draft

    def added(self, code="XCR", uom=None, **vals):
        return Command.create({"code": code, "uom_id": (uom or self.crate).id, **vals})

    def approve(self, draft, user=None, **options):
        return mapping_approval.approve(draft.with_user(user or self.approver), **options)

    def unit(self, code, product=None):
        return mappings_today(self.endpoint).unit(code, product or self.gloves)


@tagged("post_install", "-at_install")
class TestMappingVersions(MappingCase):
    def test_what_is_active_is_not_edited(self):
        mapping = self.mapping.with_user(self.editor)
        line = mapping.line_ids[:1]
        for act in (
            lambda: mapping.write({"name": "Other"}),
            lambda: mapping.write({"line_ids": [self.added()]}),
            mapping.unlink,
            lambda: line.write({"uom_id": self.crate.id}),
            line.unlink,
            lambda: line.create({"mapping_id": mapping.id, "code": "Z", "uom_id": self.box.id}),
            lambda: mapping.create({"name": "x", "domain": "unit", "state": "approved"}),
        ):
            with self.assertRaises(UserError):
                act()

    def test_a_row_cannot_be_moved_into_what_is_active(self):
        draft = self.draft(self.added())
        row = draft.line_ids.filtered(lambda line: line.code == "XCR")
        with self.assertRaises(UserError):
            row.mapping_id = self.mapping

    def test_who_approves_is_no_field_to_write(self):
        draft = self.draft(self.added())
        other = self.env["integration.endpoint"].search([("id", "!=", self.endpoint.id)], limit=1)
        for vals in (
            {"state": "approved"},
            {"editor_ids": [Command.clear()]},
            {"key": "unece-rec20"},
            {"origin_id": False},
            {"endpoint_id": other.id},
            {"domain": "item"},
        ):
            with self.assertRaises(UserError):
                draft.write(vals)

    def test_a_draft_changes_nothing_until_it_is_approved(self):
        draft = self.draft(self.added())
        self.assertEqual(draft.version, self.mapping.version + 1)
        self.assertEqual(len(draft.line_ids), len(self.mapping.line_ids) + 1)
        with self.assertRaises(UnmappedError):
            self.unit("XCR")
        self.approve(draft, reason="They deliver crates")
        self.assertEqual(self.unit("XCR"), (self.crate, 1))
        self.assertEqual(draft.status, "active")
        self.assertEqual(self.mapping.status, "superseded")

    def test_editors_do_not_approve(self):
        both = self._user("both", GROUP + "manager", GROUP + "mapping_approver")
        draft = mapping_versions.draft_of(self.mapping.with_user(both))
        draft.line_ids = [self.added()]
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.approve(draft, both)
        # Editing somebody else's draft makes an editor too.
        other = self.draft(mapping=self.approved_copy())
        other.with_user(both).line_ids = [self.added()]
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.approve(other, both)

    def approved_copy(self):
        return self.mapping.copy({"name": "Second", "state": "approved"})

    def test_approving_is_a_right_of_its_own(self):
        draft = self.draft(self.added())
        with self.assertRaises(AccessError):
            self.approve(draft, self._user("manager", GROUP + "manager"))

    def test_a_company_may_let_approvers_add(self):
        both = self._user("both", GROUP + "manager", GROUP + "mapping_approver")
        self.company.mapping_self_approval = True
        draft = mapping_versions.draft_of(self.mapping.with_user(both))
        draft.line_ids = [self.added(direction="in")]
        self.approve(draft, both)
        self.assertEqual(self.unit("XCR")[0], self.crate)
        changing = mapping_versions.draft_of(draft.with_user(both))
        changing.line_ids = [Command.update(changing.line_ids[0].id, {"uom_id": self.crate.id})]
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.approve(changing, both)

    def test_what_overrides_the_standard_is_no_addition(self):
        both = self._user("both", GROUP + "manager", GROUP + "mapping_approver")
        self.company.mapping_self_approval = True
        draft = mapping_versions.draft_of(self.mapping.with_user(both))
        draft.line_ids = [self.added("C62", self.box, direction="in")]
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.approve(draft, both)

    def test_it_may_hold_from_a_day_on(self):
        tomorrow = fields.Date.today() + timedelta(days=1)
        draft = self.draft(self.added())
        self.approve(draft, date_from=tomorrow)
        self.assertEqual(draft.status, "planned")
        self.assertEqual(self.mapping.status, "active")
        with self.assertRaises(UnmappedError):
            self.unit("XCR")
        with self.assertRaises(UserError):
            self.approve(self.draft(self.added("XPA"), mapping=draft))
        self.env["integration.mapping"].flush_model()
        self.env.cr.execute(
            "UPDATE integration_mapping SET date_from = date_from - 1, date_to = date_to - 1 WHERE key = %s",
            [self.mapping.key],
        )
        self.env.invalidate_all()
        self.assertEqual(self.unit("XCR")[0], self.crate)
        self.assertEqual(draft.status, "active")

    def test_a_draft_of_what_was_superseded_is_brought_up_to_date(self):
        slow = self.draft(self.added("XPA"))
        quick = mapping_versions.new_draft(self.mapping, self.mapping)
        quick.line_ids = [self.added("XCR")]
        self.approve(quick)
        self.assertTrue(slow.outdated)
        with self.assertRaisesRegex(UserError, "became active meanwhile"):
            self.approve(slow)
        slow.action_rebase()
        self.assertFalse(slow.outdated)
        self.approve(slow)
        for code in ("XPA", "XCR", "XBX"):
            self.unit(code)
        self.assertEqual(slow.version, 3)

    def test_changes_that_contradict_are_not_merged(self):
        slow, quick = self.draft(), mapping_versions.new_draft(self.mapping, self.mapping)
        for draft, uom in ((slow, self.crate), (quick, self.gloves.uom_id)):
            draft.line_ids = [Command.update(draft.line_ids[0].id, {"uom_id": uom.id})]
        self.approve(quick)
        with self.assertRaisesRegex(UserError, "XBX"):
            slow.action_rebase()

    def test_what_was_not_looked_at_is_not_approved(self):
        draft = self.draft(self.added())
        seen = mapping_versions.fingerprint(draft)
        draft.line_ids = [self.added("XPA")]
        with self.assertRaisesRegex(UserError, "since you looked"):
            self.approve(draft, seen=seen)

    def test_two_meanings_of_a_code_are_not_approved(self):
        draft = self.draft(self.added("XBX"))
        with self.assertRaisesRegex(UserError, "XBX"):
            self.approve(draft)

    def test_changes_are_told_row_by_row(self):
        draft = self.draft(self.added("<b>X</b>"))
        self.assertIn("&lt;b&gt;X&lt;/b&gt;", draft.change_text)
        self.assertIn("Crate", draft.change_text)
        self.assertFalse(self.mapping.change_text)
        self.approve(draft)
        entry = self.env["integration.audit"].search([("action", "=", "mapping.approved")], limit=1)
        self.assertEqual(entry.user_id, self.approver)
        self.assertEqual(entry.detail["added"], 1)
        self.assertEqual(entry.detail["changes"][0]["after"], "1 × Crate")
        self.assertEqual(entry.detail["editors"], [self.editor.login])

    def test_an_earlier_version_comes_back_by_a_draft(self):
        draft = self.draft(self.added())
        self.approve(draft)
        back = mapping_versions.draft_of(self.mapping.with_user(self.editor))
        self.assertEqual(back.origin_id, draft)
        self.assertEqual([c.kind for c in mapping_versions.changes(back)], ["removed"])
        self.approve(back)
        with self.assertRaises(UnmappedError):
            self.unit("XCR")

    def test_superseded_versions_go_after_years(self):
        draft = self.draft(self.added())
        self.approve(draft)
        self.env["integration.mapping"]._gc_versions()
        self.assertTrue(self.mapping.exists())
        self.mapping.date_to = fields.Date.today() - timedelta(days=1096)
        self.env["integration.mapping"]._gc_versions()
        self.assertFalse(self.mapping.exists())
        self.assertTrue(draft.exists())

    def test_another_company_sees_nothing(self):
        other = self.env["res.company"].create({"name": "Other hospital"})
        stranger = self._user("stranger", GROUP + "mapping_approver")
        stranger.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        draft = self.draft(self.added())
        with self.assertRaises(AccessError):
            self.approve(draft, stranger)
        self.assertFalse(self.mapping.with_user(stranger).search([("id", "=", self.mapping.id)]))

    def test_ten_thousand_rows_get_a_new_version_in_one_statement(self):
        rows = [self.added(f"C{number}") for number in range(300)]
        self.approve(self.draft(*rows))
        last = self.env["integration.mapping"].search(
            [("key", "=", self.mapping.key)], order="version desc", limit=1
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        draft = mapping_versions.draft_of(last.with_user(self.editor))
        self.assertLess(self.env.cr.sql_log_count - before, 60)
        self.assertEqual(draft.line_count, 301)


@tagged("post_install", "-at_install")
class TestMappingRows(MappingCase):
    def test_factors_are_exact(self):
        draft = self.draft(self.added("XPA", self.gloves.uom_id, factor="1/12"))
        row = draft.line_ids.filtered(lambda line: line.code == "XPA")
        self.assertEqual((row.factor_numerator, row.factor_denominator), (1, 12))
        self.approve(draft)
        self.assertEqual(self.unit("XPA")[1], Fraction(1, 12))
        for wrong in ("0", "-1", "1e5", "dozen", "1/0", "99999999999"):
            with self.assertRaises(ValidationError):
                self.draft(self.added("W", factor=wrong), mapping=draft)

    def test_a_unit_for_a_product_must_be_convertible(self):
        """Odoo makes 1000 pieces of a kilogram without complaint."""
        kilogram = self.env.ref("uom.product_uom_kgm")
        with self.assertRaises(ValidationError):
            self.draft(self.added("KG", kilogram, product_id=self.gloves.id))

    def test_a_case_of_a_product_is_twelve_boxes(self):
        draft = self.draft(
            self.added("CS", self.box, factor="12", product_id=self.gloves.id, direction="in")
        )
        self.approve(draft)
        self.assertEqual(self.unit("CS"), (self.box, 12))
        with self.assertRaises(UnmappedError):
            self.unit("CS", self.syringes)

    def test_standard_units_are_exact(self):
        litre = self.env.ref("uom.product_uom_litre")
        fluid = self._product("Saline", "SAL", "9506000191034", "MS-4")
        fluid.uom_id = litre
        for code, uom, factor in (
            ("HLT", "uom.product_uom_litre", 100),
            ("PTL", "uom.product_uom_qt", Fraction(1, 2)),
            ("MLT", "uom.product_uom_milliliter", 1),
        ):
            self.assertEqual(self.unit(code, fluid), (self.env.ref(uom), factor))
        self.assertEqual(self.unit("GRO"), (self.gloves.uom_id, 144))
        for pack in ("XBG", "PR", "SET", "NMP"):
            with self.assertRaises(UnmappedError):
                self.unit(pack)

    def test_the_endpoint_comes_before_the_company_before_the_standard(self):
        company = self.env["integration.mapping"].create(
            {
                "name": "Ours",
                "domain": "unit",
                "company_id": self.company.id,
                "state": "approved",
                "line_ids": [self.added("GRO", self.box), self.added("XBX", self.crate)],
            }
        )
        self.assertTrue(company.key)
        self.assertEqual(self.unit("GRO")[0], self.box)
        self.assertEqual(self.unit("XBX")[0], self.box)

    def test_another_companys_tax_is_refused(self):
        other = self.env["res.company"].create({"name": "Other hospital"})
        tax = (
            self.env["account.tax"]
            .with_company(other)
            .create(
                {
                    "name": "20 %",
                    "amount": 20,
                    "type_tax_use": "purchase",
                    "company_id": other.id,
                    "country_id": self.env.ref("base.us").id,
                    "tax_group_id": self.env["account.tax.group"]
                    .create(
                        {
                            "name": "T",
                            "company_id": other.id,
                            "country_id": self.env.ref("base.us").id,
                        }
                    )
                    .id,
                }
            )
        )
        with self.assertRaises(ValidationError):
            self.env["integration.mapping"].create(
                {
                    "name": "Taxes",
                    "domain": "tax",
                    "endpoint_id": self.endpoint.id,
                    "line_ids": [Command.create({"code": "S:20", "tax_id": tax.id})],
                }
            )
