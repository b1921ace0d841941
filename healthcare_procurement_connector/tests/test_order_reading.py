"""Reading many orders at once says the same as asking Odoo line by line, and asks no more for more orders."""

import random
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from ..services.mappings import Mappings
from ..services.numbers import rounded
from ..services.order_documents import OrderDocuments
from ..services.order_reading import OrderReading
from ..services.prepare import prepare
from ..services.prices import NetPrices, net_price
from ..services.supplier_codes import KNOWN, SupplierCodes, _deciding
from .common import ConnectorCase

DAY = date(2026, 11, 20)


@tagged("post_install", "-at_install")
class TestSupplierCodes(ConnectorCase):
    """``product._select_seller`` is the truth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls.env["res.partner"].create({"name": "Group", "is_company": True})
        cls.branch = cls.env["res.partner"].create(
            {"name": "Branch", "parent_id": cls.parent.id, "is_company": True}
        )
        cls.closed = cls.env["res.partner"].create({"name": "Closed", "active": False})
        cls.other_company = cls.env["res.company"].create({"name": "Another hospital"})
        colour = cls.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [Command.create({"name": name}) for name in ("red", "blue")],
            }
        )
        cls.templates = cls.env["product.template"].create(
            [
                {
                    "name": f"Thing {number}",
                    "attribute_line_ids": [
                        Command.create(
                            {
                                "attribute_id": colour.id,
                                "value_ids": [Command.set(colour.value_ids.ids)],
                            }
                        )
                    ],
                }
                for number in range(40)
            ]
        )

    def _vendor_prices(self, chance):
        partners = [self.supplier, self.rival, self.parent, self.branch, self.closed]
        vals_list = []
        for template in self.templates:
            codes = chance.choice((["A"], ["A", "A", "B"], ["A", False], [False]))
            for _ in range(chance.randrange(5)):
                vals_list.append(
                    {
                        "product_tmpl_id": template.id,
                        "product_id": chance.choice(
                            (False, False, *template.product_variant_ids.ids)
                        ),
                        "partner_id": chance.choice(partners).id,
                        "product_code": chance.choice(codes),
                        "min_qty": chance.choice((0, 0, 1, 10)),
                        "price": chance.choice((1, 2, 3)),
                        "discount": chance.choice((0, 50)),
                        "sequence": chance.choice((1, 2)),
                        "product_uom_id": chance.choice((self.box, self.gloves.uom_id)).id,
                        "company_id": chance.choice(
                            (False, self.company.id, self.other_company.id)
                        ),
                        "date_start": chance.choice(
                            (False, False, DAY - timedelta(9), DAY + timedelta(9))
                        ),
                        "date_end": chance.choice(
                            (False, False, DAY - timedelta(1), DAY + timedelta(9))
                        ),
                    }
                )
        self.env["product.supplierinfo"].create(vals_list)

    def _lines(self, chance):
        orders = self.env["purchase.order"].create(
            [
                {
                    "partner_id": partner.id,
                    "date_order": f"{DAY} 10:00:00",
                    "order_line": [
                        Command.create(
                            self._order_line(
                                product,
                                chance.choice((0, 0.5, 1, 5, 10, 100, -1)),
                                1,
                                chance.choice((self.box, product.uom_id)),
                            )
                        )
                        for product in self.templates.product_variant_ids
                    ],
                }
                for partner in (self.supplier, self.branch, self.parent, self.closed)
            ]
        )
        return orders.order_line

    def _chosen(self, line):
        seller = line.product_id._select_seller(
            partner_id=line.partner_id,
            quantity=line.product_qty,
            date=DAY,
            uom_id=line.product_uom_id,
        )
        return seller.product_code or None

    def test_the_code_is_that_of_the_price_that_odoo_chooses(self):
        chance = random.Random(11)
        self._vendor_prices(chance)
        lines = self._lines(chance)
        rows = OrderReading(lines.order_id).rows
        codes = SupplierCodes(self.env, rows.values())
        with patch.object(
            SupplierCodes, "_ask", autospec=True, side_effect=SupplierCodes._ask
        ) as asked:
            found = {line: codes.code(rows[line.id]) for line in lines}
        self.assertEqual(found, {line: self._chosen(line) for line in lines})
        self.assertEqual({None, "A", "B"}, set(found.values()), "the cases cover all that can be")
        self.assertLess(asked.call_count, len(lines) / 2, "most are known without the choice")
        self.assertGreater(asked.call_count, 0)

    def test_an_addon_that_has_a_word_in_the_choice_is_asked(self):
        self.assertLessEqual(_deciding(self.env), KNOWN)
        order = self.draft_order([(self.gloves, 1, 1)])
        rows = OrderReading(order).rows
        with patch(f"{SupplierCodes.__module__}._deciding", return_value=KNOWN | {"another"}):
            codes = SupplierCodes(self.env, rows.values())
        with patch.object(SupplierCodes, "_ask", return_value="asked"):
            self.assertEqual([codes.code(row) for row in rows.values()], ["asked"])


@tagged("post_install", "-at_install")
class TestNetPrices(ConnectorCase):
    """``compute_all`` is the truth."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["account.tax.group"].create({"name": "Tax"})
        included = {"price_include_override": "tax_included"}
        cls.taxes = {
            "percent": cls._tax(amount=21),
            "included": cls._tax(amount=21, **included),
            "fixed": cls._tax(amount_type="fixed", amount=3),
            "fixed included": cls._tax(amount_type="fixed", amount=3, **included),
            "division": cls._tax(amount_type="division", amount=10),
            "division included": cls._tax(amount_type="division", amount=10, **included),
            "on top": cls._tax(amount=5, include_base_amount=True, sequence=0),
            "negative": cls._tax(amount=-4),
            "archived": cls._tax(amount=6, active=False, **included),
        }
        cls.taxes["group"] = cls._tax(
            amount_type="group",
            amount=0,
            children_tax_ids=[Command.set(cls._tax(amount=7, **included).ids)],
        )

    @classmethod
    def _tax(cls, **vals):
        number = cls.env["account.tax"].search_count([])
        return cls.env["account.tax"].create(
            {
                "name": f"Tax {number} {vals}",
                "type_tax_use": "purchase",
                "tax_group_id": cls.group.id,
                "country_id": cls.env.ref("base.us").id,
                **vals,
            }
        )

    def _sets(self):
        """Each tax, and each with each."""
        yield self.env["account.tax"]
        for one in self.taxes.values():
            for other in self.taxes.values():
                yield one | other

    def _without_tax(self, line):
        totals = line.tax_ids.with_context(round_base=False).compute_all(
            line.price_unit_discounted,
            currency=line.currency_id,
            product=line.product_id,
            partner=line.partner_id,
            rounding_method="round_globally",
        )
        return rounded(totals["total_excluded"])

    def test_what_is_net_is_what_the_taxes_leave(self):
        order = self.draft_order([(self.gloves, 3, 10)] * (1 + len(self.taxes) ** 2))
        for number, (line, taxes) in enumerate(zip(order.order_line, self._sets(), strict=True)):
            line.write({"tax_ids": taxes.ids, "price_unit": 7 + number / 7, "discount": number % 3})
        rows = OrderReading(order).rows
        prices = NetPrices(order.order_line)
        for line in order.order_line:
            with self.subTest(taxes=line.tax_ids.mapped("name")):
                expected = self._without_tax(line)
                self.assertEqual(net_price(line), expected)
                self.assertEqual(prices.of(rows[line.id]), expected)


