import base64
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..core import documents as doc
from ..core.catalogue import WORKING
from ..formats import render
from ..services.catalogues import advance, comparing, reading
from ..services.mappings import UnmappedError, mappings_today
from .common import RIVAL_GLN, ConnectorCase, WorkerDied

PRICES = (Decimal("8.40"), Decimal("3.10"), Decimal("42.00"))


class CatalogueCase(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.supplierinfo"].search([]).write({"product_uom_id": cls.unit().id})

    @classmethod
    def unit(cls):
        return cls.env.ref("uom.product_uom_unit")

    def line(self, code, price, name="Item", unit="C62", **changes):
        values = {
            "item": doc.Item(seller_code=code, name=name),
            "price": doc.Price(Decimal(price)) if isinstance(price, str) else price,
            "unit": unit,
        }
        return doc.CatalogueLine(**values | changes)

    def catalogue(self, *lines, **changes):
        values = {
            "number": "K-1",
            "issued": date(2026, 11, 1),
            "currency": self.company.currency_id.name,
            "buyer": self.hospital(),
            "seller": self.seller(),
            "contract": "C-77",
            "lines": lines,
        }
        return doc.Catalogue(**values | changes)

    def upload(self, raw, **vals):
        """As a buyer does; the run, compared."""
        if isinstance(raw, doc.Catalogue):
            raw = render(raw, "ubl")
        wizard = (
            self.env["integration.catalogue.upload"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "content": base64.b64encode(raw),
                    "filename": "prices.xml",
                    **vals,
                }
            )
        )
        return self.work(self.env["integration.catalogue"].browse(wizard.action_upload()["res_id"]))

    def work(self, run):
        """What the jobs do."""
        self.env.flush_all()
        self.env.invalidate_all()
        advance.advance(run)
        return run

    def apply(self, run):
        run.with_user(self.buyer).action_apply()
        return self.work(run)

    def contract_prices(self, product=None):
        domain = [
            ("contract_reference", "!=", False),
            ("partner_id", "=", self.supplier.id),
        ]
        if product:
            domain.append(("product_id", "=", product.id))
        return self.env["product.supplierinfo"].search(domain, order="id")

    def contract_price(self, product, price, **vals):
        return self.env["product.supplierinfo"].create(
            {
                "partner_id": self.supplier.id,
                "product_id": product.id,
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_uom_id": self.unit().id,
                "price": price,
                "contract_reference": "C-77",
                "currency_id": self.company.currency_id.id,
                **vals,
            }
        )

    def verdicts(self, run):
        return {line.seller_code: line.verdict for line in run.line_ids}


