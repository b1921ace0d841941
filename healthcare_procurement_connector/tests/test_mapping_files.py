import base64
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..core import documents as doc
from ..formats import render
from ..services import endpoint_files, mapping_files, mapping_samples
from .test_mapping_versions import GROUP, MappingCase


@tagged("post_install", "-at_install")
class TestMappingCsv(MappingCase):
    def test_rows_go_out_and_come_back(self):
        self.mapping.line_ids = [
            self.added("CS", self.box, factor="12", product_id=self.gloves.id, direction="in"),
            self.added("=1+1", self.crate),
        ]
        raw = mapping_files.export_csv(self.mapping)
        self.assertIn(b"gtin:9506000191003", raw)
        self.assertIn(b"'=1+1", raw, "no spreadsheet takes it for a formula")
        draft = self.draft()
        draft.line_ids.unlink()
        self.assertEqual(mapping_files.import_csv(draft, raw, replace=True), [])
        self.assertFalse(self.changed(draft))

    def changed(self, draft):
        draft.invalidate_recordset()
        return "badge" in draft.change_text

    def test_one_bad_row_and_nothing_is_imported(self):
        draft = self.draft()
        raw = b"code,target,factor\nXPA,name:Crate,1\nXQA,name:Nothing,1\nXRA,gtin:1,1\n"
        errors = mapping_files.import_csv(draft, raw, replace=True)
        self.assertEqual(
            [(error.line, error.code) for error in errors],
            [(3, "record_unknown"), (4, "record_kind")],
        )
        self.assertFalse(self.changed(draft))
        self.assertIn("Line 3", mapping_files.errors_text(self.env, errors))

    def test_rows_of_the_same_code_are_replaced(self):
        draft = self.draft()
        raw = b"code,target\nXBX,name:Crate\nXPA,name:Crate\n"
        self.assertEqual(mapping_files.import_csv(draft, raw, replace=False), [])
        self.assertEqual(
            {(line.code, line.uom_id) for line in draft.line_ids},
            {("XBX", self.crate), ("XPA", self.crate)},
        )

    def test_what_two_records_are_called_is_not_guessed(self):
        self.crate.copy({"name": "Crate"})
        errors = mapping_files.import_csv(self.draft(), b"code,target\nX,name:Crate\n", False)
        self.assertEqual(errors[0].code, "record_ambiguous")

    def test_what_is_active_takes_no_file(self):
        with self.assertRaises(UserError):
            mapping_files.import_csv(
                self.mapping.with_user(self.editor), b"code,target\nXPA,name:Crate\n", False
            )

    def test_the_dialog_shows_what_is_wrong(self):
        wizard = (
            self.env["integration.mapping.import"]
            .with_user(self.editor)
            .with_context(default_mapping_id=self.draft().id)
            .create({"file": base64.b64encode(b"code,target\nX,name:Nowhere\n")})
        )
        wizard.action_import()
        self.assertIn("Nowhere", wizard.errors)
        self.assertTrue(wizard.export)