@tagged("post_install", "-at_install")
class TestReadingAhead(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.gloves.concat(
            *(cls._product(f"P{n}", f"P{n}", f"{n:013d}", f"S{n}") for n in range(40))
        )

    def _orders(self, count):
        return self.env["purchase.order"].concat(
            *(
                self.confirmed_order(
                    [(product, 1 + n, 2, self.box) for product in self.products[n : n + 3]]
                )
                for n in range(count)
            )
        )

    def _queries(self, work):
        """How many queries ``work`` takes with nothing read before but Odoo's own caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        work()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    def _build(self, orders):
        env = self.endpoint._technical_env()
        endpoint = self.endpoint.with_env(env)
        builder = OrderDocuments(Mappings(endpoint, DAY))
        return [builder.build(order, "order", 0) for order in orders.with_env(env)]

    def test_many_orders_take_as_many_queries_as_few(self):
        orders = self._orders(30)
        few = self._queries(lambda: self._build(orders[:2]))
        self.assertEqual(self._queries(lambda: self._build(orders)), few)

    def test_a_batch_of_many_endpoints_is_prepared_as_one(self):
        """Twenty orders of two endpoints take no more queries than two."""
        second = self.endpoint.copy({"partner_ids": [Command.set(self.rival.ids)]})
        second.route_ids = [Command.create({"document_type": "order", "date_from": "2020-01-01"})]
        self.env["integration.mapping"].create(
            {
                "name": "Rival's units",
                "state": "approved",
                "domain": "unit",
                "endpoint_id": second.id,
                "line_ids": [Command.create({"code": "XBX", "uom_id": self.box.id})],
            }
        )
        counts = {}
        for count in (1, 10):
            orders = self._orders(count)
            for _order in orders:
                self.confirmed_order([(self.gloves, 1, 1, self.box)], partner=self.rival)
            messages = self.env["integration.message"].search([("state", "=", "queued")])
            self.assertEqual(len(messages), 2 * count)
            counts[count] = self._count_preparing(messages)
        self.assertLessEqual(counts[10], counts[1])

    def _count_preparing(self, messages):
        with self.env.cr.savepoint() as savepoint:
            prepare(messages)
            savepoint.rollback()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(list(prepare(messages)), list(messages))
        # Sent, so that the next count begins anew.
        self.force_state(messages, "sent")
        return self.env.cr.sql_log_count - before

    def test_documents_are_the_same_however_they_are_read(self):
        orders = self._orders(3)
        together = self._build(orders)
        alone = [self._build(order)[0] for order in orders]
        self.assertEqual(together, alone)
        first = together[0].lines[0]
        self.assertEqual(first.item.seller_code, "MS-1")
        self.assertEqual(first.item.gtin, self.gloves.barcode)
        self.assertEqual((first.quantity.value, first.quantity.unit), (Decimal(1), "XBX"))
        self.assertEqual((first.price.value, first.amount), (Decimal(2), Decimal("2.00")))
        self.assertEqual(first.requested_delivery.end, date(2026, 12, 1))