@tagged("post_install", "-at_install")
class TestCatalogue(CatalogueCase):
    def test_new_prices_are_shown_then_applied(self):
        run = self.upload(
            self.catalogue(
                self.line("MS-1", "8.40"),
                self.line("MS-2", "3.10", valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1)),
            )
        )
        self.assertEqual(run.state, "compared")
        self.assertEqual((run.new_count, run.line_count, run.jump_count), (2, 2, 0))
        self.assertFalse(self.contract_prices())
        self.apply(run)
        self.assertEqual((run.state, run.applied_count), ("applied", 2))
        first, second = self.contract_prices()
        self.assertEqual((first.product_id, first.price), (self.gloves, 8.4))
        self.assertEqual((first.product_code, first.contract_reference), ("MS-1", "C-77"))
        self.assertEqual((second.date_start, second.date_end), (date(2026, 1, 1), date(2027, 1, 1)))

    def test_a_price_for_a_pack_is_for_our_unit(self):
        # Beside the endpoint whose units are mapped: it has nothing to say of them.
        self.env["integration.endpoint"].create(
            {
                "name": "By hand",
                "code": "by-hand",
                "transport": "manual",
                "partner_ids": [Command.set(self.supplier.ids)],
            }
        )
        run = self.upload(
            self.catalogue(
                self.line(
                    "MS-1",
                    doc.Price(Decimal(840), doc.Quantity(Decimal(10), "XBX")),
                    unit="XBX",
                    minimum=doc.Quantity(Decimal(2), "XBX"),
                ),
                self.line("MS-2", "5", unit="KGM"),
                self.line("MS-3", "5", unit="nothing"),
            )
        )
        first, second, third = run.line_ids
        self.assertEqual((first.uom_id, first.price, first.minimum), (self.box, 84, 2))
        self.assertEqual((second.verdict, second.error_code), ("bad", "unknown_unit"))
        self.assertEqual((third.verdict, third.error_code), ("bad", "unknown_unit"))
        self.assertIn("is not mapped for Supplier", third.error_text)
        with self.assertRaisesRegex(UnmappedError, "XBX .* for the standard"):
            mappings_today(self.endpoint.browse()).unit("XBX", self.gloves)

    def test_items_are_found_by_gtin_and_codes_and_never_created(self):
        count = self.env["product.product"].search_count([])
        own = self.line(None, "1", item=doc.Item(buyer_code="GLV"))
        both = self.line(None, "1", item=doc.Item(gtin="9506000191003", seller_code="MS-2"))
        lines = (
            self.line("X", "1", item=doc.Item(gtin="09506000191010", seller_code="X")),
            own,
            both,
            self.line("MS-99", "1"),
        )
        run = self.upload(self.catalogue(*lines))
        by_gtin, by_code, contradicting, unknown = run.line_ids
        self.assertEqual(by_gtin.product_id, self.syringes)
        self.assertEqual(by_code.product_id, self.gloves)
        self.assertEqual(
            (contradicting.verdict, contradicting.error_code), ("bad", "ambiguous_item")
        )
        self.assertEqual((unknown.verdict, unknown.error_code), ("unknown", "unknown_item"))
        self.apply(run)
        self.assertEqual(self.env["product.product"].search_count([]), count)
        self.assertEqual(len(self.contract_prices()), 2)

    def test_a_bad_line_is_told_and_good_ones_go_in(self):
        raw = render(self.catalogue(self.line("MS-1", "8.40"), self.line("MS-2", "3.10")), "ubl")
        run = self.upload(raw.replace(b">8.40<", b">8,4O<"))
        first, second = run.line_ids
        self.assertEqual((first.verdict, first.error_code), ("bad", "invalid_number"))
        self.assertIn("8,4O", first.error_text)
        self.assertEqual((run.bad_count, run.new_count), (1, 1))
        self.apply(run)
        self.assertEqual(self.contract_prices().product_id, self.syringes)
        self.assertEqual(second.verdict, "new")

    def test_what_is_told_twice_counts_once(self):
        run = self.upload(self.catalogue(self.line("MS-1", "8"), self.line("MS-1", "9")))
        self.assertEqual(run.line_ids.mapped("verdict"), ["new", "bad"])
        self.assertEqual(run.line_ids[1].error_code, "repeated")
        self.assertEqual((run.new_count, run.bad_count), (1, 1))

    def test_a_cut_off_file_changes_nothing(self):
        raw = render(self.catalogue(self.line("MS-1", "8.40"), self.line("MS-2", "3.10")), "ubl")
        run = self.upload(raw[:-30])
        self.assertEqual(run.state, "failed")
        self.assertTrue(run.error)
        with self.assertRaises(UserError):
            run.with_user(self.buyer).action_apply()

    def test_another_sellers_catalogue_changes_nothing(self):
        run = self.upload(self.catalogue(self.line("MS-1", "1"), seller=self.seller(RIVAL_GLN)))
        self.assertEqual(run.state, "failed")
        self.assertIn("Supplier", run.error)

    def test_a_spreadsheet(self):
        raw = b"Artikel;EAN;Preis\nMS-1;;8,40\nMS-2;;zwei\n;9506000191027;42\n"
        run = self.upload(
            raw,
            format="csv",
            contract="C-9",
            decimal=",",
            unit_code="C62",
            currency_id=self.company.currency_id.id,
            columns="lines.item.seller_code = Artikel\nlines.item.gtin = EAN\nlines.price.value = Preis",
        )
        self.assertEqual(run.line_ids.mapped("verdict"), ["new", "bad", "new"])
        self.assertEqual(run.line_ids[1].row, 3)
        self.apply(run)
        prices = self.contract_prices()
        self.assertEqual(prices.mapped("price"), [8.4, 42.0])
        self.assertEqual(set(prices.mapped("contract_reference")), {"C-9"})

    def test_columns_that_the_file_does_not_have(self):
        run = self.upload(b"a;b\n1;2\n", format="csv", columns="lines.item.gtin = EAN")
        self.assertEqual(run.state, "failed")
        with self.assertRaises(UserError):
            self.upload(b"a;b\n", format="csv", columns="EAN")

    # -- crashes ---------------------------------------------------------------------------------------

    def _hundred(self):
        self.products = self.env["product.product"].create(
            [
                {"name": f"P{number}", "default_code": f"P-{number}", "barcode": f"{number:08d}"}
                for number in range(100, 200)
            ]
        )
        return self.catalogue(
            *(
                self.line(None, "2", item=doc.Item(buyer_code=product.default_code, name="P"))
                for product in self.products
            )
        )

    def test_queries_are_of_chunks_not_of_lines(self):
        whole = self._hundred()
        few, many = (
            self._queries(replace(whole, lines=lines))
            for lines in (whole.lines[:10], whole.lines[10:])
        )
        self.assertLess(many - few, 10)

    def _queries(self, catalogue):
        before = self.env.cr.sql_log_count
        run = self.apply(self.upload(catalogue))
        self.assertEqual(run.applied_count, len(catalogue.lines))
        return self.env.cr.sql_log_count - before

    def test_in_chunks_and_again_after_each_crash(self):
        raw = render(self._hundred(), "ubl")
        with (
            patch.object(reading, "CHUNK", 30),
            patch.object(comparing, "CHUNK", 30),
            patch(
                "odoo.addons.healthcare_procurement_connector.services.catalogues.applying.CHUNK",
                30,
            ),
        ):
            run = self._upload_with_crashes(raw)
            self.assertEqual((run.line_count, run.new_count), (100, 100))
            self.assertEqual(run.line_ids.mapped("position"), list(range(1, 101)))
            run.with_user(self.buyer).action_apply()
            self._crash_and_go_on(run, "finish_applying")
        self.assertEqual((run.state, run.applied_count), ("applied", 100))
        self.assertEqual(self.contract_prices().product_id, self.products)
        self.assertEqual(len(self.contract_prices()), 100)

    def _upload_with_crashes(self, raw):
        with patch.object(advance, "read", side_effect=WorkerDied), suppress(WorkerDied):
            self.upload(raw)
        run = self.env["integration.catalogue"].search([], limit=1)
        self.assertEqual((run.state, run.line_count), ("reading", 0))
        # In the middle of the file, with what was stored committed.
        stored = reading._store
        calls = []

        def store_twice(*args):
            if len(calls) == 2:
                raise WorkerDied
            calls.append(1)
            stored(*args)

        with patch.object(reading, "_store", store_twice), suppress(WorkerDied):
            self.work(run)
        self.assertEqual((run.state, run.line_count, len(run.line_ids)), ("reading", 60, 60))
        self._crash_and_go_on(run, "finish_comparing")
        return run

    def _crash_and_go_on(self, run, name):
        with patch.object(advance, name, side_effect=WorkerDied), suppress(WorkerDied):
            self.work(run)
        self.assertIn(run.state, WORKING)
        self.work(run)

    def test_a_lost_job_is_found(self):
        run = self.upload(self.catalogue(self.line("MS-1", "1")))
        jobs = self.env["queue.job"].search([("model_name", "=", run._name)])
        self.assertEqual(len(jobs), 1)
        jobs.unlink()
        run.state = "comparing"
        self.env["integration.catalogue"]._cron_continue()
        self.env["integration.catalogue"]._cron_continue()
        self.assertEqual(self.env["queue.job"].search_count([("model_name", "=", run._name)]), 1)

    def test_time_is_up(self):
        raw = render(self._hundred(), "ubl")
        with patch.object(reading, "CHUNK", 10), patch.object(advance, "advance", lambda run: None):
            run = self.upload(raw)
        with patch.object(reading, "CHUNK", 10):
            advance.advance(run, 0.000001)
            before = run.line_count
            for _slice in range(30):
                advance.advance(run, 0.000001)
        self.assertLess(before, 100)
        self.assertLess(run.line_count, 101)
        self.work(run)
        self.assertEqual((run.state, run.line_count), ("compared", 100))

    # -- through the inbox -----------------------------------------------------------------------------

    def test_a_catalogue_that_a_supplier_posts(self):
        self.supplier.buyer_id = self.buyer
        message = self.receive(self.catalogue(self.line("MS-1", "8.40")))
        self.assertEqual((message.state, message.document_type), ("processed", "catalogue"))
        run = self.env["integration.catalogue"].browse(message.res_id)
        self.assertEqual((run.message_id, run.user_id), (message, self.buyer))
        self.work(run)
        question = self.open_exceptions(message)
        self.assertEqual((question.code, question.user_id), ("catalogue", self.buyer))
        self.apply(run)
        self.assertEqual(self.contract_prices().price, 8.4)
        self.assertFalse(self.open_exceptions(message))

    def test_posted_again_it_is_a_duplicate_and_with_other_prices_it_is_another(self):
        first = self.receive(self.catalogue(self.line("MS-1", "8.40")))
        self.endpoint.duplicate_days = 0
        again = self.receive(self.catalogue(self.line("MS-1", "8.40")))
        other = self.receive(self.catalogue(self.line("MS-1", "8.50")))
        self.assertEqual((again.state, again.duplicate_of_id), ("duplicate", first))
        self.assertEqual(other.state, "processed")
        self.assertNotEqual(other.res_id, first.res_id)

    def test_bad_lines_do_not_stop_a_posted_catalogue(self):
        raw = render(self.catalogue(self.line("MS-1", "8.40"), self.line("MS-2", "3.10")), "x12",
                     sender=("ZZ", "S"), receiver=("ZZ", "H"), test=True)  # fmt: skip
        message = self.receive(raw.replace(b"*8.40*", b"*8.4O*"))
        self.assertEqual(message.state, "processed")
        run = self.work(self.env["integration.catalogue"].browse(message.res_id))
        self.assertEqual(run.line_ids.mapped("verdict"), ["bad", "new"])

    def test_one_of_several_in_an_interchange(self):
        raw = b"".join(
            render(
                self.catalogue(self.line("MS-1", price), number=f"K-{price}"),
                "edifact",
                sender=("14", "S"),
                receiver=("14", "H"),
                test=True,
            )
            for price in ("7", "9")
        )
        message = self.receive(raw)
        parts = self.env["integration.message"].search([("parent_id", "=", message.id)])
        self.assertEqual(set(parts.mapped("state")), {"processed"})
        runs = self.env["integration.catalogue"].browse(parts.mapped("res_id"))
        for run in runs:
            self.work(run)
        self.assertEqual(sorted(runs.line_ids.mapped("price")), [7, 9])

    # -- rights ----------------------------------------------------------------------------------------

    def test_rights(self):
        run = self.upload(self.catalogue(self.line("MS-1", "1")))
        clerk = self._user("test_clerk", "healthcare_procurement_connector.group_integration_user")
        with self.assertRaises(AccessError):
            run.with_user(clerk).action_apply()
        with self.assertRaises(AccessError):
            run.with_user(self.buyer).write({"jump_percent": 99})
        with self.assertRaises(AccessError):
            run.line_ids.with_user(self.buyer).write({"price": 0})
        with self.assertRaises(AccessError):
            self.env["integration.catalogue.upload"].with_user(clerk).create({})
        other = self.env["res.company"].create({"name": "Other"})
        self.env.flush_all()
        for table in ("integration_catalogue", "integration_catalogue_line"):
            self.env.cr.execute(f"UPDATE {table} SET company_id = %s", [other.id])
        self.env.invalidate_all()
        Catalogues = self.env["integration.catalogue"].with_user(self.buyer)
        self.assertNotIn(run, Catalogues.search([]))
        self.assertFalse(
            run.line_ids.with_user(self.buyer).search([("id", "in", run.line_ids.ids)])
        )

    def test_old_runs_go(self):
        run = self.upload(self.catalogue(self.line("MS-1", "1")))
        self.env.flush_all()
        self.env.cr.execute("UPDATE integration_catalogue SET create_date = '2020-01-01'")
        self.env.invalidate_all()
        self.env["integration.catalogue"]._gc_catalogues()
        self.assertFalse(run.exists())

    def test_what_was_decided_is_audited(self):
        run = self.apply(self.upload(self.catalogue(self.line("MS-1", "1"))))
        entries = self.env["integration.audit"].search([("res_model", "=", run._name)])
        self.assertEqual(
            sorted(entries.mapped("action")),
            ["catalogue.applied", "catalogue.apply", "catalogue.started"],
        )
        self.assertEqual(run.applied_on.date(), fields.Date.today())