@tagged("post_install", "-at_install")
class TestMappingSamples(MappingCase):
    def sample(self, unit="XBX"):
        order = self.confirmed_order([(self.gloves, 2, 4, self.box)])
        bill = self.invoice_for(order, number="SAMPLE")
        lines = tuple(replace(line, quantity=doc.Quantity(Decimal(2), unit)) for line in bill.lines)
        return (
            self.env["integration.mapping.sample"]
            .with_user(self.editor)
            .create(
                {
                    "name": "A bill",
                    "mapping_id": self.mapping.id,
                    "content": base64.b64encode(render(replace(bill, lines=lines), "ubl")),
                }
            )
        )

    def test_a_sample_says_what_would_change(self):
        sample = self.sample()
        self.assertIn("quantity.unit: XBX = 1 × Box of 100", sample.expected)
        draft = self.draft()
        self.assertIn("as expected", draft.sample_text)
        draft.line_ids[0].uom_id = self.crate
        draft.invalidate_recordset()
        self.assertIn("1 × Crate", draft.sample_text)
        self.assertNotIn("as expected", draft.sample_text)
        self.approve(draft)
        self.assertEqual(sample.mapping_id, draft, "samples go on with the versions")
        self.assertIn("1 × Crate", sample.expected)

    def test_a_sample_knows_the_product_of_its_lines(self):
        sample = self.sample("CS")
        self.assertIn("CS = unknown", sample.expected)
        draft = self.draft(
            self.added("CS", self.box, factor="12", product_id=self.gloves.id, direction="in")
        )
        self.assertIn("12 × Box of 100", mapping_samples.translation(sample, draft))

    def test_a_message_becomes_a_sample(self):
        order = self.confirmed_order([(self.gloves, 2, 4, self.box)])
        message = self.receive(self.invoice_for(order))
        sample = (
            self.env["integration.mapping.sample"]
            .with_user(self.editor)
            .create({"name": "Kept", "mapping_id": self.mapping.id, "message_id": message.id})
        )
        self.assertIn("XBX = 1 × Box of 100", sample.expected)

    def test_what_cannot_be_read_says_so(self):
        sample = self.sample()
        sample.content = base64.b64encode(b"<Invoice")
        self.assertIn("cannot be read", mapping_samples.translation(sample))


