"""A document or an order is tried out: told what would happen, by the services that would do it, and nothing stays."""

import base64
import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, config

from ..core import documents as doc
from ..formats import render
from ..transports.switch import Switch
from .common import ConnectorCase

GROUP = "healthcare_procurement_connector.group_integration_"


@tagged("post_install", "-at_install")
class TestTrial(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = cls._user("operator", GROUP + "operator", "purchase.group_purchase_user")
        cls.trial = cls.env["integration.trial"].with_user(cls.operator)
        cls.order_route = cls.endpoint.route_ids.filtered(lambda r: r.document_type == "order")

    def setUp(self):
        super().setUp()
        # A trial calls nobody.
        self.startPatcher(patch.object(Switch, "send", side_effect=AssertionError))

    def try_it(self, document, endpoint=None, **values):
        raw = document if isinstance(document, bytes) else render(document, "ubl")
        return self.trial.try_document(
            {
                "content": base64.b64encode(raw).decode(),
                "endpoint_id": (endpoint or self.endpoint.browse()).id,
                **values,
            }
        )

    def part(self, *args, **values):
        (part,) = self.try_it(*args, **values)["parts"]
        return part

    def table(self, part, name):
        (table,) = [each for each in part["tables"] if each["name"] == name]
        return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]

    def sent_order(self):
        order = self.confirmed_order([(self.gloves, 10, 5)])
        self.drain_outbound()
        self.env.flush_all()
        return order

    # -- nothing is written ----------------------------------------------------------------------------

    def everything(self):
        """{table: (rows, a fingerprint of all that they say)}, the numbers that sequences gave, and all files."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        )  # fmt: skip
        found = {}
        for (name,) in tables:
            (found[name],) = self.env.execute_query(
                SQL(
                    "SELECT count(*), sum(hashtextextended(each::text, 0)::numeric) FROM %s each",
                    SQL.identifier(name),
                )
            )
        numbers = self.env.execute_query(
            SQL("SELECT sequencename, last_value FROM pg_sequences WHERE sequencename LIKE 'ir\\_sequence\\_%%'")
        )  # fmt: skip
        files = {
            os.path.join(folder, name)
            for folder, _folders, names in os.walk(config.filestore(self.env.cr.dbname))
            for name in names
        }
        return found, dict(numbers), files

    def hooks(self):
        cr = self.env.cr
        return [len(each._funcs) for each in (cr.precommit, cr.postcommit, cr.postrollback)]

    def test_nothing_stays_of_whatever_is_tried(self):
        order = self.sent_order()
        known = self.invoice_for(order, number="I-known")
        self.receive(known)
        line = order.order_line
        shipped = doc.DespatchLine(
            number="1",
            item=doc.Item(gtin=self.gloves.barcode),
            quantity=doc.Quantity(Decimal(4), "C62"),
            order_line=str(line.integration_line_number),
        )
        later = doc.OrderResponseLine(
            order_line=str(line.integration_line_number),
            status="changed",
            item=doc.Item(gtin=self.gloves.barcode, name="Gloves"),
            quantity=doc.Quantity(Decimal(8), "C62"),
        )
        catalogue = doc.Catalogue(
            number="K-1",
            issued=date(2026, 11, 1),
            contract="C-77",
            currency="USD",
            buyer=self.hospital(),
            seller=self.seller(),
            lines=(
                doc.CatalogueLine(
                    item=doc.Item(seller_code="MS-1", name="Gloves"),
                    price=doc.Price(Decimal(2)),
                    unit="C62",
                ),
            ),
        )
        draft = self.draft_order([(self.gloves, 2, 3)], user=self.operator)
        tries = {
            "bill": (self.invoice_for(order, number="I-new"), "It would be accepted"),
            "shipment": (self.despatch_for(order, [shipped]), "It would be accepted"),
            "answer": (self.response_for(order, [later]), "and a person asked"),
            "catalogue": (catalogue, "It would be accepted"),
            "known": (known, "It is a duplicate"),
            "waiting": (self.response_for(order, order_number="P-no"), "It would wait"),
            "refused": (
                self.invoice_for(order, currency="XTS", number="I-odd"),
                "A person would be asked",
            ),
        }
        self.save()
        before, hooks = self.everything(), self.hooks()
        for name, (document, title) in tries.items():
            with self.subTest(name):
                verdict = self.part(document)["verdict"]
                self.assertIn(title, verdict["title"], verdict)
        self.trial.try_order(draft.id, self.order_route.id)
        self.assertEqual(self.hooks(), hooks)
        self.assertEqual(self.everything(), before)

    def test_what_was_to_be_written_before_is_written_for_good(self):
        """Its hooks stay, and its numbers are taken."""
        cr, order = self.env.cr, self.sent_order()
        self.save()
        cr.precommit.add(lambda: cr.postcommit.add(lambda: None))
        before = self.hooks()[1]
        self.part(self.response_for(order, status="accepted"))
        self.assertEqual(self.hooks()[1], before + 1)

    # -- what is told of a document --------------------------------------------------------------------

    def test_a_bill_and_the_draft_it_would_become(self):
        order = self.confirmed_order([(self.gloves, 2, 5, self.box), (self.syringes, 3, 2)])
        self.drain_outbound()
        page = self.try_it(self.invoice_for(order, number="I-9"))
        self.assertIn("Supplier (found by", dict(page["facts"])["Endpoint"])
        (part,) = page["parts"]
        self.assertEqual(part["title"], "Invoice I-9")
        self.assertEqual(part["verdict"]["level"], "success")
        facts = dict(part["facts"])
        self.assertEqual(
            (facts["Format"], facts["Supplier"]), ("UBL 2.1 (Peppol BIS 3)", "Supplier")
        )
        self.assertEqual(
            [(row["Product"], row["Quantity"], row["Amount"]) for row in self.table(part, "bill")],
            [
                (self.gloves.display_name, "2", "10.00"),
                (self.syringes.display_name, "3", "6.00"),
            ],
        )
        codes = {row["Code"]: row for row in self.table(part, "codes")}
        self.assertEqual(codes["XBX"]["By mapping"], "Supplier's units 1")
        self.assertEqual(codes["XBX"]["Stands for"], "1 × Box of 100")
        self.assertEqual(codes[self.gloves.barcode]["Result"]["text"], "recognised")
        self.assertIn({"Field": "number", "Value": "I-9"}, self.table(part, "header"))
        self.assertEqual(self.table(part, "lines")[0]["quantity"], "2.0 XBX")
        self.assertIn('"number": "I-9"', part["texts"][0]["text"])

    def test_an_unknown_code_with_what_it_probably_is(self):
        order = self.sent_order()
        bill = self.invoice_for(order)
        crate = replace(bill.lines[0], quantity=doc.Quantity(Decimal(10), "BOXES"))
        part = self.part(replace(bill, lines=(crate,)), self.endpoint)
        self.assertEqual(part["verdict"]["level"], "danger")
        self.assertIn("unknown_unit", part["verdict"]["hint"])
        (unit,) = [row for row in self.table(part, "codes") if row["Code"] == "BOXES"]
        self.assertEqual(unit["Result"], {"text": "unknown", "level": "danger"})
        self.assertIn("%", unit["Probably"])

    def test_what_an_answer_would_change(self):
        order = self.sent_order()
        answer = doc.OrderResponseLine(
            order_line="1",
            status="changed",
            item=doc.Item(gtin=self.gloves.barcode, name="Gloves"),
            quantity=doc.Quantity(Decimal(8), "C62"),
        )
        part = self.part(self.response_for(order, [answer]))
        (row,) = self.table(part, "answer")
        self.assertEqual((row["Ordered"], row["Confirmed"]), ("10", "8"))
        self.assertEqual(row["Decision"], "To decide")

    def test_the_earlier_one_of_a_duplicate_and_the_rule(self):
        bill = self.invoice_for(self.sent_order(), number="I-1")
        first = self.receive(bill)
        verdict = self.part(replace(bill, note=None))["verdict"]
        self.assertIn(first.display_name, verdict["text"])
        self.assertIn("Same supplier, type and number, same content", verdict["text"])

    def test_an_interchange_document_by_document(self):
        self.endpoint.environment = "live"
        raw = render(self.response_for(self.sent_order(), status="accepted", number="R-1"), "x12")
        head, start, rest = raw.partition(b"ST*855*0001")
        body, _end, _tail = rest.partition(b"GE*1*1")
        other = body.replace(b"R-1", b"R-2").replace(b"*0001~", b"*0002~")
        raw = b"".join((head, start, body, b"ST*855*0002", other, b"GE*2*1~\nIEA*1*000000001~\n"))
        page = self.try_it(raw, self.endpoint)
        self.assertEqual(
            [part["title"] for part in page["parts"]], ["Order response R-1", "Order response R-2"]
        )
        self.assertEqual({part["verdict"]["level"] for part in page["parts"]}, {"success"})

    # -- what cannot be gone through -------------------------------------------------------------------

    def test_hostile_and_broken_input_gets_a_clear_answer(self):
        bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
        for raw in (bomb, b"\x00\x01\x02", b"ISA*00*", b"<" * 100_000, b"UNB+UNOC:3", b"{[[["):
            for endpoint in (self.endpoint, None):
                with self.subTest(raw=raw[:12], endpoint=bool(endpoint)):
                    part = self.part(raw, endpoint)
                    self.assertEqual(part["verdict"]["level"], "danger")
                    self.assertTrue(dict(part["facts"])["Code"])
        self.endpoint.max_size = 1
        self.assertIn("too large", self.part(b"x" * 1001, self.endpoint)["verdict"]["title"])
        for values in ({"content": "%%%"}, {"text": " "}, {"text": "\ud800"}):
            with self.assertRaises(UserError):
                self.trial.try_document(values)

    def test_what_strict_reading_refuses_is_shown_with_its_place(self):
        raw = render(self.invoice_for(self.sent_order()), "ubl")
        twice = raw.replace(b"</cbc:IssueDate>", b"</cbc:IssueDate><cbc:IssueDate>2026-12-02</cbc:IssueDate>", 1)  # fmt: skip
        refused = self.table(self.part(twice), "remarks")[-1]
        self.assertEqual(refused["Reading"]["level"], "warning")
        self.assertTrue(refused["Code"] and refused["Where"])

    def test_without_an_endpoint_it_is_read_only(self):
        stranger = self.response_for(self.sent_order(), seller=self.seller("4000001000005"))
        part = self.part(stranger)
        self.assertEqual(part["verdict"]["title"], "It can be read")
        self.assertEqual([t["name"] for t in part["tables"]], ["header"])

    # -- an order that leaves --------------------------------------------------------------------------

    def test_an_order_that_the_supplier_has_is_shown_and_said_so(self):
        (part,) = self.trial.try_order(self.sent_order().id, self.order_route.id)["parts"]
        self.assertEqual(part["verdict"]["title"], "It would be sent")
        self.assertIn("knows it already", dict(part["facts"])["To be noted"])

    def test_the_bytes_of_an_order_and_what_the_checks_say(self):
        draft = self.draft_order([(self.gloves, 2, 3)], user=self.operator)
        (part,) = self.trial.try_order(draft.id, self.order_route.id)["parts"]
        self.assertEqual(part["verdict"]["title"], "It would be sent")
        self.assertIn("not confirmed yet", dict(part["facts"])["To be noted"])
        self.assertIn(draft.name, part["texts"][0]["text"])
        self.assertEqual(draft.state, "draft")
        rule = self.env["integration.check"].search(
            [("code", "=", "supplier_eligible"), ("company_id", "=", False)]
        )
        rule.mode = "on"
        (part,) = self.trial.try_order(draft.id, self.order_route.id)["parts"]
        self.assertEqual(part["verdict"]["title"], "It would be held")
        (check,) = self.table(part, "checks")
        self.assertIn("not approved", check["Finding"])
        self.assertIn(draft.name, part["texts"][0]["text"], "what would go once it is let go")

    # -- rights ----------------------------------------------------------------------------------------

    def test_operators_try_what_their_companies_have(self):
        bill = self.invoice_for(self.sent_order())
        reader = self.env["integration.trial"].with_user(self._user("reader", GROUP + "user"))
        for asked in (reader.options, lambda: reader.try_document({"text": "x"})):
            with self.assertRaises(AccessError):
                asked()
        other = self.env["res.company"].create({"name": "Other hospital"})
        self.endpoint.user_id.company_ids = [Command.link(other.id)]
        self.env["integration.endpoint"].create(
            {
                "name": "Theirs",
                "code": "theirs",
                "url": "https://supplier.example",
                "company_id": other.id,
                "partner_ids": [Command.set(self.supplier.ids)],
            }
        )
        theirs = self.endpoint.search([("code", "=", "theirs")])
        with self.assertRaises(AccessError):
            self.try_it(bill, theirs)
        self.assertIn("Supplier (found", dict(self.try_it(bill)["facts"])["Endpoint"])