@tagged("post_install", "-at_install")
class TestEndpointFiles(MappingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["integration.endpoint.window"].create(
            {"endpoint_id": cls.endpoint.id, "weekday": "6", "note": "Sundays"}
        )

    def file(self, **changes):
        raw = endpoint_files.export_endpoint(self.endpoint.with_user(self.editor))
        return json.loads(raw) | changes

    def plan(self, data, **options):
        options = {"with_addresses": True} | options
        return endpoint_files.plan(
            self.env(user=self.editor.id), json.dumps(data).encode(), **options
        )

    def load(self, data, **options):
        options = {"with_addresses": True} | options
        return endpoint_files.load(
            self.env(user=self.editor.id), json.dumps(data).encode(), **options
        )

    def renamed(self, data, code="moved"):
        """The same file for another endpoint, as if it had come from another database."""
        data["endpoint"]["code"] = code
        for part in data["mappings"]:
            part["key"] = part["key"].replace("supplier", code)
        return data

    def test_no_secret_leaves(self):
        text = json.dumps(self.file())
        self.assertNotIn("whsec", text)
        self.assertNotIn("secret", text)

    def test_an_unchanged_file_changes_nothing(self):
        self.assertEqual(self.plan(self.file()).steps, [])

    def test_it_comes_in_paused_with_drafts(self):
        data = self.renamed(self.file())
        verbs = [step[0] for step in self.plan(data).steps]
        self.assertEqual(verbs.count("draft"), 1)
        self.assertFalse(self.env["integration.endpoint"].search([("code", "=", "moved")]))
        endpoint, drafts = self.load(data)
        self.assertTrue(endpoint.paused)
        self.assertEqual(endpoint.environment, "test")
        self.assertEqual(endpoint.partner_ids, self.supplier)
        self.assertEqual(endpoint.window_ids.note, "Sundays")
        self.assertIsNone(endpoint._secret("outbound"))
        self.assertEqual(len(endpoint.route_ids), 2)
        self.assertEqual(set(endpoint.route_ids.mapped("date_from")), {fields.Date.today()})
        self.assertEqual(drafts.mapped("state"), ["draft"])
        self.assertEqual(drafts.line_ids.uom_id, self.box)
        again, same = self.load(data)
        self.assertEqual((again, same.ids), (endpoint, []), "a second time changes nothing")
        self.approve(drafts)
        self.assertEqual(self.plan(data).steps, [], "what came in is what went out")

    def test_changes_are_shown_and_made(self):
        data = self.file()
        data["endpoint"]["values"]["timeout"] = 33
        data["routes"][0]["values"]["answer_hours"] = 5.0
        data["mappings"][0]["rows"].append(
            {**data["mappings"][0]["rows"][0], "code": "XPA", "factor": "1/12"}
        )
        steps = self.plan(data).steps
        self.assertEqual(sorted(step[0] for step in steps), ["change", "change", "draft"])
        self.assertIn("XPA = 1/12 × Box of 100", str(steps))
        endpoint, drafts = self.load(data)
        self.assertEqual(endpoint, self.endpoint)
        self.assertEqual(endpoint.timeout, 33)
        self.assertEqual(drafts.origin_id, self.mapping)
        self.assertEqual(self.mapping.status, "active", "until somebody approves")

    def test_what_is_not_known_is_refused(self):
        for change, path in (
            ({"schema": "healthcare-endpoint/2"}, "schema"),
            ({"extra": 1}, "extra"),
        ):
            problems = self.plan(self.file(**change)).problems
            self.assertEqual([problem.path for problem in problems], [path])
        data = self.file()
        data["endpoint"]["values"]["outbound_secret"] = "whsec_x"
        data["endpoint"]["values"]["active"] = True
        data["routes"][0]["values"]["future"] = 1
        data["mappings"][0]["rows"][0]["weight"] = 1
        self.assertEqual(
            {problem.path for problem in self.plan(data).problems},
            {
                "endpoint.values.outbound_secret",
                "endpoint.values.active",
                "routes[1].values.future",
                "mappings[1].rows[1].weight",
            },
        )
        with self.assertRaises(UserError):
            self.load(data)

    def test_what_the_file_names_must_be_here(self):
        data = self.file()
        data["endpoint"]["partners"] = ["gln:0000000000000"]
        data["mappings"][0]["rows"][0]["target"] = "name:Nowhere"
        codes = {problem.code for problem in self.plan(data).problems}
        self.assertEqual(codes, {"record_unknown"})

    def test_a_mapping_of_something_else_is_not_touched(self):
        data = self.renamed(self.file())
        data["mappings"][0]["key"] = "unece-rec20"
        problems = self.plan(data).problems
        self.assertEqual([problem.code for problem in problems], ["other_endpoint"])

    def test_a_copied_database_takes_no_address_unless_asked(self):
        self.env["ir.config_parameter"].set_param("database.is_neutralized", True)
        wizard = self.env["integration.endpoint.file"].with_user(self.editor).create({})
        self.assertFalse(wizard.with_addresses)
        data = self.renamed(self.file())
        self.assertIn(
            "leave_out", [step[0] for step in self.plan(data, with_addresses=False).steps]
        )
        endpoint, _drafts = self.load(data, with_addresses=False)
        self.assertFalse(endpoint.url)
        self.assertFalse(endpoint.active)
        self.assertTrue(endpoint.paused)

    def test_orders_of_the_past_are_not_sent_by_it(self):
        data = self.renamed(self.file())
        later = fields.Date.today() + timedelta(days=9)
        data["routes"][0]["values"]["date_from"] = str(later)
        endpoint, _drafts = self.load(data)
        self.assertEqual(set(endpoint.route_ids.mapped("date_from")), {fields.Date.today(), later})

    def test_only_managers_move_endpoints(self):
        operator = self._user("operator", GROUP + "operator")
        with self.assertRaises(AccessError):
            endpoint_files.export_endpoint(self.endpoint.with_user(operator))
        with self.assertRaises(AccessError):
            endpoint_files.plan(self.env(user=operator.id), b"{}", True)

    def test_another_companys_endpoint_is_not_touched(self):
        other = self.env["res.company"].create({"name": "Other hospital"})
        self.editor.write({"company_ids": [Command.link(other.id)]})
        raw = json.dumps(self.file()).encode()
        env = self.env(user=self.editor.id, context={"allowed_company_ids": other.ids})
        problems = endpoint_files.plan(env, raw, True).problems
        self.assertEqual([problem.code for problem in problems], ["other_company"])

    def test_the_dialog_tells_before_it_does(self):
        data = self.renamed(self.file())
        form = Form(self.env["integration.endpoint.file"].with_user(self.editor))
        form.file = base64.b64encode(json.dumps(data).encode())
        self.assertIn("draft to approve", form.step_text)
        form.save().action_import()
        self.assertTrue(self.env["integration.endpoint"].search([("code", "=", "moved")]).paused)
